"""The buyer's attempt to pay: card, authentication, authorisation, then the shop is told."""

import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from payzen_sandbox import alarm
from payzen_sandbox.cards import Effect, TestCard, find_masked
from payzen_sandbox.models import Payment, Transaction
from payzen_sandbox.models.payment import PaymentState
from payzen_sandbox.models.transaction import Status
from payzen_sandbox.protocol.payment_config import SINGLE
from payzen_sandbox.services.authorisation import (
    DONE,
    REFUSED,
    Authentication,
    Decision,
    decide,
)
from payzen_sandbox.services.event_log import record
from payzen_sandbox.services.notifying import notify
from payzen_sandbox.services.payment_orders import mark_paid
from payzen_sandbox.services.sessions import SessionClosed, lock_open

CHALLENGE_CODE = "1234"
CHALLENGE_TRIES = 3
# "Refused because the first instalment was refused" (`vads_payment_error`).
FIRST_REFUSED = "101"
# 3: challenge requested, 4: challenge mandated (`vads_threeds_mpi`).
ASKS_CHALLENGE = {"3", "4"}


@dataclass(frozen=True, slots=True)
class CardEntry:
    """What the buyer typed, once checked. The CVV is checked by the form and goes no further."""

    card: TestCard
    network: str
    expiry_month: int
    expiry_year: int

    def stored(self) -> dict[str, str | int]:
        """The masked card, ready to be kept."""
        return {
            "number": self.card.masked,
            "brand": self.network,
            "expiry_month": self.expiry_month,
            "expiry_year": self.expiry_year,
        }


def submit_card(*, payment: Payment, entry: CardEntry, now: datetime) -> Transaction | None:
    """Debit the card, or return None when the buyer must first answer a challenge.

    Raises SessionClosed. The shop is notified, outside any transaction, before this returns.
    """
    with transaction.atomic():
        payment = lock_open(payment, now=now)
        payment.pending_card = entry.stored()
        payment.challenge_tries = 0
        if _needs_challenge(payment, entry.card):
            payment.save(update_fields=["pending_card", "challenge_tries"])
            record(payment, "challenge.asked", now=now, detail=entry.card.masked)
            return None
        attempt = _attempt(payment, _frictionless(entry.card), now=now)
    notify(payment=payment, transaction=attempt, source=payment.source, now=now)
    return attempt


def pay_without_pages(*, payment: Payment, entry: CardEntry, now: datetime) -> Transaction:
    """Debit the card without challenge, for the load mode; the caller notifies.

    Raises SessionClosed.
    """
    with transaction.atomic():
        payment = lock_open(payment, now=now)
        payment.network = entry.network
        payment.pending_card = entry.stored()
        payment.save(update_fields=["network"])
        return _attempt(payment, _frictionless(entry.card), now=now)


def submit_challenge(*, payment: Payment, code: str, now: datetime) -> Transaction | None:
    """Check the code and debit the card; None when the code is wrong and may be tried again.

    Raises SessionClosed. After three wrong codes the authentication has failed.
    """
    with transaction.atomic():
        payment = lock_open(payment, now=now)
        _pending_card(payment)
        authentication = Authentication.CHALLENGE
        if code != CHALLENGE_CODE:
            payment.challenge_tries += 1
            payment.save(update_fields=["challenge_tries"])
            record(payment, "challenge.wrong_code", now=now)
            if payment.challenge_tries < CHALLENGE_TRIES:
                return None
            authentication = Authentication.WRONG_CODE
        attempt = _attempt(payment, authentication, now=now)
    notify(payment=payment, transaction=attempt, source=payment.source, now=now)
    return attempt


def refuse_challenge(*, payment: Payment, now: datetime) -> Transaction:
    """The buyer declines to authenticate: the attempt is refused. Raises SessionClosed."""
    with transaction.atomic():
        payment = lock_open(payment, now=now)
        attempt = _attempt(payment, Authentication.FAILED, now=now)
    notify(payment=payment, transaction=attempt, source=payment.source, now=now)
    return attempt


def _needs_challenge(payment: Payment, card: TestCard) -> bool:
    if not card.enrolled or card.effect is Effect.AUTHENTICATION_REFUSED:
        return False
    # Instalments force strong authentication, whatever the form asks.
    instalments = payment.fields["vads_payment_config"] != SINGLE
    asked = payment.fields.get("vads_threeds_mpi", "") in ASKS_CHALLENGE
    return card.challenge or instalments or asked


