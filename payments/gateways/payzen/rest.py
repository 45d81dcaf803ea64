"""PayZen's REST API V4: its calls, one method each (protocol sheet E).

A business error comes inside HTTP 200, so the envelope is read and never the HTTP code alone.
A time-out is told apart from a refusal: the truth is then unknown and is asked again later.
"""

from datetime import date
from typing import Any, cast

import requests

from payments.gateways.base import (
    AlreadyCancelled,
    AlreadyGivenBack,
    ChargedBack,
    CredentialsWrong,
    GatewayRefused,
    GatewayTimeout,
    GatewayUnreachable,
    NothingToChange,
    NotOffered,
    UnknownTransaction,
    WrongStatus,
)
from payments.gateways.payzen.shop import Shop

#: Seconds to connect, seconds to answer. Callers hold no lock and no transaction meanwhile.
TIMEOUT = (3.05, 15)
UNAUTHORIZED = 401


class CancelRatherThanRefund(GatewayRefused):
    """Not remitted yet: it can be cancelled or reduced, not refunded (PSP_076)."""


class RefundRatherThanCancel(GatewayRefused):
    """Remitted already: it can be refunded, not cancelled (PSP_075)."""


#: The codes that mean something to whoever called; any other is a plain ``GatewayRefused``.
REFUSALS: dict[str, type[GatewayRefused]] = {
    "INT_905": CredentialsWrong,
    "PSP_010": UnknownTransaction,
    "PSP_011": WrongStatus,
    "PSP_014": NothingToChange,
    "PSP_043": NotOffered,
    "PSP_075": RefundRatherThanCancel,
    "PSP_076": CancelRatherThanRefund,
    "PSP_083": ChargedBack,
    "PSP_100": NotOffered,
    "PSP_104": AlreadyGivenBack,
    "PSP_105": AlreadyCancelled,
}

Answer = dict[str, Any]


