"""One HTTP call to a shop's notification URL."""

import logging
import time
from datetime import datetime

import requests

from payzen_sandbox.models import Notification
from payzen_sandbox.models.notification import Outcome
from payzen_sandbox.services.event_log import record

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10
ANSWER_CHARACTERS = 512
# Redirections count as received, yet are not followed: the POST would be lost (guide, IPN).
SUCCESS_CODES = frozenset({200, 201, 202, 203, 204, 205, 206, 301, 302, 303, 307, 308})
HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    "User-Agent": "payzen-sandbox",
}


def deliver(call: Notification, *, now: datetime) -> None:
    """POST the body as UTF-8 form data and keep the answer. Never raises for a shop's failure."""
    call.sent_at = now
    started = time.monotonic()
    try:
        call.http_status, call.answer = _post(call.url, call.fields)
        call.outcome = Outcome.DELIVERED if call.http_status in SUCCESS_CODES else Outcome.FAILED
    except requests.RequestException as error:
        call.outcome = Outcome.FAILED
        call.error = f"{type(error).__name__}: {error}"[:255]
    call.duration_ms = round((time.monotonic() - started) * 1000)
    call.save()
    detail = f"{call.source} {call.http_status or call.error} {call.duration_ms} ms"
    record(call.payment, f"notification.{call.outcome.lower()}", now=now, detail=detail)
    logger.info("sandbox.notification payment=%s %s", call.payment.public_id, detail)


def _post(url: str, fields: dict[str, str]) -> tuple[int, str]:
    """Status and first characters of the answer.

    Streamed, so that a page of a megabyte costs its first characters only, and one that trickles
    is cut: requests' own time-out counts between two packets, not over the whole call.
    """
    deadline = time.monotonic() + TIMEOUT_SECONDS
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the machine has no business between neighbours
        with session.post(
            url,
            data=fields,
            headers=HEADERS,
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
            stream=True,
        ) as response:
            body = b""
            for chunk in response.iter_content(ANSWER_CHARACTERS):
                body += chunk
                # UTF-8 takes up to four bytes a character.
                if len(body) >= 4 * ANSWER_CHARACTERS:
                    break
                if time.monotonic() > deadline:
                    raise requests.ReadTimeout(f"No whole answer in {TIMEOUT_SECONDS} s")
            return response.status_code, body.decode(errors="replace")[:ANSWER_CHARACTERS]
