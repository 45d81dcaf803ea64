"""From an anomaly about a debt to the debt, and to the refund that would put it right."""

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allocataires.models import Creance, Mouvement
from allocataires.nomenclature import MouvementType
from caf_portal.money import format_plain_euros
from comptabilite.anomaly_pages import AnomalyPage, add_finder
from comptabilite.models import Anomalie
from comptabilite.models.anomalie import AnomalieKind
from payments.models import Transaction
from payments.services.remains import refundable_cents
from recouvrement.models import MutationDemandee


def pages_behind(anomalie: Anomalie) -> list[AnomalyPage]:
    """The pages of a double collection or of a move that could not be made."""
    if anomalie.kind == AnomalieKind.DOUBLE_COLLECTION:
        return _of_double(anomalie)
    if anomalie.kind == AnomalieKind.MUTATION_TO_FINISH:
        return _of_move(anomalie)
    return []


def _of_double(anomalie: Anomalie) -> list[AnomalyPage]:
    """The debt, then one click to the refund of each card payment of that month."""
    creance_id, month = anomalie.subject.split(" ")
    creance = Creance.objects.filter(
        caisse_id=anomalie.caisse_id, public_id=UUID(hex=creance_id)
    ).first()
    if creance is None:
        return []
    year, number = month.split("-")
    paid = Mouvement.objects.filter(
        creance=creance,
        kind=MouvementType.CARTE,
        value_on__year=int(year),
        value_on__month=int(number),
    )
    sources = list(paid.values_list("source_id", flat=True))
    # A movement by card is named after its payment, the due of its plan, or a surplus placed.
    debits = Transaction.objects.filter(
        Q(payment__public_id__in=sources)
        | Q(echeance__public_id__in=sources)
        | Q(surpluses__public_id__in=sources),
        caisse_id=anomalie.caisse_id,
        operation="DEBIT",
    ).distinct()
    refunds = [
        AnomalyPage(
            _("préparer le remboursement du paiement"),
            "refund_ask",
            debit.pk,
            {
                "amount": format_plain_euros(min(left_cents, anomalie.amount_cents or left_cents)),
                "reason": gettext("Payé par carte et retenu le même mois (%(month)s)")
                % {"month": month},
            },
        )
        for debit in debits.order_by("pk")
        if (left_cents := refundable_cents(debit)) > 0
    ]
    return [AnomalyPage(_("la créance"), "allocataires_creance_change", creance.pk), *refunds]


def _of_move(anomalie: Anomalie) -> list[AnomalyPage]:
    named = anomalie.subject.split(" ")[0]
    asked = MutationDemandee.objects.filter(
        caisse_id=anomalie.caisse_id, move_id=UUID(hex=named)
    ).first()
    if asked is None:
        return []
    return [AnomalyPage(_("la mutation"), "recouvrement_mutationdemandee_change", asked.pk)]


add_finder(pages_behind)
