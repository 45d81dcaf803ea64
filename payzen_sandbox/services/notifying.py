"""Tell the shop, when its rules say so: build the notification, send it or put it off."""

from datetime import datetime, timedelta

from payzen_sandbox import alarm
from payzen_sandbox.faults import Faults
from payzen_sandbox.models import Notification, Payment, Transaction
from payzen_sandbox.models.notification import Outcome
from payzen_sandbox.notification_rules import RuleName
from payzen_sandbox.services.bodies import notification_body
from payzen_sandbox.services.delivery import deliver
from payzen_sandbox.services.event_log import record
from payzen_sandbox.services.fault_rules import faults_of
from payzen_sandbox.services.retrying import plan_retry

IN_PRESENCE = ("PAY", "PAYMENT_ORDER")
RULE_OF_SOURCE = {
    "PAY": RuleName.END_OF_PAYMENT,
    "PAYMENT_ORDER": RuleName.END_OF_PAYMENT,
    "BATCH": RuleName.BATCH_CHANGE,
    "BATCH_AUTO": RuleName.BATCH_AUTHORISATION,
    "MERCH_BO": RuleName.BACK_OFFICE_OPERATION,
}
# A reordered call waits for the shop's next one, not for ever.
REORDER_PATIENCE = timedelta(minutes=10)


def notify(
    *,
    payment: Payment,
    transaction: Transaction | None,
    source: str,
    now: datetime,
    rule_name: RuleName | None = None,
) -> list[Notification]:
    """Send the automatic notification, with the faults asked for; returns the calls made.

    None when the shop's rule is off. Blocks up to ten seconds a call, as PayZen does while the
    buyer waits. Must be called outside a database transaction: HTTP under SQLite's write lock
    would stop every other buyer.
    """
    name = rule_name or _rule_name(source, abandoned=transaction is None)
    shop = payment.shop
    rule = shop.rules[name]
    if not rule.on:
        record(payment, "notification.rule_off", now=now, detail=f"{source} {name}")
        return []
    faults = faults_of(payment)
    body = notification_body(
        payment, transaction, source=source, format=rule.format, now=now, faults=faults
    )
    # The form's own URL serves for the immediate call only; later ones follow the rule.
    own_url = payment.fields.get("vads_url_check") if source in IN_PRESENCE else ""
    outcome, due_at = _when(payment, faults, now=now)
    calls = [
        Notification.objects.create(
            payment=payment,
            transaction=transaction,
            source=source,
            rule=name,
            format=rule.format,
            url=own_url or rule.url or shop.rule_url,
            fields=body,
            faults=sorted(faults.on_notifications),
            outcome=outcome,
            due_at=due_at,
        )
        for _copy in range(2 if faults.duplicate else 1)
    ]
    for call in calls:
        _start(call, now=now)
    return calls


def resend(*, payment: Payment, transaction: Transaction | None, now: datetime) -> Notification:
    """Send again by hand (`BO`), to the end-of-payment rule's URL, without fault nor retry."""
    shop = payment.shop
    rule = shop.rules[RuleName.END_OF_PAYMENT]
    call = Notification.objects.create(
        payment=payment,
        transaction=transaction,
        source="BO",
        format=rule.format,
        url=rule.url or shop.rule_url,
        fields=notification_body(payment, transaction, source="BO", format=rule.format, now=now),
        outcome=Outcome.SENDING,
        due_at=now,
    )
    deliver(call, now=now)
    return call


def deliver_due(*, now: datetime) -> int:
    """Send the delayed calls and the retries whose time has come; returns how many.

    Each is claimed by one UPDATE, so that two threads never send the same one.
    """
    return sum(_send_waiting(call, now=now) for call in Notification.objects.due(now))


def fail_interrupted() -> int:
    """Close the calls that a stopped process left half made; returns how many.

    Only at start, when nobody is sending: their buyers would wait for a ticket for ever.
    """
    return Notification.objects.filter(outcome=Outcome.SENDING).update(
        outcome=Outcome.FAILED, error="interrupted by a restart"
    )


def _rule_name(source: str, *, abandoned: bool) -> RuleName:
    return RuleName.CANCELLATION if abandoned else RULE_OF_SOURCE[source]


def _when(payment: Payment, faults: Faults, *, now: datetime) -> tuple[Outcome, datetime]:
    if faults.drop:
        return Outcome.DROPPED, now
    if faults.delay_seconds:
        return Outcome.WAITING, now + timedelta(seconds=faults.delay_seconds)
    if faults.reorder and not _held_back(payment.site_id):
        return Outcome.WAITING, now + REORDER_PATIENCE
    return Outcome.SENDING, now


def _held_back(site_id: str) -> list[Notification]:
    """The shop's calls that wait to be overtaken."""
    waiting = Notification.objects.filter(payment__site_id=site_id, outcome=Outcome.WAITING)
    return [call for call in waiting.order_by("pk") if "reorder" in call.faults]


def _start(call: Notification, *, now: datetime) -> None:
    if call.outcome != Outcome.SENDING:
        record(call.payment, f"notification.{call.outcome.lower()}", now=now)
        alarm.ring()
        return
    _send(call, now=now)
    for overtaken in _held_back(call.payment.site_id):
        _send_waiting(overtaken, now=now)


def _send_waiting(call: Notification, *, now: datetime) -> bool:
    waiting = Notification.objects.filter(pk=call.pk, outcome=Outcome.WAITING)
    if not waiting.update(outcome=Outcome.SENDING):
        return False
    _send(call, now=now)
    return True


def _send(call: Notification, *, now: datetime) -> None:
    deliver(call, now=now)
    plan_retry(call, now=now)
