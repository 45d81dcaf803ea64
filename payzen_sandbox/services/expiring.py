"""Transactions that nobody validated in time."""

from datetime import datetime, timedelta

from django.db import transaction as database
from django.db.models import Q

from payzen_sandbox.models import Transaction
from payzen_sandbox.models.operation import OperationKind, Origin
from payzen_sandbox.models.transaction import Status
from payzen_sandbox.services.authorisation import AUTHORISATION_LIFE_DAYS
from payzen_sandbox.services.operations import log


def expiry_run(*, now: datetime) -> int:
    """Expire what was authorised seven days ago, or was due, and still waits for validation.

    Returns how many. No notification: the documentation names no rule for it, and a shop that
    relies on being told has here its lesson.
    """
    lapsed = now - timedelta(days=AUTHORISATION_LIFE_DAYS)
    with database.atomic():
        due = Transaction.objects.filter(
            Q(status=Status.AUTHORISED_TO_VALIDATE, answered_at__lte=lapsed)
            | Q(status=Status.WAITING_AUTHORISATION_TO_VALIDATE, presentation_at__lte=now)
        )
        expired = list(due.select_related("payment").order_by("pk"))
        for each in expired:
            each.status = Status.EXPIRED
            each.save(update_fields=["status"])
            log(each, OperationKind.EXPIRE, origin=Origin.BATCH, now=now)
    return len(expired)
