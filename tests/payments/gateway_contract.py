"""One rig a platform: what the contract of gateways needs to make each of them say something."""

import json
from typing import Any, Protocol
from uuid import uuid4

import requests
import responses

from payments.models import Payment
from tests.payments.payfip_double import PayFiPDouble, payfip_at

REST = "http://127.0.0.1:9/api-payment/V4/"
Failure = Exception | tuple[int, str]


class Rig(Protocol):
    """A platform under our hands."""

    caisse: str

    def ends(self, payment: Payment, how: str, *, amount_cents: int | None = None) -> None:
        """The person paid (``paid``), was refused or gave up, on the last departure's page."""

    def speaks_of_another_order(self) -> None:
        """Whatever is asked, the answer is about somebody else's order."""

    def fails(self, failure: Failure) -> None:
        """From now on, every call fails so."""

    def forgets_the_shop(self) -> None:
        """The shop's identity or secrets are no longer accepted."""


class PayZenRig:
    """PayZen's REST API, for the fund of the Ain."""

    caisse = "011"
    _STATUSES = {"paid": "AUTHORISED", "refused": "REFUSED", "abandoned": "ABANDONED"}

    def __init__(self, mock: responses.RequestsMock) -> None:
        self._transactions: list[dict[str, Any]] = []
        self._failure: Failure | None = None
        self._known = True
        self._reference: str | None = None
        for service in ("Order/Get", "Charge/SDKTest"):
            mock.add_callback("POST", REST + service, callback=self._answer)

    def ends(self, payment: Payment, how: str, *, amount_cents: int | None = None) -> None:
        self._transactions.append(
            {
                "uuid": uuid4().hex,
                "amount": payment.amount_cents if amount_cents is None else amount_cents,
                "currency": "EUR",
                "detailedStatus": self._STATUSES[how],
                "operationType": "DEBIT",
                "orderDetails": {"orderId": payment.reference},
                "transactionDetails": {"sequenceNumber": 1, "cardDetails": {}},
            }
        )

    def speaks_of_another_order(self) -> None:
        self._reference = "P000000-SOMEBODY"

    def fails(self, failure: Failure) -> None:
        self._failure = failure

    def forgets_the_shop(self) -> None:
        self._known = False

    def _answer(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        if isinstance(self._failure, Exception):
            raise self._failure
        if self._failure is not None:
            return self._failure[0], {}, self._failure[1]
        return 200, {}, json.dumps(self._envelope(request))

    def _envelope(self, request: requests.PreparedRequest) -> dict[str, Any]:
        if not self._known:
            return _error("INT_905", "bad credentials")
        if str(request.url).endswith("SDKTest"):
            return _success(json.loads(request.body or "{}"))
        if not self._transactions:
            return _error("PSP_010", "transaction not found")
        for told in self._transactions:
            if self._reference:
                told["orderDetails"] = {"orderId": self._reference}
        return _success({"transactions": self._transactions})


class PayFiPRig:
    """PayFiP's SOAP service, for the fund of La Réunion."""

    caisse = "974"
    _RESULTS = {"paid": "P", "refused": "R", "abandoned": "A"}

    def __init__(self, mock: responses.RequestsMock) -> None:
        with payfip_at(mock) as double:
            self.double: PayFiPDouble = double

    def ends(self, payment: Payment, how: str, *, amount_cents: int | None = None) -> None:
        self.double.end(self._RESULTS[how])
        if amount_cents is not None:
            self.double.told["montant"] = str(amount_cents)

    def speaks_of_another_order(self) -> None:
        self.double.told["refdet"] = "P000000SOMEBODY"

    def fails(self, failure: Failure) -> None:
        self.double.failure = failure

    def forgets_the_shop(self) -> None:
        self.double.accounts.clear()


def _success(answer: dict[str, Any]) -> dict[str, Any]:
    return {"status": "SUCCESS", "mode": "TEST", "answer": answer}


def _error(code: str, message: str) -> dict[str, Any]:
    return {
        "status": "ERROR",
        "mode": "TEST",
        "answer": {"errorCode": code, "errorMessage": message},
    }
