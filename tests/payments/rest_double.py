"""A small REST V4 that keeps its transactions, gives money back, and may lose its answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import requests
import responses

from payments.models import Payment

#: What was not remitted to the bank yet may still be cancelled.
_CANCELLABLE = frozenset({"AUTHORISED", "AUTHORISED_TO_VALIDATE", "WAITING_AUTHORISATION"})
BASE = "http://127.0.0.1:9/api-payment/V4/"


@dataclass
class Operation:
    """One transaction as the platform knows it."""

    order: str
    amount: int
    status: str = "CAPTURED"
    operation: str = "DEBIT"
    parent: str | None = None
    uuid: str = field(default_factory=lambda: uuid4().hex)
    #: When it was made (ISO 8601), if the platform says so.
    made_at: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The Transaction object of the REST API."""
        return {
            "uuid": self.uuid,
            "amount": self.amount,
            "currency": "EUR",
            "detailedStatus": self.status,
            "operationType": self.operation,
            "creationDate": self.made_at,
            "orderDetails": {"orderId": self.order},
            "transactionDetails": {
                "parentTransactionUuid": self.parent,
                "sequenceNumber": 1,
                "cardDetails": {"effectiveBrand": "CB", "pan": "497010XXXXXX0055"},
            },
        }


class RestDouble:
    """The truth about a few orders. ``trouble`` strikes the next request that moves money."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.asked: list[str] = []
        #: "" or one of ``lost`` (done, answer lost), ``never`` (not done), ``down`` (all requests).
        self.trouble = ""
        #: Code with which the next request that moves money is refused.
        self.refusal = ""
        self.credit_status = "AUTHORISED"

    def took(
        self,
        payment: Payment,
        *,
        uuid: str,
        status: str = "CAPTURED",
        cents: int = 0,
        made_at: str | None = None,
    ) -> None:
        """The platform took this payment's money."""
        amount = cents or payment.amount_cents
        made = Operation(payment.reference, amount, status, uuid=uuid, made_at=made_at)
        self.operations.append(made)

    def credit(self, uuid: str, cents: int) -> Operation:
        """Money returned on a captured transaction, whoever asked for it."""
        debit = self.find(uuid)
        made = Operation(debit.order, cents, self.credit_status, "CREDIT", parent=uuid)
        self.operations.append(made)
        return made

    def find(self, uuid: str) -> Operation:
        """The transaction of this name."""
        return next(each for each in self.operations if each.uuid == uuid)

    def credits(self) -> list[Operation]:
        """Every return of money."""
        return [each for each in self.operations if each.operation == "CREDIT"]

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Answer the portal's questions and requests."""
        with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
            for service in (
                "Order/Get",
                "Transaction/Get",
                "Transaction/Cancel",
                "Transaction/CancelOrRefund",
                "Transaction/Update",
            ):
                mock.add_callback(responses.POST, BASE + service, self._answer)
            yield

    def _answer(self, request: requests.PreparedRequest) -> Any:
        service = str(request.url).removeprefix(BASE)
        body = json.loads(request.body or "{}")
        self.asked.append(service)
        if self.trouble == "down":
            raise requests.ConnectionError
        if service == "Order/Get":
            found = [each for each in self.operations if each.order == body["orderId"]]
            return _success({"transactions": [each.as_json() for each in found]})
        if service == "Transaction/Get":
            return _success(self.find(body["uuid"]).as_json())
        return self._move_money(service, body)

    def _move_money(self, service: str, body: dict[str, Any]) -> Any:
        trouble, self.trouble = self.trouble, ""
        if trouble == "never":
            raise requests.ReadTimeout
        if self.refusal:
            code, self.refusal = self.refusal, ""
            return _failure(code)
        done = self._done(service, body)
        if trouble == "lost":
            raise requests.ReadTimeout
        return done

    def _done(self, service: str, body: dict[str, Any]) -> Any:
        debit = self.find(body["uuid"])
        if service == "Transaction/Update":
            debit.amount = body["cardUpdate"]["amount"]
        elif service == "Transaction/Cancel" and debit.status not in _CANCELLABLE:
            return _failure("PSP_011")
        elif debit.status == "CAPTURED":
            return _success(self.credit(debit.uuid, body["amount"]).as_json())
        else:
            debit.status = "CANCELLED"
        return _success(debit.as_json())


def as_uuid(text: str) -> UUID:
    """The identifier as the portal keeps it."""
    return UUID(hex=text)


def _success(answer: dict[str, Any]) -> tuple[int, dict[str, str], str]:
    return 200, {}, json.dumps({"status": "SUCCESS", "mode": "TEST", "answer": answer})


def _failure(code: str) -> tuple[int, dict[str, str], str]:
    answer = {"errorCode": code, "errorMessage": "said by the platform"}
    return 200, {}, json.dumps({"status": "ERROR", "mode": "TEST", "answer": answer})
