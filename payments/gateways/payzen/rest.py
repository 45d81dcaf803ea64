"""PayZen's REST API V4, as far as asking goes (protocol sheet E).

A business error comes inside HTTP 200, so the envelope is read and never the HTTP code alone.
A time-out is told apart from a refusal: the truth is then unknown and is asked again later.
"""

from typing import Any, cast

import requests

from payments.gateways.base import GatewayRefused, GatewayTimeout, GatewayUnreachable
from payments.gateways.payzen.shop import Shop

#: Seconds to connect, seconds to answer. Callers hold no lock and no transaction meanwhile.
TIMEOUT = (3.05, 15)
NOT_FOUND = "PSP_010"

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
        except GatewayRefused as error:
            if error.code == NOT_FOUND:
                return []
            raise
        transactions = answer.get("transactions")
        if not isinstance(transactions, list):
            raise GatewayUnreachable("Order/Get: the answer has no list of transactions")
        return cast(list[Answer], transactions)

    def transaction(self, uuid: str) -> Answer:
        """One transaction (Transaction/Get); raises ``GatewayRefused`` when it is not found."""
        answer = self._call("Transaction/Get", {"uuid": uuid})
        if str(answer.get("uuid", "")).replace("-", "") != uuid:
            raise GatewayUnreachable("Transaction/Get: the answer is about another transaction")
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
            envelope = response.json()
        except requests.Timeout as error:
            raise GatewayTimeout(f"{service}: no answer in time") from error
        except (requests.RequestException, ValueError) as error:
            # The library's own message may hold the address with its credentials: not repeated.
            raise GatewayUnreachable(f"{service}: {type(error).__name__}") from error
        return _answer_of(service, envelope, mode=self._shop.mode)


def _answer_of(service: str, envelope: Any, *, mode: str) -> Answer:
    if not isinstance(envelope, dict) or not isinstance(envelope.get("answer"), dict):
        raise GatewayUnreachable(f"{service}: not an answer of the platform")
    answer = cast(Answer, envelope["answer"])
    if envelope.get("status") == "SUCCESS":
        if envelope.get("mode") not in {mode, None}:
            raise GatewayUnreachable(f"{service}: the answer is of mode {envelope['mode']}")
        return answer
    code = str(answer.get("errorCode") or "UNKNOWN")
    raise GatewayRefused(code, str(answer.get("errorMessage") or ""))
