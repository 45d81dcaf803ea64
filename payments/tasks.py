"""Periodic work on payments; each task makes one call, and may be lost or doubled without harm."""

from celery import shared_task
from django.utils import timezone

from payments.services import (
    invariants,
    notifications,
    plan_polling,
    polling,
    refund_sending,
    settled_checks,
    shop_drift,
)


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


@shared_task(name="payments.check_shops")
def check_shops() -> None:
    """Daily look at the shops; what is wrong goes on the work lists."""
    shop_drift.check_shops(now=timezone.now())


@shared_task(name="payments.poll_plans")
def poll_plans() -> None:
    """Ask about each plan with a due whose news did not come, one task a plan."""
    for target in plan_polling.late_plans(now=timezone.now()):
        check_plan.apply_async(
            kwargs={"payment_id": target.payment_id, "caisse_id": target.caisse_id}, expires=3000
        )


@shared_task(name="payments.check_plan")
def check_plan(*, payment_id: int, caisse_id: int) -> None:
    """Ask about the dues of one plan."""
    plan_polling.check_plan(polling.Target(payment_id, caisse_id), now=timezone.now())


@shared_task(name="payments.check_invariants", soft_time_limit=50 * 60, time_limit=55 * 60)
def check_invariants() -> None:
    """Nightly control of every invariant on the live data; a breach opens an anomaly."""
    invariants.report_breaches(now=timezone.now())


@shared_task(name="payments.send_refunds")
def send_refunds() -> None:
    """Send what was approved, and ask about what was sent without an answer, one task each."""
    for target in refund_sending.refunds_on_their_way(now=timezone.now()):
        send_refund.apply_async(
            kwargs={"refund_id": target.refund_id, "caisse_id": target.caisse_id}, expires=30
        )


@shared_task(name="payments.send_refund")
def send_refund(*, refund_id: int, caisse_id: int) -> None:
    """Bring one approved refund to its end."""
    refund_sending.send_refund(
        refund_sending.RefundTarget(refund_id, caisse_id), now=timezone.now()
    )


@shared_task(name="payments.ask_about_settled")
def ask_about_settled() -> None:
    """Ask about each settled attempt of which something is left to learn."""
    for target in settled_checks.settled_to_ask(now=timezone.now()):
        ask_about_one_settled.apply_async(
            kwargs={"payment_id": target.payment_id, "caisse_id": target.caisse_id}, expires=30
        )


@shared_task(name="payments.ask_about_one_settled")
def ask_about_one_settled(*, payment_id: int, caisse_id: int) -> None:
    """Ask about one settled attempt."""
    settled_checks.ask_about_settled(polling.Target(payment_id, caisse_id), now=timezone.now())
