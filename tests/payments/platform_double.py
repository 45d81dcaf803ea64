"""A platform that remembers the truth: what was paid, under which order, and what it has told.

It speaks the two dialects that the portal hears, signed notifications and answers of the REST
API, so that what reads them is tested too. It decides nothing about the portal.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests

from payments.models import Payment
from tests.payments import rest_double
from tests.payments.factories import body_of, notification_fields, signed
from tests.payments.rest_double import RestDouble

#: A hosted page lives 10 minutes (protocol sheet A.7).
PAGE_LIVES = timedelta(minutes=10)
#: Statuses in which the money is, or will be, in the fund's bank.
PAID = frozenset({"AUTHORISED", "CAPTURED"})
#: What may become of a transaction by itself, by the status that it has.
NEXT: dict[str, tuple[str, ...]] = {
    "WAITING_AUTHORISATION": ("AUTHORISED", "REFUSED"),
    "AUTHORISED_TO_VALIDATE": ("AUTHORISED", "CANCELLED", "EXPIRED"),
    "UNDER_VERIFICATION": ("AUTHORISED", "REFUSED"),
    "AUTHORISED": ("CAPTURED",),
}


@dataclass
class Page:
    """One hosted page, made by one signed form: it takes one accepted payment at most."""

    payment: Payment
    opened_at: datetime
    closed: bool = False

    def is_alive(self, *, now: datetime) -> bool:
        """Whether its payer may still do something."""
        return not self.closed and now - self.opened_at < PAGE_LIVES


@dataclass
class Operation(rest_double.Operation):
    """One transaction, and the amounts that it had while it was money."""

    payment: Payment | None = None
    currency: str = "978"
    sequence: int = 1
    amounts: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.note()

    def note(self) -> None:
        """Remember what somebody may have been told."""
        if self.is_money:
            self.amounts.add(self.amount)

    @property
    def is_money(self) -> bool:
        """Whether this belongs in a ledger of euros."""
        return self.status in PAID and self.currency == "978" and self.operation == "DEBIT"

    def said(self) -> dict[str, str]:
        """What a notification says of it, as it stands."""
        return {
            "vads_amount": str(self.amount),
            "vads_effective_amount": str(self.amount),
            "vads_currency": self.currency,
            "vads_operation_type": self.operation,
            "vads_trans_uuid": self.uuid,
            "vads_sequence_number": str(self.sequence),
            "vads_trans_status": self.status,
        }

    def as_json(self) -> dict[str, Any]:
        """The Transaction object of the REST API."""
        currency = {"978": "EUR", "840": "USD"}[self.currency]
        return {**super().as_json(), "currency": currency}


@dataclass(frozen=True)
class Told:
    """A notification on its way: its bytes, and what it says of which transaction."""

    body: bytes
    uuid: str
    says_paid: bool


class Platform(RestDouble):
    """The truth, and the notifications that have left it and have not arrived."""

    operations: list[Operation]  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[Page] = []
        self.on_their_way: list[Told] = []
        #: Cents given back because the portal asked for it, by transaction.
        self.given_back_for_us: Counter[str] = Counter()

    def open_page(self, payment: Payment, *, now: datetime) -> None:
        """A payer has arrived with a signed form."""
        self.pages.append(Page(payment, now))

    def attempt(self, page: Page, status: str, *, cents: int = 0, currency: str = "978") -> None:
        """The payer tries a card; an accepted one, or one to be known later, closes the page."""
        payment = page.payment
        operation = Operation(
            order=payment.reference,
            amount=cents or payment.amount_cents,
            status=status,
            payment=payment,
            currency=currency,
            sequence=1 + sum(each.order == payment.reference for each in self.operations),
        )
        self.operations.append(operation)
        page.closed = status != "REFUSED"
        self.tell(operation)

    def abandon(self, page: Page) -> None:
        """The payer leaves: no transaction, and a notification that names none."""
        page.closed = True
        said = {"vads_trans_status": "ABANDONED", "vads_trans_uuid": ""}
        self._send(page.payment, notification_fields(page.payment, **said), "", says_paid=False)

    def become(self, operation: Operation, status: str) -> None:
        """Something happens to a transaction."""
        operation.status = status
        operation.note()
        self.tell(operation)

    def give_back(self, operation: Operation, cents: int) -> None:
        """Somebody there gives money back by hand, by the way that is still open."""
        if operation.status == "CAPTURED":
            self.tell(self.credit(operation.uuid, cents))
        elif cents == operation.amount:
            self.become(operation, "CANCELLED")
        else:
            operation.amount -= cents
            operation.note()
            self.tell(operation)

    def credit(self, uuid: str, cents: int) -> Operation:
        """Money returned on a captured transaction, whoever asked for it."""
        debit = self.find(uuid)
        made = Operation(
            debit.order, cents, self.credit_status, "CREDIT", parent=uuid, payment=debit.payment
        )
        self.operations.append(made)
        return made

    def tell(self, operation: Operation) -> None:
        """Send a notification of a transaction as it stands."""
        assert operation.payment is not None
        fields = notification_fields(operation.payment, **operation.said())
        self._send(operation.payment, fields, operation.uuid, says_paid=operation.is_money)

    def money(self) -> list[Operation]:
        """The transactions whose money belongs in the ledger."""
        return [each for each in self.operations if each.is_money]

    def taken(self) -> dict[str, set[int]]:
        """Amounts for which a transaction may have been booked, by transaction."""
        return {each.uuid: each.amounts for each in self.operations if each.amounts}

    def kept_cents(self, uuid: str) -> int:
        """What the fund has in the end of one transaction."""
        debit = self.find(uuid)
        returned = sum(each.amount for each in self.credits() if each.parent == uuid)
        return (debit.amount if debit.is_money else 0) - returned

    def _answer(self, request: requests.PreparedRequest) -> Any:
        if self.trouble == "nonsense":
            return 502, {}, "<html>maintenance</html>"
        answer = super()._answer(request)
        if str(request.url).endswith("Order/Get") and answer[2].endswith('"transactions": []}}'):
            said = {"errorCode": "PSP_010", "errorMessage": "transaction not found"}
            return 200, {}, json.dumps({"status": "ERROR", "mode": "TEST", "answer": said})
        return answer

    def _done(self, service: str, body: dict[str, Any]) -> Any:
        """Do what the portal asks, unless there is nothing left to give back."""
        uuid = body["uuid"]
        before = self.kept_cents(uuid)
        if service == "Transaction/CancelOrRefund" and body["amount"] > before:
            said = {"errorCode": "PSP_104", "errorMessage": "nothing left"}
            return 200, {}, json.dumps({"status": "ERROR", "mode": "TEST", "answer": said})
        answer = super()._done(service, body)
        self.find(uuid).note()
        self.given_back_for_us[uuid] += before - self.kept_cents(uuid)
        return answer

    def find(self, uuid: str) -> Operation:
        """The transaction of this name."""
        return next(each for each in self.operations if each.uuid == uuid)

    def _send(
        self, payment: Payment, fields: dict[str, str], uuid: str, *, says_paid: bool
    ) -> None:
        self.on_their_way.append(Told(body_of(signed(payment, fields)), uuid, says_paid))
