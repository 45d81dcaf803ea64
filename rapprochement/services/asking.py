"""Asks the platform about what its files tell and the portal does not know, so that it books it.

A notification was lost, and nothing asked about that order any more: the answer is applied like any
other, by the same service. What it does not explain keeps its anomaly.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.db import connection

from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from caf_portal.sweeping import try_each
from payments.gateways.base import GatewayError
from payments.gateways.choose import gateway_of
from payments.models import Boutique, Payment
from payments.services.booking import apply_report
from payments.status import Cause
from rapprochement.statements import statement

logger = structlog.get_logger(__name__)

#: Older files are history: an agent settles what they tell.
LOOK_BACK = timedelta(days=15)
#: Questions asked in one run: the next one asks the others.
AT_MOST = 200


@dataclass(frozen=True, slots=True)
class _Question:
    caisse_id: int
    boutique_id: int
    reference: str


def ask_about_lost(*, caisse_id: int, now: datetime) -> int:
    """Ask about each order of which JT tells money that no écriture books; returns how many were
    answered by a transaction.

    Outside any scope: it waits on a network. A platform that does not answer is asked again by
    the next run.
    """
    since_on = paris_date(now) - LOOK_BACK
    with caisse_scope(caisse_id), connection.cursor() as cursor:
        params: dict[str, Any] = {"caisse_id": caisse_id, "since_on": since_on, "at_most": AT_MOST}
        cursor.execute(statement("find_lost"), params)
        questions = [_Question(caisse_id, *row) for row in cursor.fetchall()]
    return sum(try_each(questions, partial(_ask, now=now)))


def _ask(question: _Question, *, now: datetime) -> bool:
    with caisse_scope(question.caisse_id):
        boutique = Boutique.objects.get(pk=question.boutique_id)
        payment = (
            Payment.objects.prefetch_related("redirections")
            .filter(boutique=boutique, reference=question.reference)
            .first()
        )
        departures = payment.gateway_references if payment else []
    try:
        reports = gateway_of(boutique).reports_of_order(question.reference, departures)
    except GatewayError as error:
        logger.warning("rapprochement.asking.failed", reference=question.reference, why=repr(error))
        return False
    for report in reports:
        apply_report(boutique=boutique, report=report, cause=Cause.POLL, now=now)
    return bool(reports)
