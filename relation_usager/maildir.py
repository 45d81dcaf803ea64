"""Reads the folder where the demonstration's SMTP server puts the messages that it receives."""

import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_binary_file, policy
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Letter:
    """What a page shows of a message. ``text`` is the plain part: HTML is never rendered."""

    key: str
    subject: str
    to_address: str
    from_address: str
    received_at: datetime
    text: str


def letters_of(folder: Path) -> list[Letter]:
    """All the messages of a Maildir, newest first; none if the folder is not there yet."""
    box = _open(folder)
    letters = [] if box is None else list(_read(box, folder))
    return sorted(letters, key=lambda letter: (letter.received_at, letter.key), reverse=True)


def _open(folder: Path) -> mailbox.Maildir | None:
    return mailbox.Maildir(folder, create=False) if (folder / "new").is_dir() else None


def _read(box: mailbox.Maildir, folder: Path) -> Iterator[Letter]:
    for key in box.iterkeys():
        stored = box.get_message(key)
        with box.get_file(key) as file:
            message = message_from_binary_file(file, policy=policy.default)
        yield _letter(key, message, datetime.fromtimestamp(stored.get_date(), tz=UTC))


def _letter(key: str, message: EmailMessage, received_at: datetime) -> Letter:
    body = message.get_body(preferencelist=("plain",))
    return Letter(
        key=key,
        subject=str(message["subject"] or "").strip(),
        to_address=str(message["to"] or ""),
        from_address=str(message["from"] or ""),
        received_at=received_at,
        text=body.get_content() if body is not None else "",
    )
