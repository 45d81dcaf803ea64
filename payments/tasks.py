"""Periodic work on payments; each task makes one call, and may be lost or doubled without harm."""

from celery import shared_task
from django.utils import timezone

from payments.services import invariants, notifications, polling


@shared_task(name="payments.finish_notifications")
def finish_notifications() -> None:
    """Judge what was kept and never judged."""
    notifications.finish_notifications(now=timezone.now())


@shared_task(name="payments.finish_old_notifications")
def finish_old_notifications() -> None:
    """The same over all that was ever received: nothing grows too old to be judged."""
    notifications.finish_notifications(now=timezone.now(), looking_back=None)


@shared_task(name="payments.poll_open_payments")
def poll_open_payments() -> None:
    """Ask about each attempt that has been open for a while, one task an attempt."""
    for target in polling.open_payments(now=timezone.now()):
        check_payment.apply_async(
            kwargs={"payment_id": target.payment_id, "caisse_id": target.caisse_id}, expires=120
        )


@shared_task(name="payments.answer_checks")
def answer_checks() -> None:
    """Ask about each attempt whose person is waiting."""
    for target in polling.awaited_payments():
        check_payment.apply_async(
            kwargs={"payment_id": target.payment_id, "caisse_id": target.caisse_id}, expires=30
        )


@shared_task(name="payments.check_payment")
def check_payment(*, payment_id: int, caisse_id: int) -> None:
    """Ask about one attempt."""
    polling.check_payment(polling.Target(payment_id, caisse_id), now=timezone.now())


@shared_task(name="payments.check_invariants", soft_time_limit=50 * 60, time_limit=55 * 60)
def check_invariants() -> None:
    """Nightly control of every invariant on the live data; a breach opens an anomaly."""
    invariants.report_breaches(now=timezone.now())
