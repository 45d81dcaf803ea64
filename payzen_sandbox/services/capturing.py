"""The remittance to the bank: what was authorised is debited, what was refunded is given back."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction as database

from payzen_sandbox.models import Transaction
from payzen_sandbox.models.operation import OperationKind, Origin
from payzen_sandbox.models.transaction import Status
from payzen_sandbox.services.fault_rules import faults_of
from payzen_sandbox.services.notifying import notify
from payzen_sandbox.services.operations import WrongStatus, lock, log
from payzen_sandbox.services.platform_ids import next_remittance_number
from payzen_sandbox.shops import Shop, known_shop


def capture_run(*, now: datetime) -> int:
    """Remit all that is authorised and whose date has come, one remittance a shop.

    Returns how many transactions were remitted or failed to be. A remittance tells nobody, as at
    PayZen; one that fails is told by a BATCH notification.
    """
    with database.atomic():
        due = Transaction.objects.filter(status=Status.AUTHORISED, presentation_at__lte=now)
        remitted = _remit(due.select_related("payment").order_by("pk"), Origin.BATCH, now=now)
    _tell_failures(remitted, now=now)
    return len(remitted)


def capture_now(
    *, transactions: Iterable[Transaction], origin: Origin, now: datetime
) -> list[Transaction]:
    """Remit these at once, whatever their date: TEST mode only, at PayZen's too.

    All or none: raises WrongStatus unless each is AUTHORISED.
    """
    with database.atomic():
        found = [lock(each) for each in transactions]
        for each in found:
            if each.status != Status.AUTHORISED:
                raise WrongStatus(each.status)
        remitted = _remit(found, origin, now=now)
    _tell_failures(remitted, now=now)
    return remitted


def _remit(
    transactions: Iterable[Transaction], origin: Origin, *, now: datetime
) -> list[Transaction]:
    numbers: dict[str, int] = {}
    shops: dict[str, Shop] = {}
    remitted = list(transactions)
    for each in remitted:
        site_id = each.payment.site_id
        if site_id not in numbers:
            numbers[site_id] = next_remittance_number(site_id)
            shops[site_id] = known_shop(site_id)
        if faults_of(each.payment).capture_fails:
            each.status = Status.CAPTURE_FAILED
        else:
            each.status = Status.CAPTURED
            each.captured_at = now
            each.remittance_number = numbers[site_id]
            # A refund costs nothing, and gives no fee back.
            each.fee_cents = 0 if each.is_credit else shops[site_id].fee_cents(each.amount_cents)
        each.save(update_fields=["status", "captured_at", "remittance_number", "fee_cents"])
        log(each, OperationKind.CAPTURE, origin=origin, now=now)
    return remitted


def _tell_failures(remitted: list[Transaction], *, now: datetime) -> None:
    for each in remitted:
        if each.status == Status.CAPTURE_FAILED:
            notify(payment=each.payment, transaction=each, source="BATCH", now=now)
