"""From an anomaly to what it is about: the payment, the refund, or money that nobody expected."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from comptabilite.anomaly_pages import AnomalyPage, add_finder
from comptabilite.models import Anomalie
from payments.models import Payment, Refund, Transaction


def pages_behind(anomalie: Anomalie) -> list[AnomalyPage]:
    """The page that the first word of the subject names, in the anomaly's fund."""
    named = anomalie.subject.split(" ")[0]
    try:
        return _by_identifier(anomalie.caisse_id, UUID(hex=named))
    except ValueError:
        payment = Payment.objects.filter(caisse_id=anomalie.caisse_id, reference=named).first()
        return [_of(payment)] if payment else []


def _by_identifier(caisse_id: int, identifier: UUID) -> list[AnomalyPage]:
    debit = Transaction.objects.filter(caisse_id=caisse_id, uuid=identifier).first()
    if debit is not None:
        money = AnomalyPage(_("la transaction"), "payments_transaction_change", debit.pk)
        surpluses = [
            AnomalyPage(_("le choix de la personne"), "payments_troppercu_change", pk)
            for pk in debit.surpluses.order_by("pk").values_list("pk", flat=True)
        ]
        return [money, _of(debit.payment), *surpluses] if debit.payment else [money]
    refund = Refund.objects.filter(caisse_id=caisse_id, public_id=identifier).first()
    return (
        [AnomalyPage(_("le remboursement"), "payments_refund_change", refund.pk)] if refund else []
    )


def _of(payment: Payment) -> AnomalyPage:
    return AnomalyPage(_("le paiement"), "payments_payment_change", payment.pk)


add_finder(pages_behind)
