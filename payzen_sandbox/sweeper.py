"""What happens by itself: sessions that end, late answers, delayed notifications.

One thread sleeps until the next due time in the database, so nothing is lost by a restart and
nothing turns for nothing.
"""

import logging
import threading
from datetime import datetime

from django.db import DatabaseError, close_old_connections
from django.db.models import Min

from payzen_sandbox import alarm, clock
from payzen_sandbox.models import Notification, Payment, Transaction
from payzen_sandbox.models.notification import Outcome
from payzen_sandbox.models.payment import PaymentState
from payzen_sandbox.models.transaction import Status
from payzen_sandbox.services.notifying import deliver_due, fail_interrupted
from payzen_sandbox.services.sessions import expire_overdue
from payzen_sandbox.services.settling import settle_late_answers

logger = logging.getLogger(__name__)

LONGEST_SLEEP_SECONDS = 60.0
SHORTEST_SLEEP_SECONDS = 0.2


def sweep(*, now: datetime) -> None:
    """Do everything that is due at `now`. Safe to call from several threads."""
    expire_overdue(now=now)
    settle_late_answers(now=now)
    deliver_due(now=now)


def start_sweeper() -> None:
    """Close what a former process left half done, then start the thread; it ends with the process.

    Raises OperationalError on a base that was not migrated: better no server than one that fails
    at the first buyer.
    """
    fail_interrupted()
    threading.Thread(target=_run, name="sandbox-sweeper", daemon=True).start()


def seconds_to_next(*, now: datetime) -> float:
    """How long the thread may sleep, given what waits in the database."""
    dues = [
        Payment.objects.filter(state=PaymentState.OPEN).aggregate(at=Min("expires_at"))["at"],
        Transaction.objects.filter(status=Status.UNDER_VERIFICATION).aggregate(
            at=Min("settles_at")
        )["at"],
        Notification.objects.filter(outcome=Outcome.WAITING).aggregate(at=Min("due_at"))["at"],
    ]
    waits = [(due - now).total_seconds() for due in dues if due is not None]
    return min(LONGEST_SLEEP_SECONDS, max(SHORTEST_SLEEP_SECONDS, min(waits, default=60.0)))


def _run() -> None:
    while True:
        try:
            sweep(now=clock.now())
            pause = seconds_to_next(now=clock.now())
        except DatabaseError:
            # Locked, or its disk full: said, and tried again later.
            logger.exception("sandbox.sweep.failed")
            pause = LONGEST_SLEEP_SECONDS
        close_old_connections()
        alarm.sleep(pause)
