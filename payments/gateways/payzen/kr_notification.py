"""The notification that PayZen's REST API V4 posts (protocol sheet E.4).

A form too, of five fields: ``kr-answer`` is a JSON text and ``kr-hash`` its HMAC with the shop's
REST password. One answer tells every transaction of an order.
"""

import hmac
import json
from typing import Any

from payments.gateways.base import GatewayUnreachable, Refusal, Result, TransactionReport
from payments.gateways.payzen.answer import to_report
from payments.gateways.payzen.cleaning import is_storable
from payments.gateways.payzen.codes import source_of
from payments.gateways.payzen.notification import NotificationUnreadable, SignatureWrong
from payments.gateways.payzen.shop import Shop

#: A plan's answer holds up to a dozen transactions of some three thousand characters each.
MAX_BYTES = 512 * 1024
ANSWER = "kr-answer"
_ALGORITHM = "sha256_hmac"
#: Which key made the hash: the REST password for us; the browser's return has another one, and a
#: return decides nothing (sheet C.7).
_KEY = "password"
_TYPE = "V4/Payment"


class AnswerMessage:
    """One notification of the REST API: read first, believed only once verified."""

    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = fields
        self._answer = _parsed(fields[ANSWER])

    def shop_named(self) -> tuple[str, str]:
        """Shop number and mode, to find the key with; raises ``NotificationUnreadable``."""
        site_id = self._answer.get("shopId")
        mode = self._order().get("mode")
        if not (isinstance(site_id, str) and isinstance(mode, str) and site_id and mode):
            raise NotificationUnreadable("shopId and orderDetails.mode are required")
        if not is_storable(site_id + mode):
            raise NotificationUnreadable("shopId or orderDetails.mode is not text")
        return site_id, mode

    def verify(self, *, shop: Shop) -> None:
        """Raise ``SignatureWrong`` unless the shop's REST password made the hash of the text."""
        if self._fields.get("kr-hash-key") != _KEY:
            raise SignatureWrong("the hash is not made with the password")
        if self._fields.get("kr-hash-algorithm") != _ALGORITHM or not shop.rest_password:
            raise SignatureWrong("an unknown algorithm, or a shop without a password")
        given = self._fields.get("kr-hash", "").encode()
        texts = (self._fields[ANSWER], self._fields[ANSWER].replace("\\/", "/"))
        if not any(
            hmac.compare_digest(answer_hash(text, key=shop.rest_password).encode(), given)
            for text in texts
        ):
            raise SignatureWrong("the hash is not this shop's")

    def reports(self) -> list[TransactionReport]:
        """A report for each transaction, in the order told; raises ``NotificationUnreadable``.

        An order given up without any transaction makes one report, of its abandon.
        """
        told_type = self._fields.get("kr-answer-type", "")
        if told_type != _TYPE:
            raise NotificationUnreadable(f"answers of type {told_type[:40]!r} are not understood")
        reference, told_by = self._order().get("orderId"), self._fields.get("kr-src", "")
        transactions = self._answer.get("transactions") or []
        if not isinstance(transactions, list) or not all(
            isinstance(each, dict) for each in transactions
        ):
            raise NotificationUnreadable("transactions are not a list of objects")
        if not isinstance(reference, str):
            reference = ""
        if not is_storable(reference):
            raise NotificationUnreadable("orderId is not text")
        try:
            reports = [
                to_report(each, order_reference=reference, told_by=told_by) for each in transactions
            ]
        except GatewayUnreachable as error:
            raise NotificationUnreadable(str(error)) from error
        if not reports and self._answer.get("orderStatus") == "ABANDONED":
            return [_abandon(reference, told_by)]
        return reports

    def _order(self) -> dict[str, Any]:
        order = self._answer.get("orderDetails")
        return order if isinstance(order, dict) else {}


def answer_hash(answer: str, *, key: str) -> str:
    """The hash of an answer's text, byte for byte as received: never of what it parses to.

    The platform's own clients unescape ``\\/`` first, hence the two texts that are tried.
    """
    return hmac.digest(key.strip().encode(), answer.encode(), "sha256").hex()


def _parsed(text: str) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotificationUnreadable("kr-answer is not JSON") from error
    if not isinstance(answer, dict):
        raise NotificationUnreadable("kr-answer is not an object")
    return answer


def _abandon(reference: str, told_by: str) -> TransactionReport:
    return TransactionReport(
        order_reference=reference,
        transaction_id=None,
        result=Result.ABANDONED,
        gateway_status="ABANDONED",
        operation="DEBIT",
        amount_cents=0,
        currency="",
        sequence_number=0,
        refusal=Refusal.UNSAID,
        card_brand="",
        card_number="",
        authorisation="",
        source=source_of(told_by),
    )