class RestClient:
    """Calls to one shop's REST API."""

    def __init__(
        self, *, base_url: str, shop: Shop, session: requests.Session | None = None
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._shop = shop
        self._session = session or requests.Session()

    def sdk_test(self, value: str) -> str:
        """Echo of ``value``: proves that address and password are right (Charge/SDKTest)."""
        return str(self._call("Charge/SDKTest", {"value": value})["value"])

    def order(self, order_reference: str) -> list[Answer]:
        """Every transaction under an order (Order/Get); empty when the platform knows none.

        “Not found” inside HTTP 200 means that nothing was ever paid. Raises ``GatewayRefused``,
        ``GatewayTimeout``, ``GatewayUnreachable``.
        """
        try:
            answer = self._call("Order/Get", {"orderId": order_reference})
        except UnknownTransaction:
            return []
        transactions = answer.get("transactions")
        if not isinstance(transactions, list):
            raise GatewayUnreachable("Order/Get: the answer has no list of transactions")
        return cast(list[Answer], transactions)

    def payment_order(self, body: Answer) -> Answer:
        """Open a page of PayZen's own for an order (Charge/CreatePaymentOrder)."""
        return self._call("Charge/CreatePaymentOrder", body)

    def update_payment_order(self, body: Answer) -> Answer:
        """Change when a payment order ends (Charge/PaymentOrder/Update)."""
        return self._call("Charge/PaymentOrder/Update", body)

    def transaction(self, uuid: str) -> Answer:
        """One transaction (Transaction/Get); raises ``UnknownTransaction``."""
        return self._about("Transaction/Get", uuid, {})

    def cancel_or_refund(self, uuid: str, *, cents: int, mode: str, comment: str) -> Answer:
        """Cancel before the remittance, refund after it (Transaction/CancelOrRefund).

        ``mode`` is AUTO, CANCELLATION_ONLY or REFUND_ONLY. A refund answers with the CREDIT
        transaction, a cancellation with the one cancelled.
        """
        asked = {**_euros(cents), "resolutionMode": mode, "comment": comment}
        return self._call("Transaction/CancelOrRefund", {"uuid": uuid, **asked})

    def cancel(self, uuid: str, *, comment: str) -> Answer:
        """Cancel the whole of a transaction not remitted yet (Transaction/Cancel)."""
        return self._about("Transaction/Cancel", uuid, {"comment": comment})

    def refund(self, uuid: str, *, cents: int, comment: str) -> Answer:
        """Return part or all of a remitted transaction (Transaction/Refund): a CREDIT one."""
        return self._call("Transaction/Refund", {"uuid": uuid, **_euros(cents), "comment": comment})

    def lower(self, uuid: str, *, cents: int, comment: str) -> Answer:
        """Lower to ``cents`` what will be remitted (Transaction/Update)."""
        return self._about(
            "Transaction/Update", uuid, {"cardUpdate": _euros(cents), "comment": comment}
        )

    def put_off(self, uuid: str, *, to_on: date, comment: str) -> Answer:
        """Change the day of the remittance (Transaction/Update).

        At noon UTC: the same day in Paris, whatever the season.
        """
        card = {"expectedCaptureDate": f"{to_on:%Y-%m-%d}T12:00:00+00:00"}
        return self._about("Transaction/Update", uuid, {"cardUpdate": card, "comment": comment})

    def validate(self, uuid: str, *, comment: str) -> Answer:
        """Let an authorised transaction that waits for our word go (Transaction/Validate)."""
        return self._about("Transaction/Validate", uuid, {"comment": comment})

    def duplicate(self, uuid: str, *, cents: int, order_reference: str) -> Answer:
        """Charge the same card again, without its owner (Transaction/Duplicate): a new one."""
        asked = {**_euros(cents), "orderId": order_reference}
        return self._call("Transaction/Duplicate", {"uuid": uuid, **asked})

    def _about(self, service: str, uuid: str, body: Answer) -> Answer:
        """Call about one transaction; the answer must be about that one."""
        answer = self._call(service, {"uuid": uuid, **body})
        if str(answer.get("uuid", "")).replace("-", "") != uuid:
            raise GatewayUnreachable(f"{service}: the answer is about another transaction")
        return answer

    def _call(self, service: str, body: Answer) -> Answer:
        try:
            response = self._session.post(
                f"{self._base_url}/V4/{service}",
                json=body,
                auth=(self._shop.site_id, self._shop.rest_password),
                timeout=TIMEOUT,
                allow_redirects=False,
            )
            envelope = _json_of(service, response)
        except requests.Timeout as error:
            raise GatewayTimeout(f"{service}: no answer in time") from error
        except (requests.RequestException, ValueError) as error:
            # The library's own message may hold the address with its credentials: not repeated.
            raise GatewayUnreachable(f"{service}: {type(error).__name__}") from error
        return _answer_of(service, envelope, mode=self._shop.mode)


def _euros(cents: int) -> Answer:
    return {"amount": cents, "currency": "EUR"}


def _json_of(service: str, response: requests.Response) -> Any:
    """Bad credentials come as JSON or as a bare 401: one and the same thing."""
    try:
        return response.json()
    except ValueError as error:
        if response.status_code == UNAUTHORIZED:
            raise CredentialsWrong("INT_905", service) from error
        raise


def _answer_of(service: str, envelope: Any, *, mode: str) -> Answer:
    if not isinstance(envelope, dict) or not isinstance(envelope.get("answer"), dict):
        raise GatewayUnreachable(f"{service}: not an answer of the platform")
    answer = cast(Answer, envelope["answer"])
    if envelope.get("status") == "SUCCESS":
        if envelope.get("mode") not in {mode, None}:
            raise GatewayUnreachable(f"{service}: the answer is of mode {envelope['mode']}")
        return answer
    code = str(answer.get("errorCode") or "UNKNOWN")
    kind = REFUSALS.get(code, GatewayRefused)
    raise kind(code, str(answer.get("errorMessage") or ""))
