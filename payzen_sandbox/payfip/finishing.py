"""The end of an operation: its result is written, then the shop is told that it may ask."""

import logging
from datetime import datetime
from uuid import uuid4

import requests

from payzen_sandbox.payfip.models import PAID, Mishaps, Operation

logger = logging.getLogger(__name__)

RESULTS = frozenset({"P", "V", "R", "Z", "A"})
_TIMEOUT_SECONDS = 10


def finish(operation: Operation, result: str, *, now: datetime) -> None:
    """Write the result, then notify. Never raises for the shop's failure."""
    operation.result = result
    operation.finished_at = now
    operation.numauto = uuid4().hex[:6].upper() if result in PAID else ""
    operation.save()
    operation.notified = _notify(operation)
    operation.save(update_fields=["notified"])
    logger.info(
        "payfip.finished idop=%s result=%s notified=%s", operation, result, operation.notified
    )


def _notify(operation: Operation) -> str:
    if Mishaps.now_on().notifications_lost:
        return "lost"
    try:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the machine has no business between neighbours
            answer = session.post(
                operation.urlnotif,
                data={"idOp": operation.idop},
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
    except requests.RequestException as error:
        return type(error).__name__
    return str(answer.status_code)
