"""Load mode: a signed form is paid and notified in one request, without pages nor think time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from payzen_sandbox.cards import TestCard
from payzen_sandbox.models import Notification, Payment, Transaction
from payzen_sandbox.services.attempts import CardEntry, pay_without_pages
from payzen_sandbox.services.notifying import notify
from payzen_sandbox.services.opening import open_payment


@dataclass(frozen=True, slots=True)
class Paid:
    """The transaction and the calls that told it; several when duplicated, none when off."""

    payment: Payment
    transaction: Transaction
    calls: list[Notification]


def pay_at_once(*, fields: Mapping[str, str], card: TestCard, now: datetime) -> Paid:
    """What the buyer, the bank and the notification do, in a row. Raises FormRefused.

    No challenge is asked, whatever the card or the form say.
    """
    payment = open_payment(fields=fields, now=now)
    entry = CardEntry(card, card.network, expiry_month=12, expiry_year=now.year + 2)
    attempt = pay_without_pages(payment=payment, entry=entry, now=now)
    calls = notify(payment=attempt.payment, transaction=attempt, source="PAY", now=now)
    return Paid(attempt.payment, attempt, calls)
