"""What an event says, by kind: debts by their numbers, amounts in cents; no name, no e-mail.

Free texts written by people (reasons, notes) stay here: they may name somebody. Each function
takes facts of one kind and gives the payload and the instant of each; rows are read together.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from allocataires.models import Creance, Echeance, Echeancier, Etape, Mouvement, PartEcheancier
from echanges.models import FaitSortant
from echanges.models.sortie import EvenementKind
from payments.models import Affectation, PaymentLog, Refund
from recouvrement.models import Demande

Payload = dict[str, Any]
#: What is said of a fact, and when it happened.
Told = tuple[Payload, datetime]

_PARTS = Prefetch(
    "payment__affectations",
    queryset=Affectation.objects.select_related("creance__allocataire").order_by("pk"),
)
_PLAN_PARTS = Prefetch(
    "parts",
    queryset=PartEcheancier.objects.select_related("creance__allocataire").order_by("rank"),
)
_DUES = Prefetch("echeances", queryset=Echeance.objects.order_by("rank"))


def tell(kind: str, facts: Sequence[FaitSortant]) -> dict[int, Told]:
    """The payload and the instant of each of these facts of one kind, by the fact's number."""
    return _TELLERS[EvenementKind(kind)](facts)


def reference_of(creance: Creance) -> Payload:
    """How the fund's software names a debt; its ``allocataire`` is read already."""
    return {
        "creance": str(creance.public_id),
        "numero": creance.allocataire.numero,
        "nature": creance.nature,
        "rang": creance.rang,
    }


def _ids(facts: Iterable[FaitSortant]) -> set[int]:
    return {fact.subject_id for fact in facts}


