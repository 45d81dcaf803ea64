"""Tell the shop: build the notification, spoil it if asked, send it or put it off."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from payzen_sandbox import alarm
from payzen_sandbox.faults import Faults
from payzen_sandbox.models import Notification, Payment, Transaction
from payzen_sandbox.models.notification import Outcome
from payzen_sandbox.services.delivery import deliver
from payzen_sandbox.services.event_log import record
from payzen_sandbox.services.fault_rules import faults_of
from payzen_sandbox.services.outgoing_fields import notification_fields, signed
from payzen_sandbox.shops import Shop, all_shops

WRONG_CURRENCY = {"978": "840"}


def notify(
    *, payment: Payment, transaction: Transaction | None, source: str, now: datetime
) -> list[Notification]:
    """Send the automatic notification, with the faults asked for; returns the calls made.

    Blocks up to ten seconds a call, as PayZen does while the buyer waits. Must be called outside
    a database transaction: HTTP under SQLite's write lock would stop every other buyer.
    """
    faults = faults_of(payment)
    fields = spoil(
        notification_fields(payment, transaction, source=source), payment.shop, faults=faults
    )
    url = payment.shop.rule_url
    if source == "PAY":
        # The form's own URL serves for the immediate call only; later ones follow the rule.
        url = payment.fields.get("vads_url_check") or url
    calls = [
        Notification.objects.create(
            payment=payment,
            transaction=transaction,
            source=source,
            url=url,
            fields=fields,
            faults=sorted(faults.active),
            outcome=_first_outcome(faults),
            due_at=now + timedelta(seconds=faults.delay_seconds),
        )
        for _copy in range(2 if faults.duplicate else 1)
    ]
    for call in calls:
        _start(call, now=now)
    return calls


def resend(*, payment: Payment, transaction: Transaction | None, now: datetime) -> Notification:
    """Send again by hand (`BO`), to the rule's URL, without any fault."""
    fields = signed(notification_fields(payment, transaction, source="BO"), payment.shop)
    call = Notification.objects.create(
        payment=payment,
        transaction=transaction,
        source="BO",
        url=payment.shop.rule_url,
        fields=fields,
        outcome=Outcome.SENDING,
        due_at=now,
    )
    deliver(call, now=now)
    return call


def deliver_due(*, now: datetime) -> int:
    """Send the delayed notifications whose time has come; returns how many.

    Each is claimed by one UPDATE, so that two threads never send the same one.
    """
    sent = 0
    for call in Notification.objects.due(now):
        if Notification.objects.due(now).filter(pk=call.pk).update(outcome=Outcome.SENDING):
            deliver(call, now=now)
            sent += 1
    return sent


def fail_interrupted() -> int:
    """Close the calls that a stopped process left half made; returns how many.

    Only at start, when nobody is sending: their buyers would wait for a ticket for ever.
    """
    return Notification.objects.filter(outcome=Outcome.SENDING).update(
        outcome=Outcome.FAILED, error="interrupted by a restart"
    )


def spoil(fields: Mapping[str, str], shop: Shop, *, faults: Faults) -> dict[str, str]:
    """The signed body, with the lies asked for; only a wrong signature makes it unauthentic."""
    body = dict(fields)
    if faults.wrong_amount:
        for name in ("vads_amount", "vads_effective_amount"):
            if name in body:
                body[name] = str(int(body[name]) + 100)
    if faults.wrong_currency:
        other = WRONG_CURRENCY.get(body["vads_currency"], "978")
        body.update(vads_currency=other, vads_effective_currency=other)
    if faults.wrong_mode:
        body["vads_ctx_mode"] = "PRODUCTION"
    if faults.wrong_shop:
        # Signed with the other shop's key: authentic, yet about a payment that is not its own.
        shop = next(other for other in all_shops().values() if other.site_id != shop.site_id)
        body["vads_site_id"] = shop.site_id
    if faults.wrong_signature:
        shop = replace(shop, key_test=shop.key_test[::-1] + "0")
    return signed(body, shop)


def _first_outcome(faults: Faults) -> Outcome:
    if faults.drop:
        return Outcome.DROPPED
    return Outcome.WAITING if faults.delay_seconds else Outcome.SENDING


def _start(call: Notification, *, now: datetime) -> None:
    if call.outcome == Outcome.SENDING:
        deliver(call, now=now)
        return
    record(call.payment, f"notification.{call.outcome.lower()}", now=now)
    alarm.ring()
