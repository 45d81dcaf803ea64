"""Writes money that fits: movements on the debts, one écriture, and the surplus if there is one."""

from collections.abc import Mapping
from uuid import UUID

from allocataires.nomenclature import MouvementType
from allocataires.services.mouvements import Posting, post_mouvements
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.models.events import Evenement
from comptabilite.services.writing import Part, write_ecriture
from payments.models import Affectation, Payment
from payments.services.case import Case, note_anomalie
from payments.services.surplus_seeing import note_surplus
from payments.services.transactions import money_id


def post_money(
    case: Case,
    payment: Payment,
    posted: Mapping[Affectation, int],
    *,
    amount_cents: int,
    source_id: UUID,
    label: str,
) -> None:
    """Post ``posted`` (cents by debt) and write the écriture of ``amount_cents``, which is more
    when the debts could not take all of it: the rest goes to the suspense account and waits for
    the person's choice, with an anomaly. A debt that may no longer be paid here (moved,
    over-indebted…) takes its share all the same, before an agent's eyes. ``source_id`` names the
    movements; the écriture is named by the transaction.
    """
    surplus_cents = amount_cents - sum(posted.values())
    post_mouvements(
        caisse_id=payment.caisse_id,
        kind=MouvementType.CARTE,
        postings=[Posting(row.creance_id, cents) for row, cents in posted.items() if cents],
        value_on=case.fact_on,
        source_id=source_id,
        now=case.now,
    )
    write_ecriture(
        caisse_id=payment.caisse_id,
        event=Evenement.CARD_PAYMENT,
        parts=_parts(posted, surplus_cents),
        source_id=money_id(case.report),
        piece=payment.reference,
        label=label,
        now=case.now,
        fact_on=case.fact_on,
    )
    if surplus_cents:
        note_surplus(case, payment, posted, surplus_cents)
    _note_debts_that_left(case, posted)


def _note_debts_that_left(case: Case, posted: Mapping[Affectation, int]) -> None:
    """Money that left for the bank before its debt did: an agent passes it on, or gives it back.

    Nobody else may decide: it belongs to another fund, to the department, or to a judge's plan.
    """
    left = {
        row: cents
        for row, cents in posted.items()
        if cents and not row.creance.online_payment.allowed
    }
    if left:
        debts = ", ".join(f"{row.creance} ({row.creance.get_state_display()})" for row in left)
        fact = f"somme enregistrée sur une dette qui n’était plus à payer ici : {debts}"
        note_anomalie(case, AnomalieKind.DEBT_MOVED, fact, sum(left.values()))


def _parts(posted: Mapping[Affectation, int], surplus_cents: int) -> list[Part]:
    parts = [
        Part(
            event=Evenement.CARD_PAYMENT,
            famille=row.creance.famille,
            amount_cents=cents,
            auxiliaire=f"{row.creance.allocataire.numero}-{row.creance}".replace(" ", "-"),
            label=f"Créance {row.creance}",
        )
        for row, cents in posted.items()
        if cents
    ]
    if surplus_cents:
        parts.append(Part(Evenement.UNIDENTIFIED_RECEIPT, surplus_cents, "Trop-perçu à affecter"))
    return parts
