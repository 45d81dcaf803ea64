"""A REST V4 that keeps the debits of one plan by card, and moves their days when told to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import responses

from payments.models import Payment
from tests.payments.plans import dues_of, transaction_answer, uuid_of
from tests.payments.rest_double import BASE


class CardPlatform:
    """The truth about one plan. ``trouble`` strikes every request that moves a day."""

    def __init__(self, payment: Payment) -> None:
        self.payment = payment
        self.days = {due.rank: f"{due.due_on:%Y-%m-%d}" for due in dues_of(payment)}
        #: "" or ``lost`` (done, answer lost), ``never`` (not done), ``down`` (nothing answers).
        self.trouble = ""
        #: Ranks that it will not move.
        self.refused: set[int] = set()
        self.moves: list[tuple[int, str]] = []

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Answer the portal."""
        with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
            mock.add_callback(responses.POST, BASE + "Order/Get", self._order)
            mock.add_callback(responses.POST, BASE + "Transaction/Update", self._update)
            yield

    def _order(self, _request: requests.PreparedRequest) -> Any:
        if self.trouble == "down":
            raise requests.ConnectionError
        return _said({"transactions": [self._as_json(rank) for rank in self.days]})

    def _update(self, request: requests.PreparedRequest) -> Any:
        body = json.loads(request.body or "{}")
        rank = next(rank for rank in self.days if uuid_of(self.payment, rank) == body["uuid"])
        to_on = body["cardUpdate"]["expectedCaptureDate"][:10]
        if self.trouble == "never":
            raise requests.ReadTimeout
        if rank in self.refused:
            return _said({"errorCode": "PSP_011"}, "ERROR")
        if self.days[rank] == to_on:
            return _said({"errorCode": "PSP_014"}, "ERROR")
        self.days[rank] = to_on
        self.moves.append((rank, to_on))
        if self.trouble == "lost":
            raise requests.ReadTimeout
        return _said(self._as_json(rank))

    def _as_json(self, rank: int) -> dict[str, Any]:
        status = "CAPTURED" if rank == 1 else "WAITING_AUTHORISATION"
        found = transaction_answer(self.payment, rank, status)
        card = found["transactionDetails"]["cardDetails"]
        card["expectedCaptureDate"] = f"{self.days[rank]}T00:00:00+00:00"
        return found


def _said(answer: dict[str, Any], status: str = "SUCCESS") -> tuple[int, dict[str, str], str]:
    return 200, {}, json.dumps({"status": status, "mode": "TEST", "answer": answer})
