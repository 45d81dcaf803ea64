"""Takes a booking back: debts raised, écriture, status, message, in the caller's transaction.

Whatever the cause (a refund of ours that the platform made, an operation made at the platform, a
payment that the holder's bank took back),
what is given back leaves the suspense account first, then the debts in the reverse order of the
payment's shares, those that a surplus was placed on before the others: a person gets back first
what repaid nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from allocataires.models import Creance
from allocataires.nomenclature import MouvementType
from allocataires.services.mouvements import Posting, post_mouvements
from allocataires.states import ELSEWHERE
from caf_portal.money import format_euros
from caf_portal.paris import paris_date
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.models.events import Evenement
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.writing import Part, write_ecriture
from payments.models import Affectation, Notification, Payment, Refund
from payments.models.refund import RefundKind, RefundStatus
from payments.services.given_back import end_if_given_back
from payments.services.refund_messages import tell_given_back
from payments.services.remains import Remains, remains_of
from payments.services.surplus_ends import surplus_given_back
from payments.status import Cause

#: What the books say of what a bank took beyond what was left.
BEYOND = "Impayé au-delà de ce qui restait"
_TAKEN_BACK = "Somme reprise par la banque de la personne qui a payé."
_LABELS = {
    RefundKind.REFUND: "Remboursement",
    RefundKind.CANCELLATION: "Annulation du paiement",
    RefundKind.REDUCTION: "Réduction du paiement",
    RefundKind.IMPAYE: "Impayé",
}


@dataclass(frozen=True, slots=True)
class _Words:
    """What is written on the debts and in the books."""

    mouvement: MouvementType
    on_debts: Evenement
    on_suspense: Evenement


_GIVEN_BACK = _Words(MouvementType.REMBOURSEMENT, Evenement.CARD_REFUND, Evenement.SUSPENSE_REFUND)
_CHARGED_BACK = _Words(MouvementType.IMPAYE, Evenement.CHARGEBACK, Evenement.CHARGEBACK_SUSPENSE)


@dataclass(frozen=True, slots=True)
class Ground:
    """The attempt and its debts, under lock, and why its booking is taken back.

    ``fact_on`` is the Paris day of the fact, when it is not that of ``now``.
    """

    payment: Payment
    affectations: Sequence[Affectation]
    cause: Cause
    now: datetime
    notification: Notification | None = None
    fact_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Split:
    suspense_cents: int
    debts: tuple[tuple[Creance, int], ...]


def settle_refund(refund: Refund, ground: Ground, *, kind: RefundKind) -> None:
    """End a refund that is being sent, that the caller holds under lock: the money went back.

    The caller has set its ``gateway_id``. Raises ``RuleMissing`` when the fund's scheme says
    nothing of refunds; the refund then stays as it was.
    """
    remains = remains_of(refund.transaction, ground.affectations)
    refund.status, refund.kind, refund.settled_at = RefundStatus.DONE, kind, ground.now
    refund.save(update_fields=["status", "kind", "gateway_id", "settled_at"])
    _reverse(refund, remains, ground)


def record_platform_refund(refund: Refund, ground: Ground, *, beyond_cents: int = 0) -> None:
    """Write a refund that the platform made by itself, or a chargeback, born done, and its
    effects. ``beyond_cents`` is what the bank took beyond what was left of the payment: its
    écriture bears it too, on the suspense account."""
    remains = remains_of(refund.transaction, ground.affectations)
    refund.save(force_insert=True)
    _reverse(refund, remains, ground, beyond_cents)


def _reverse(refund: Refund, remains: Remains, ground: Ground, beyond_cents: int = 0) -> None:
    split = _split(refund.amount_cents, remains)
    words = _CHARGED_BACK if refund.kind == RefundKind.IMPAYE else _GIVEN_BACK
    fact_on = ground.fact_on or paris_date(ground.now)
    post_mouvements(
        caisse_id=refund.caisse_id,
        kind=words.mouvement,
        postings=[Posting(creance.pk, cents) for creance, cents in split.debts],
        value_on=fact_on,
        source_id=refund.public_id,
        now=ground.now,
    )
    label = f"{_LABELS[RefundKind(refund.kind)]} {ground.payment.reference}"
    write_ecriture(
        caisse_id=refund.caisse_id,
        event=words.on_debts if split.debts else words.on_suspense,
        parts=_parts(split, words, beyond_cents),
        source_id=refund.public_id,
        piece=ground.payment.reference,
        label=label,
        now=ground.now,
        fact_on=fact_on,
    )
    _end(refund, remains, split, ground)


def _end(refund: Refund, remains: Remains, split: _Split, ground: Ground) -> None:
    """What follows for the payment, the surplus, the work list and the person."""
    end_if_given_back(
        ground.payment,
        now=ground.now,
        cause=ground.cause,
        reason=RefundKind(refund.kind).value,
        notification=ground.notification,
    )
    if split.suspense_cents:
        surplus_given_back(
            refund.transaction,
            left_cents=remains.suspense_cents - split.suspense_cents,
            now=ground.now,
            **({"note": _TAKEN_BACK} if refund.kind == RefundKind.IMPAYE else {}),
        )
    _note_debts_gone(refund, split, ground)
    raised_cents = sum(cents for _creance, cents in split.debts)
    tell_given_back(
        payment=ground.payment, refund=refund, raised_cents=raised_cents, now=ground.now
    )


def _note_debts_gone(refund: Refund, split: _Split, ground: Ground) -> None:
    """What is owed again on a debt that somebody else claims now is nobody's: an agent is told."""
    gone = [(creance, cents) for creance, cents in split.debts if creance.state in ELSEWHERE]
    if not gone:
        return
    debts = ", ".join(f"{creance} ({format_euros(cents)})" for creance, cents in gone)
    open_anomalie(
        caisse_id=refund.caisse_id,
        kind=AnomalieKind.MUTATION_TO_FINISH,
        subject=refund.public_id.hex,
        amount_cents=sum(cents for _creance, cents in gone),
        detail=(
            f"Paiement {ground.payment.reference} rendu alors que sa dette est suivie ailleurs : "
            f"{debts} de nouveau dus ici, que personne ne réclame. Voyez avec qui suit la dette."
        ),
        now=ground.now,
    )


def _split(amount_cents: int, remains: Remains) -> _Split:
    suspense_cents = min(amount_cents, remains.suspense_cents)
    left = amount_cents - suspense_cents
    debts = []
    for creance, cents in reversed(remains.debts):
        taken = min(left, cents)
        if taken:
            debts.append((creance, taken))
            left -= taken
    return _Split(suspense_cents + left, tuple(debts))


def _parts(split: _Split, words: _Words, beyond_cents: int) -> list[Part]:
    parts = [part_of(words.on_debts, creance, cents) for creance, cents in split.debts]
    if split.suspense_cents:
        parts.append(Part(words.on_suspense, split.suspense_cents, "Somme à identifier"))
    if beyond_cents:
        parts.append(Part(words.on_suspense, beyond_cents, BEYOND))
    return parts


def part_of(event: Evenement, creance: Creance, cents: int) -> Part:
    """What an event does to one debt, with the debt as its auxiliary account."""
    return Part(
        event=event,
        famille=creance.famille,
        amount_cents=cents,
        auxiliaire=f"{creance.allocataire.numero}-{creance}".replace(" ", "-"),
        label=f"Créance {creance}",
    )