def _frictionless(card: TestCard) -> Authentication:
    if card.effect is Effect.AUTHENTICATION_REFUSED:
        return Authentication.FAILED
    return Authentication.FRICTIONLESS


def _pending_card(payment: Payment) -> dict[str, Any]:
    """The masked card of the attempt under way. Raises SessionClosed when there is none."""
    stored: dict[str, Any] | None = payment.pending_card
    if stored is None:
        raise SessionClosed("no card")
    return stored


def _attempt(payment: Payment, authentication: Authentication, *, now: datetime) -> Transaction:
    stored = _pending_card(payment)
    card = find_masked(stored["number"])
    decision = decide(
        card,
        authentication=authentication,
        delay_days=(payment.plan[0].due_on - now.date()).days,
        manual_validation=needs_validation(payment),
    )
    attempt = _store_attempt(payment, decision, now=now)
    _close(payment, attempt, now=now)
    if decision.status is not Status.REFUSED:
        _store_later_instalments(attempt, status=Status.WAITING_AUTHORISATION, now=now)
    elif not payment.is_open:
        _store_later_instalments(attempt, status=Status.REFUSED, now=now)
    record(payment, "attempt", now=now, detail=f"{attempt.status} {stored['number']}")
    alarm.ring()  # a late answer may now be the next thing due
    return attempt


def needs_validation(payment: Payment) -> bool:
    """Whether the shop validates by hand: the form's word, else the shop's setting."""
    return (payment.fields.get("vads_validation_mode") or payment.shop.validation_mode) == "1"


def _store_attempt(payment: Payment, decision: Decision, *, now: datetime) -> Transaction:
    late = decision.status is Status.UNDER_VERIFICATION
    first = payment.plan[0]
    return Transaction.objects.create(
        payment=payment,
        uuid=uuid.uuid4().hex,
        sequence_number=payment.transactions.of_the_form().count() + 1,
        occurrence_type="UNITAIRE" if len(payment.plan) == 1 else "RECURRENT_INITIAL",
        amount_cents=first.amount_cents,
        initial_amount_cents=first.amount_cents,
        card=_pending_card(payment),
        created_at=now,
        presentation_at=max(now, datetime.combine(first.due_on, time.min, tzinfo=UTC)),
        answered_at=None if late else now,
        settles_at=now + timedelta(seconds=settings.ENVIRONMENT.late_answer_seconds)
        if late
        else None,
        **asdict(decision),
    )


def _store_later_instalments(first: Transaction, *, status: Status, now: datetime) -> None:
    """All instalments exist at once: same trans_id, their own uuid and sequence number.

    Refused with the first one, once no attempt is left.
    """
    refused = status is Status.REFUSED
    later = first.payment.plan[1:]
    for rank, instalment in enumerate(later, start=1):
        last = rank == len(later)
        Transaction.objects.create(
            payment=first.payment,
            uuid=uuid.uuid4().hex,
            sequence_number=first.sequence_number + rank,
            occurrence_type="RECURRENT_FINAL" if last else "RECURRENT_INTERMEDIAIRE",
            status=status,
            amount_cents=instalment.amount_cents,
            initial_amount_cents=instalment.amount_cents,
            card=first.card,
            result=REFUSED if refused else DONE,
            payment_error=FIRST_REFUSED if refused else "",
            answered_at=now if refused else None,
            threeds={},
            created_at=now,
            presentation_at=datetime.combine(instalment.due_on, time.min, tzinfo=UTC),
        )


def _close(payment: Payment, attempt: Transaction, *, now: datetime) -> None:
    """Set the session's state after an attempt; a refusal may leave further ones."""
    if attempt.status == Status.UNDER_VERIFICATION:
        payment.state = PaymentState.PENDING
    elif attempt.is_accepted:
        payment.state = PaymentState.ACCEPTED
    elif payment.transactions.of_the_form().count() >= payment.shop.attempts_allowed:
        payment.state = PaymentState.REFUSED
    payment.pending_card = None
    payment.challenge_tries = 0
    payment.closed_at = None if payment.is_open else now
    payment.save(update_fields=["state", "pending_card", "challenge_tries", "closed_at"])
    mark_paid(payment, now=now)