def _instant(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _payments(facts: Sequence[FaitSortant]) -> dict[int, Told]:
    logs = (
        PaymentLog.objects.select_related("payment__echeancier")
        .prefetch_related(_PARTS, "payment__transactions")
        .in_bulk(_ids(facts))
    )
    return {fact.pk: (_payment(logs[fact.subject_id]), logs[fact.subject_id].at) for fact in facts}


def _payment(log: PaymentLog) -> Payload:
    payment = log.payment
    plan = payment.echeancier
    transactions = sorted(payment.transactions.all(), key=lambda row: row.pk)
    return {
        "payment": str(payment.public_id),
        "reference": payment.reference,
        "from_status": log.from_status,
        "status": log.to_status,
        "cause": log.cause,
        "amount_cents": payment.amount_cents,
        "paid_at": _instant(payment.paid_at),
        "echeancier": str(plan.public_id) if plan else None,
        "affectations": [
            {**reference_of(share.creance), "amount_cents": share.amount_cents}
            for share in payment.affectations.all()
        ],
        "transactions": [
            {
                "uuid": str(row.uuid),
                "sequence_number": row.sequence_number,
                "operation": row.operation,
                "amount_cents": row.amount_cents,
            }
            for row in transactions
        ],
    }


def _refunds(facts: Sequence[FaitSortant]) -> dict[int, Told]:
    rows = Refund.objects.select_related("payment", "transaction").in_bulk(_ids(facts))
    return {fact.pk: (_refund(rows[fact.subject_id], fact), fact.noted_at) for fact in facts}


def _refund(refund: Refund, fact: FaitSortant) -> Payload:
    return {
        "refund": str(refund.public_id),
        "payment": str(refund.payment.public_id) if refund.payment else None,
        "transaction": str(refund.transaction.uuid),
        "status": fact.state,
        "origin": refund.origin,
        "kind": refund.kind,
        "amount_cents": refund.amount_cents,
    }


def _plans(facts: Sequence[FaitSortant]) -> dict[int, Told]:
    rows = (
        Echeancier.objects.select_related("allocataire")
        .prefetch_related(_PLAN_PARTS, _DUES)
        .in_bulk(_ids(facts))
    )
    return {fact.pk: (_plan(rows[fact.subject_id], fact), fact.noted_at) for fact in facts}


def _plan(plan: Echeancier, fact: FaitSortant) -> Payload:
    return {
        "echeancier": str(plan.public_id),
        "numero": plan.allocataire.numero,
        "status": fact.state,
        "means": plan.means,
        "total_cents": plan.total_cents,
        "agreed_at": _instant(plan.agreed_at),
        "parts": [
            {**reference_of(part.creance), "amount_cents": part.amount_cents}
            for part in plan.parts.all()
        ],
        "echeances": [
            {
                "echeance": str(due.public_id),
                "rank": due.rank,
                "due_on": due.due_on.isoformat(),
                "amount_cents": due.amount_cents,
                "status": due.status,
            }
            for due in plan.echeances.all()
        ],
    }


def _dues(facts: Sequence[FaitSortant]) -> dict[int, Told]:
    rows = Echeance.objects.select_related("echeancier__allocataire").in_bulk(_ids(facts))
    return {fact.pk: (_due(rows[fact.subject_id], fact), fact.noted_at) for fact in facts}


def _due(due: Echeance, fact: FaitSortant) -> Payload:
    return {
        "echeance": str(due.public_id),
        "echeancier": str(due.echeancier.public_id),
        "numero": due.echeancier.allocataire.numero,
        "rank": due.rank,
        "due_on": due.due_on.isoformat(),
        "amount_cents": due.amount_cents,
        "status": fact.state,
    }


def _states(facts: Sequence[FaitSortant]) -> dict[int, Told]:
    rows = Etape.objects.select_related("creance__allocataire").in_bulk(_ids(facts))
    return {fact.pk: (_state(rows[fact.subject_id]), rows[fact.subject_id].at) for fact in facts}


def _state(etape: Etape) -> Payload:
    return {
        **reference_of(etape.creance),
        "from_state": etape.from_state,
        "state": etape.to_state,
        "cause": etape.cause,
        "on": etape.on.isoformat(),
        "until_on": etape.until_on.isoformat() if etape.until_on else None,
    }


def _demandes(facts: Sequence[FaitSortant]) -> dict[int, Told]:
    rows = Demande.objects.select_related("creance__allocataire").in_bulk(_ids(facts))
    return {fact.pk: (_demande(rows[fact.subject_id], fact), fact.noted_at) for fact in facts}


def _demande(demande: Demande, fact: FaitSortant) -> Payload:
    return {
        **reference_of(demande.creance),
        "demande": str(demande.public_id),
        "kind": demande.kind,
        "status": fact.state,
        "filed_on": demande.filed_on.isoformat(),
        "suspends": demande.suspends,
        "remitted_cents": demande.remitted_cents,
    }


def _movements(facts: Sequence[FaitSortant]) -> dict[int, Told]:
    rows = Mouvement.objects.select_related("creance__allocataire").in_bulk(_ids(facts))
    return {
        fact.pk: (_movement(rows[fact.subject_id]), rows[fact.subject_id].recorded_at)
        for fact in facts
    }


def _movement(movement: Mouvement) -> Payload:
    return {
        **reference_of(movement.creance),
        "rank": movement.rank,
        "kind": movement.kind,
        "sens": movement.sens,
        "amount_cents": movement.amount_cents,
        "balance_after_cents": movement.balance_after_cents,
        "value_on": movement.value_on.isoformat(),
        "source": str(movement.source_id) if movement.source_id else None,
    }


_TELLERS: dict[EvenementKind, Callable[[Sequence[FaitSortant]], dict[int, Told]]] = {
    EvenementKind.PAYMENT: _payments,
    EvenementKind.REFUND: _refunds,
    EvenementKind.PLAN: _plans,
    EvenementKind.ECHEANCE: _dues,
    EvenementKind.STATE: _states,
    EvenementKind.DEMANDE: _demandes,
    EvenementKind.MOUVEMENT: _movements,
}
