"""From an anomaly to what it is about: the payment, the refund, or money that nobody expected."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allocataires.models import Echeance
from comptabilite.anomaly_pages import AnomalyPage, add_finder, add_origin_finder
from comptabilite.models import Anomalie
from comptabilite.models.anomalie import AnomalieKind
from payments.models import Boutique, Payment, Refund, Transaction
from payments.models.transaction import Operation
from payments.services.remains import refundable_cents

#: Money is there and must go somewhere: its refund may be asked for from the line.
_MONEY = frozenset(
    {
        AnomalieKind.AMOUNT_MISMATCH,
        AnomalieKind.SECOND_PAYMENT,
        AnomalieKind.SURPLUS,
        AnomalieKind.DEBT_MOVED,
        AnomalieKind.UNKNOWN_INSTALMENT,
        AnomalieKind.REFUND_FAILED,
    }
)


def pages_behind(anomalie: Anomalie) -> list[AnomalyPage]:
    """The page that the first word of the subject names, in the anomaly's fund."""
    if anomalie.kind == AnomalieKind.SHOP_DRIFT:
        return _shops(anomalie)
    named = anomalie.subject.split(" ")[0]
    try:
        return _by_identifier(anomalie, UUID(hex=named))
    except ValueError:
        payment = Payment.objects.filter(caisse_id=anomalie.caisse_id, reference=named).first()
        if payment is None:
            return []
        asks = anomalie.kind == AnomalieKind.UNANSWERED
        return [_of(payment, acts=asks)]


def origins(sources: Collection[UUID]) -> Mapping[UUID, list[AnomalyPage]]:
    """The transactions that écritures book, with their payment and what can be done of them; the
    refunds, with what they give back."""
    refunds = Refund.objects.filter(public_id__in=list(sources))
    debits = (
        Transaction.objects.filter(uuid__in=list(sources), operation=Operation.DEBIT)
        .select_related("payment")
        .prefetch_related("surpluses")
    )
    return {
        **{debit.uuid: [*_money_of(debit), *_refund_of(debit)] for debit in debits},
        **{refund.public_id: [_given_back(refund)] for refund in refunds},
    }


def _by_identifier(anomalie: Anomalie, identifier: UUID) -> list[AnomalyPage]:
    caisse_id = anomalie.caisse_id
    debit = (
        Transaction.objects.filter(caisse_id=caisse_id, uuid=identifier)
        .select_related("payment")
        .first()
    )
    if debit is not None:
        asks = anomalie.kind in _MONEY and refundable_cents(debit) > 0
        return [*_money_of(debit), *(_refund_of(debit) if asks else [])]
    due = Echeance.objects.filter(caisse_id=caisse_id, public_id=identifier).first()
    if due is not None:
        words, name = _("l’échéancier"), "allocataires_echeancier_change"
        return [AnomalyPage(words, name, due.echeancier_id)]
    refund = Refund.objects.filter(caisse_id=caisse_id, public_id=identifier).first()
    if refund is None:
        return []
    debit = refund.transaction
    again = refundable_cents(debit) > 0
    return [
        _given_back(refund),
        *_money_of(debit),
        *(_refund_of(debit) if again else []),
    ]


def _money_of(debit: Transaction) -> list[AnomalyPage]:
    """The transaction, its payment, and the surpluses that somebody chooses what becomes of."""
    money = AnomalyPage(
        _("la transaction"),
        "payments_transaction_change",
        debit.pk,
        # Money of no attempt: its page records what was given back at the platform.
        acts=debit.payment_id is None,
    )
    if debit.payment is None:
        return [money]
    surpluses = [
        AnomalyPage(_("le choix de la personne"), "payments_troppercu_change", each.pk, acts=True)
        for each in sorted(debit.surpluses.all(), key=lambda row: row.pk)
    ]
    return [money, _of(debit.payment), *surpluses]


def _given_back(refund: Refund) -> AnomalyPage:
    return AnomalyPage(_("le remboursement"), "payments_refund_change", refund.pk)


def _refund_of(debit: Transaction) -> list[AnomalyPage]:
    if debit.payment_id is None:
        return []
    return [AnomalyPage(_("préparer un remboursement"), "refund_ask", debit.pk, acts=True)]


def _shops(anomalie: Anomalie) -> list[AnomalyPage]:
    shops = Boutique.objects.filter(caisse_id=anomalie.caisse_id).order_by("pk")
    return [
        AnomalyPage(
            gettext("la boutique %(shop)s") % {"shop": shop},
            "payments_boutique_change",
            shop.pk,
            acts=True,
        )
        for shop in shops
    ]


def _of(payment: Payment, *, acts: bool = False) -> AnomalyPage:
    return AnomalyPage(_("le paiement"), "payments_payment_change", payment.pk, acts=acts)


add_finder(pages_behind)
add_origin_finder(origins)
