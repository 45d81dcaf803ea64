"""Automatic retries of a failed notification, at the quarter hours of the sandbox's clock."""

from datetime import datetime, timedelta

from payzen_sandbox import alarm
from payzen_sandbox.faults import Faults
from payzen_sandbox.models import Notification
from payzen_sandbox.models.notification import Outcome
from payzen_sandbox.services.bodies import retry_body
from payzen_sandbox.services.event_log import record

RETRIES = 4
QUARTER = timedelta(minutes=15)


def plan_retry(call: Notification, *, now: datetime) -> Notification | None:
    """Put the next retry off to the next quarter hour, if the call failed and its rule retries.

    To the rule's URL, never the form's own (implementation guide). None when there is nothing to
    retry: a call that succeeded, one sent by hand, or the fourth retry.
    """
    if call.outcome != Outcome.FAILED or not call.rule or call.rank >= RETRIES:
        return None
    shop = call.payment.shop
    rule = shop.rules[call.rule]
    if not rule.retry:
        return None
    lies = {name: True for name in ("wrong_signature", "wrong_shop") if name in call.faults}
    again = Notification.objects.create(
        payment=call.payment,
        transaction=call.transaction,
        source="RETRY",
        rule=call.rule,
        format=call.format,
        rank=call.rank + 1,
        url=rule.url or shop.rule_url,
        fields=retry_body(call.fields, shop=shop, faults=Faults.parse(lies)),
        faults=call.faults,
        outcome=Outcome.WAITING,
        due_at=next_quarter(now),
    )
    at = f"{again.due_at:%d/%m/%Y %H:%M}"
    record(call.payment, "notification.retry_planned", now=now, detail=f"#{again.rank} {at}")
    alarm.ring()
    return again


def next_quarter(now: datetime) -> datetime:
    """The quarter hour that comes after `now`, never `now` itself."""
    start = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
    return start + QUARTER
