"""The two shapes in which PayZen notifies, told apart at the edge and nowhere else."""

from typing import Protocol

from payments.gateways.base import TransactionReport
from payments.gateways.payzen import kr_notification, notification
from payments.gateways.payzen.notification import NotificationUnreadable
from payments.gateways.payzen.shop import Shop


class Message(Protocol):
    """A notification: it names a shop, is verified with that shop's keys, then tells."""

    def shop_named(self) -> tuple[str, str]:
        """Shop number and mode, not to be trusted yet; raises ``NotificationUnreadable``."""

    def verify(self, *, shop: Shop) -> None:
        """Raise ``SignatureWrong`` unless this shop's platform wrote it."""

    def reports(self) -> list[TransactionReport]:
        """What it tells, transaction by transaction; raises ``NotificationUnreadable``."""


class FormMessage:
    """One notification of the hosted page: its fields, signed together."""

    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = fields

    def shop_named(self) -> tuple[str, str]:
        """See ``Message``."""
        return notification.shop_named(self._fields)

    def verify(self, *, shop: Shop) -> None:
        """See ``Message``."""
        notification.verify(self._fields, shop=shop)

    def reports(self) -> list[TransactionReport]:
        """One report: a form speaks of one transaction."""
        return [notification.to_report(self._fields)]


def read_message(body: bytes) -> Message:
    """The notification in ``body``, of one shape or the other.

    Raises ``NotificationUnreadable``, also when it could be read as both: what one signature
    covers must not be judged by the other.
    """
    fields = notification.read_fields(body, max_bytes=kr_notification.MAX_BYTES)
    is_answer = kr_notification.ANSWER in fields
    if is_answer and any(name.startswith("vads_") for name in fields):
        raise NotificationUnreadable("the fields of two kinds of notifications")
    if is_answer:
        return kr_notification.AnswerMessage(fields)
    if len(body) > notification.MAX_BYTES:
        raise NotificationUnreadable("the body is too large")
    return FormMessage(fields)
