"""Sends what the outbox holds: at least once, one message at a time, never under a lock.

A row is claimed in its own short transaction (its next attempt is moved ahead, its attempts
counted), then sent outside any transaction, then marked. A worker killed while it sends leaves a
row that is due again later; two workers never claim the same row (``SKIP LOCKED``).
"""

import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from caf_portal.database.scope import national_scope
from relation_usager.models import Message
from relation_usager.services.rendering import render_message

logger = logging.getLogger(__name__)

#: Delay before the second attempt; it doubles each time, up to ``LONGEST_DELAY``.
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)
#: About four days in all, then the row stays for an agent to see.
MAX_ATTEMPTS = 24


class MailServerDown(Exception):
    """The mail server cannot be reached: nothing was claimed, everything stays due."""


@dataclass(frozen=True, slots=True)
class Relayed:
    """What one run did."""

    sent: int
    failed: int


def relay_messages(*, now: datetime, limit: int) -> Relayed:
    """Send up to ``limit`` messages that are due at ``now``, oldest first.

    One that is refused is tried again later and does not stop the others. When the server itself
    goes away the run ends, so that the rows that follow keep their turn. Raises
    ``MailServerDown`` if it cannot be reached at all.
    """
    if not _anything_due(now):
        return Relayed(0, 0)
    connection = _open_connection()
    sent = failed = 0
    try:
        while sent + failed < limit and (message := _claim(now)) is not None:
            error = _send(message, connection)
            _record(message, error, now)
            sent, failed = sent + (error is None), failed + (error is not None)
            if _server_went_away(error):
                break
    finally:
        connection.close()
    return Relayed(sent, failed)


def delay_after(attempts: int) -> timedelta:
    """How long to wait after this many attempts before the next one."""
    return min(FIRST_DELAY * (1 << min(attempts - 1, 20)), LONGEST_DELAY)


def next_due(now: datetime) -> Message | None:
    """The oldest message due, under lock, skipping those that another relay is claiming."""
    return (
        Message.objects.due(now)
        .filter(attempts__lt=MAX_ATTEMPTS)
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .first()
    )


def _anything_due(now: datetime) -> bool:
    with national_scope():
        return Message.objects.due(now).filter(attempts__lt=MAX_ATTEMPTS).exists()


def _open_connection() -> BaseEmailBackend:
    connection = mail.get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise MailServerDown from error
    return connection


def _claim(now: datetime) -> Message | None:
    """Take the next message and commit that it was tried, before it is."""
    with national_scope():
        message = next_due(now)
        if message is not None:
            message.attempts += 1
            message.next_attempt_at = now + delay_after(message.attempts)
            message.save(update_fields=["attempts", "next_attempt_at"])
    return message


def _send(message: Message, connection: BaseEmailBackend) -> Exception | None:
    """The reason why the message could not be sent, or ``None``: a bad row stops nobody else."""
    try:
        connection.send_messages([render_message(message)])
    except Exception as error:  # noqa: BLE001 - whatever it is, the next message must leave
        gave_up = message.attempts >= MAX_ATTEMPTS
        logger.log(
            logging.ERROR if gave_up else logging.WARNING,
            "relation_usager.relay.gave_up" if gave_up else "relation_usager.relay.failed",
            extra={"message_row": message.pk, "kind": message.kind, "reason": reason_of(error)},
        )
        return error
    return None


def _record(message: Message, error: Exception | None, now: datetime) -> None:
    if error is None:
        message.sent_at, message.last_error = now, ""
    else:
        message.last_error = reason_of(error)
    with national_scope():
        message.save(update_fields=["sent_at", "last_error"])


def reason_of(error: Exception) -> str:
    """Class of the error and SMTP code: a server's own words may quote the address."""
    codes = {error.smtp_code} if isinstance(error, smtplib.SMTPResponseException) else set()
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _ in error.recipients.values()}
    return " ".join([type(error).__name__, *(str(code) for code in sorted(codes))])


def _server_went_away(error: Exception | None) -> bool:
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return True
    return isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException)
