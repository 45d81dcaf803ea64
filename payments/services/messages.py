"""What the person is told by e-mail once a payment is settled or held."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from allocataires.models import Echeance
from allocataires.models.echeancier import EcheanceStatus
from payments.link_address import path_of
from payments.models import Payment
from relation_usager.models.message import MessageKind
from relation_usager.services.outbox import queue_message


def tell_booked(*, payment: Payment, now: datetime) -> None:
    """Queue the confirmation of a booked payment."""
    _tell(MessageKind.PAYMENT_BOOKED, payment, now)


def tell_held(*, payment: Payment, now: datetime) -> None:
    """Queue the word that a payment was received and is being looked at."""
    _tell(MessageKind.PAYMENT_HELD, payment, now)


def tell_due_booked(
    *, payment: Payment, due: Echeance, dues: Sequence[Echeance], now: datetime
) -> None:
    """Queue the word that a due of a plan was paid, and which one comes next."""
    following = next((each for each in dues if each.status == EcheanceStatus.PLANNED), None)
    said = {"paid_at": now.isoformat()} | (_next(following) if following else {})
    _tell_of_due(MessageKind.INSTALMENT_BOOKED, payment, due, dues, said, now=now)


def tell_due_refused(
    *, payment: Payment, due: Echeance, dues: Sequence[Echeance], now: datetime
) -> None:
    """Queue the word that a due was refused and how to pay it: the person must know.

    To the address on file when none was given with the plan.
    """
    _tell_of_due(MessageKind.INSTALMENT_REFUSED, payment, due, dues, {}, now=now)


def tell_plan_stopped(*, payment: Payment, dues: Sequence[Echeance], now: datetime) -> None:
    """Queue the word that nothing more will be debited for this plan."""
    _queue(
        MessageKind.PLAN_STOPPED,
        payment,
        source_id=payment.public_id,
        to_address=payment.email or payment.allocataire.email,
        said={
            "amount_cents": sum(
                due.amount_cents for due in dues if due.status == EcheanceStatus.CANCELLED
            ),
            "page": _page(dues),
        },
        now=now,
    )


def _tell_of_due(
    kind: MessageKind,
    payment: Payment,
    due: Echeance,
    dues: Sequence[Echeance],
    said: dict[str, Any],
    *,
    now: datetime,
) -> None:
    refused = kind == MessageKind.INSTALMENT_REFUSED
    _queue(
        kind,
        payment,
        source_id=due.public_id,
        to_address=payment.email or (payment.allocataire.email if refused else ""),
        said={
            "amount_cents": due.amount_cents,
            "rank": due.rank,
            "count": len(dues),
            "due_on": due.due_on.isoformat(),
            "page": _page(dues),
            **said,
        },
        now=now,
    )


def _next(due: Echeance) -> dict[str, Any]:
    return {"next_on": due.due_on.isoformat(), "next_cents": due.amount_cents}


def _page(dues: Sequence[Echeance]) -> str:
    return reverse("payments:plan", args=[dues[0].echeancier.public_id])


def _page_of_link(payment: Payment) -> dict[str, Any]:
    """Whoever paid by a link finds the payment there: no page of the file would let them in."""
    return {"page": path_of(payment.link), "by_link": True} if payment.link is not None else {}


def _tell(kind: MessageKind, payment: Payment, now: datetime) -> None:
    _queue(
        kind,
        payment,
        source_id=payment.public_id,
        to_address=payment.email,
        said={
            "amount_cents": payment.amount_cents,
            "paid_at": now.isoformat(),
            **_page_of_link(payment),
        },
        now=now,
    )


def _queue(
    kind: MessageKind,
    payment: Payment,
    *,
    source_id: UUID,
    to_address: str,
    said: dict[str, Any],
    now: datetime,
) -> None:
    queue_message(
        caisse_id=payment.caisse_id,
        allocataire_id=payment.allocataire_id,
        kind=kind,
        source_id=source_id,
        to_address=to_address,
        langue=payment.langue,
        context={
            "reference": payment.reference,
            "caisse_id": payment.caisse_id,
            "payment_id": str(payment.public_id),
            **said,
        },
        now=now,
    )
