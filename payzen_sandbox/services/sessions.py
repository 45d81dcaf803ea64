"""The buyer's session: still open or not, cancelled, expired."""

from datetime import datetime

from django.db import transaction

from payzen_sandbox.models import Payment
from payzen_sandbox.models.payment import PaymentState
from payzen_sandbox.services.event_log import record
from payzen_sandbox.services.notifying import notify


class SessionClosed(Exception):
    """The payment is over, or not at the step that was asked."""


def lock_open(payment: Payment, *, now: datetime) -> Payment:
    """Read the payment again inside the caller's transaction, which holds SQLite's write lock.

    Raises SessionClosed unless it is open and in time.
    """
    payment = Payment.objects.get(pk=payment.pk)
    if not payment.is_open or payment.expires_at <= now:
        raise SessionClosed(payment.state)
    return payment


def choose_network(*, payment: Payment, network: str, now: datetime) -> None:
    """Keep the network chosen by the buyer. Raises SessionClosed."""
    with transaction.atomic():
        payment = lock_open(payment, now=now)
        payment.network = network
        payment.save(update_fields=["network"])


def choose_language(*, payment: Payment, language: str) -> None:
    """Keep the language chosen by the buyer, for the pages that follow."""
    Payment.objects.filter(pk=payment.pk).update(language=language)


def cancel(*, payment: Payment, now: datetime) -> Payment:
    """The buyer leaves before paying. Raises SessionClosed."""
    with transaction.atomic():
        payment = lock_open(payment, now=now)
        _end(payment, PaymentState.CANCELLED, now=now)
    _tell_abandoned(payment, now=now)
    return payment


def expire_overdue(*, now: datetime) -> int:
    """Close the sessions whose ten minutes are over; returns how many."""
    with transaction.atomic():
        payments = list(Payment.objects.overdue(now))
        for payment in payments:
            _end(payment, PaymentState.EXPIRED, now=now)
    for payment in payments:
        _tell_abandoned(payment, now=now)
    return len(payments)


def _end(payment: Payment, state: PaymentState, *, now: datetime) -> None:
    """A session that already saw a refusal ends refused: the platform holds that transaction."""
    payment.state = PaymentState.REFUSED if payment.transactions.exists() else state
    payment.pending_card = None
    payment.closed_at = now
    payment.save(update_fields=["state", "pending_card", "closed_at"])
    record(payment, f"session.{payment.state.lower()}", now=now)


def _tell_abandoned(payment: Payment, *, now: datetime) -> None:
    """The rule "on cancellation" is off by default at PayZen: the shop then hears nothing."""
    if payment.state != PaymentState.REFUSED:
        notify(payment=payment, transaction=None, source=payment.source, now=now)
