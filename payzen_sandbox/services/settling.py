"""The bank's late answers, for the test card that makes it slow."""

from datetime import datetime

from django.db import transaction

from payzen_sandbox.models import Transaction
from payzen_sandbox.models.payment import PaymentState
from payzen_sandbox.services.attempts import needs_validation
from payzen_sandbox.services.authorisation import approve
from payzen_sandbox.services.event_log import record
from payzen_sandbox.services.notifying import notify
from payzen_sandbox.services.payment_orders import mark_paid


def settle_late_answers(*, now: datetime) -> int:
    """Accept what was under verification and is due; tell the shop (BATCH); returns how many."""
    due = list(Transaction.objects.due_to_settle(now).values_list("pk", flat=True))
    return sum(_settle(pk, now=now) for pk in due)


def _settle(pk: int, *, now: datetime) -> bool:
    with transaction.atomic():
        attempt = Transaction.objects.due_to_settle(now).filter(pk=pk).first()
        if attempt is None:
            return False  # another thread settled it between the two reads
        payment = attempt.payment
        decision = approve(
            delay_days=payment.capture_delay_days,
            manual_validation=needs_validation(payment),
            threeds=attempt.threeds,
        )
        attempt.status = decision.status
        attempt.auth_result = decision.auth_result
        attempt.auth_number = decision.auth_number
        attempt.auth_mode = decision.auth_mode
        attempt.certificate = decision.certificate
        attempt.answered_at = now
        attempt.save()
        payment.state = PaymentState.ACCEPTED
        payment.save(update_fields=["state"])
        mark_paid(payment, now=now)
        record(payment, "settled", now=now, detail=attempt.status)
    notify(payment=payment, transaction=attempt, source="BATCH", now=now)
    return True
