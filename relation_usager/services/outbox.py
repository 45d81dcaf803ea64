"""Puts messages in the outbox: rows written with the fact that causes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from relation_usager.models import Message
from relation_usager.models.message import MessageKind


def queue_message(
    *,
    caisse_id: int,
    allocataire_id: int,
    kind: MessageKind,
    source_id: UUID,
    to_address: str,
    langue: str,
    context: dict[str, Any],
    now: datetime,
) -> None:
    """Queue one e-mail in the caller's transaction; nothing is sent here, and nothing twice.

    Without an address there is nothing to send: the person sees the same on the portal.
    """
    if not to_address:
        return
    Message.objects.bulk_create(
        [
            Message(
                caisse_id=caisse_id,
                allocataire_id=allocataire_id,
                kind=kind,
                source_id=source_id,
                to_address=to_address,
                langue=langue,
                context=context,
                created_at=now,
                next_attempt_at=now,
            )
        ],
        ignore_conflicts=True,
    )


#: Rows written by one statement when there are many.
_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to write to, and what about."""

    allocataire_id: int
    source_id: UUID
    to_address: str
    langue: str


def queue_many(
    *,
    caisse_id: int,
    kind: MessageKind,
    recipients: Iterable[Recipient],
    context: dict[str, Any],
    now: datetime,
) -> None:
    """Queue the same e-mail for many people, as ``queue_message`` does for one."""
    messages = (
        Message(
            caisse_id=caisse_id,
            allocataire_id=recipient.allocataire_id,
            kind=kind,
            source_id=recipient.source_id,
            to_address=recipient.to_address,
            langue=recipient.langue,
            context=context,
            created_at=now,
            next_attempt_at=now,
        )
        for recipient in recipients
    )
    while page := list(islice(messages, _PAGE)):
        Message.objects.bulk_create(page, ignore_conflicts=True)
