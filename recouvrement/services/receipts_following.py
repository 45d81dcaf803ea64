"""Money that came in for a debt that had moved goes after it: both journals, by itself.

The card money is in the shop of the fund that was left; it waits on that fund's suspense account
with a ``TropPercu`` that names the debt. Here it leaves for the fund that follows the debt now,
whatever the number of moves. What that debt cannot take stays, and is the person's to choose
about.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from allocataires.models import Creance
from allocataires.nomenclature import MouvementType
from allocataires.services.mouvements import Posting, post_mouvements
from allocataires.states import ELSEWHERE
from caf_portal.database.scope import national_scope
from caf_portal.money import format_euros
from caf_portal.paris import paris_date
from caf_portal.sweeping import try_each
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.models.events import Evenement
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.writing import Part, RuleMissing, write_ecriture
from payments.models import Affectation, Payment, TropPercu
from payments.models.refund import RefundStatus
from payments.models.surplus import TropPercuStatus
from payments.services.remains import remains_of
from payments.services.surplus_ends import settle_lines
from payments.services.surplus_seeing import tell_surplus
from recouvrement.models import Mutation
from recouvrement.models.mutation import MutationSide
from recouvrement.services.moving import part_of


@dataclass(frozen=True, slots=True)
class Followed:
    """What a run did: receipts sent on, and left to somebody's choice."""

    sent: int
    left: int


def send_receipts(*, now: datetime, limit: int = 200) -> Followed:
    """Send each receipt after its debt; one whose refund is on its way waits for its end."""
    with national_scope():
        waiting = TropPercu.objects.filter(status=TropPercuStatus.A_TRANSMETTRE)
        pks = list(waiting.order_by("pk").values_list("pk", flat=True)[:limit])
    done = try_each(pks, lambda pk: _try(pk, now=now))
    return Followed(done.count(TropPercuStatus.TRANSMIS), done.count(TropPercuStatus.A_CHOISIR))


def _try(pk: int, *, now: datetime) -> str:
    """A fund whose scheme says nothing of receipts sent or received is told, and waits."""
    try:
        return _send(pk, now=now)
    except RuleMissing as error:
        with national_scope():
            surplus = TropPercu.objects.select_related("transaction", "payment").get(pk=pk)
            _note(surplus, surplus.left_cents, f"n’ont pas pu suivre leur dette : {error}", now=now)
        return "waits"


def _send(pk: int, *, now: datetime) -> str:
    with national_scope():
        target = _debt_now(TropPercu.objects.select_related("moved_creance").get(pk=pk))
        surplus, cents = _locked(pk)
        if surplus.status != TropPercuStatus.A_TRANSMETTRE or cents is None:
            return "waits"
        takes = min(cents, target.balance_cents) if target else 0
        if target is not None and takes > 0:
            _book(surplus, target, takes, now=now)
        _end(surplus, cents - takes, now=now)
        return surplus.status


def _debt_now(surplus: TropPercu) -> Creance | None:
    """The debt that continues the one that was paid, under lock, however often it moved."""
    following, found = surplus.moved_creance, None
    while following is not None:
        move = Mutation.objects.filter(creance=following, side=MutationSide.DEPART).first()
        following = (
            Creance.objects.locked().filter(public_id=move.other_creance_id).first()
            if move
            else None
        )
        found = following or found
    return None if found is None or found.state in ELSEWHERE else found


def _locked(pk: int) -> tuple[TropPercu, int | None]:
    """The surplus under its payment's lock, and what of it is there to send; none: wait."""
    payment_id = TropPercu.objects.values_list("payment_id", flat=True).get(pk=pk)
    Payment.objects.locked().get(pk=payment_id)
    surplus = (
        TropPercu.objects.locked()
        .select_related("transaction__payment", "transaction__echeance", "payment__allocataire")
        .get(pk=pk)
    )
    debit = surplus.transaction
    if debit.refunds.filter(status__in=[RefundStatus.ASKED, RefundStatus.SENDING]).exists():
        return surplus, None
    shares = Affectation.objects.filter(payment_id=payment_id).select_related(
        "creance__allocataire"
    )
    return surplus, min(surplus.left_cents, remains_of(debit, list(shares)).suspense_cents)


def _book(surplus: TropPercu, target: Creance, cents: int, *, now: datetime) -> None:
    send_id = uuid4()
    surplus.sent_id, surplus.sent_cents = send_id, cents
    surplus.save(update_fields=["sent_id", "sent_cents"])
    sent = Part(Evenement.RECEIPT_SENT, cents, f"Vers la caisse {target.caisse.code}")
    received = part_of(target, Evenement.RECEIPT_RECEIVED, cents)
    for caisse_id, part in ((surplus.caisse_id, sent), (target.caisse_id, received)):
        write_ecriture(
            caisse_id=caisse_id,
            event=part.event,
            parts=[part],
            source_id=send_id,
            piece=surplus.payment.reference,
            label=f"Encaissement transmis {surplus.payment.reference}",
            now=now,
        )
    post_mouvements(
        caisse_id=target.caisse_id,
        kind=MouvementType.CARTE,
        postings=[Posting(target.pk, cents)],
        value_on=paris_date(now),
        source_id=send_id,
        now=now,
    )


def _end(surplus: TropPercu, left_cents: int, *, now: datetime) -> None:
    """All of it sent: the line is settled. What is left is the person's to choose about."""
    surplus.status = TropPercuStatus.A_CHOISIR if left_cents > 0 else TropPercuStatus.TRANSMIS
    surplus.save(update_fields=["status"])
    if left_cents <= 0:
        note = f"{format_euros(surplus.sent_cents)} transmis à la caisse qui suit la dette."
        settle_lines(surplus.transaction, note=note, now=now)
        return
    why = (
        "n’ont pas pu suivre leur dette (dette terminée, ou partie sans mutation sur ce portail). "
        "La personne choisit ce qu’ils deviennent."
    )
    _note(surplus, left_cents, why, now=now)
    tell_surplus(surplus.payment, surplus, cents=left_cents, now=now)


def _note(surplus: TropPercu, cents: int, why: str, *, now: datetime) -> None:
    open_anomalie(
        caisse_id=surplus.caisse_id,
        kind=AnomalieKind.MUTATION_TO_FINISH,
        subject=surplus.transaction.uuid.hex,
        amount_cents=cents,
        detail=f"Paiement {surplus.payment.reference} : {format_euros(cents)} reçus {why}",
        now=now,
    )
