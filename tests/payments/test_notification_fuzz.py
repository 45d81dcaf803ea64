"""Anything at all posted to the notification endpoint: never an error of ours, nothing lost.

What is not authentic is refused and leaves no trace; what is authentic is kept with an outcome,
however absurd, and only what a shop asked for and the platform took reaches a debt.
"""

import json
import string
from typing import Any
from urllib.parse import quote, quote_plus, urlencode
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from caf_portal.database.scope import national_scope
from payments.gateways.payzen.kr_notification import answer_hash
from payments.models import Boutique, Notification, NotificationOutcome, Payment
from payments.services.invariants import find_breaches
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import body_of, notification_fields, open_payment, signed

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"
REFUSED = {400, 403, 404, 413}

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
fuzzed = settings(
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

#: Characters that break things: controls, accents, other scripts' digits, directions, emoji.
absurd_text = st.text(
    alphabet=st.one_of(
        st.sampled_from("0123456789+&=%;'\"<>\\/{}éÀœ\r\n\t\u202e\u0661\uff11\U0001f4b6"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
    ),
    max_size=300,
)
absurd_number = st.one_of(
    st.integers().map(str),
    st.sampled_from(["", " 1", "1e9", "0x10", "-0", "24000.0", "²", "9" * 12, "9" * 5000]),
)
known_words = st.sampled_from(
    [
        *("AUTHORISED", "CAPTURED", "REFUSED", "ABANDONED", "CANCELLED", "CANCELED", "INITIAL"),
        *("PARTIALLY_AUTHORISED", "SUSPENDED", "EXPIRED", "CAPTURE_FAILED", "TELEPORTED"),
        *("DEBIT", "CREDIT", "VERIFICATION", "MERCH_BO", "BATCH_AUTO", "PAY", "978", "840"),
        *("RECURRENT_INITIAL", "RECURRENT_FINAL", "20261231235959", "00000000000000"),
    ]
)
absurd = st.one_of(absurd_text, absurd_number, known_words)
NAMES = (
    *("vads_amount", "vads_effective_amount", "vads_currency", "vads_trans_status"),
    *("vads_trans_uuid", "vads_order_id", "vads_sequence_number", "vads_operation_type"),
    *("vads_url_check_src", "vads_occurrence_type", "vads_presentation_date"),
    *("vads_auth_result", "vads_payment_error", "vads_card_brand", "vads_card_number"),
    *("vads_auth_number", "vads_payment_config", "vads_ext_info_paiement", "vads_new_in_2030"),
)


@pytest.fixture
def poster() -> Client:
    """A sender whose answers of 500 are exceptions here."""
    return Client(raise_request_exception=True)


def count() -> tuple[int, int]:
    """Notifications kept, and outcomes written."""
    with national_scope():
        return Notification.objects.count(), NotificationOutcome.objects.count()


def fresh_payment() -> Payment:
    """A new attempt of 240 € by somebody new."""
    with national_scope():
        creance = CreanceFactory()
    return open_payment(creance)


def balance(payment: Payment) -> int:
    """What is left of the debt that it would repay."""
    with national_scope():
        return payment.affectations.get().creance.balance_cents


def post(poster: Client, body: bytes, content_type: str = FORM) -> tuple[int, str]:
    answer = poster.generic("POST", IPN, body, content_type=content_type)
    return answer.status_code, answer.content.decode()


def refused_without_trace(poster: Client, body: bytes, content_type: str = FORM) -> None:
    before = count()
    status, _said = post(poster, body, content_type)
    assert status in REFUSED
    assert count() == before


pieces = st.one_of(
    st.binary(max_size=30),
    st.sampled_from([b"vads_site_id=90000011", b"vads_ctx_mode=TEST", b"signature=", b"&", b";"]),
    st.sampled_from(
        [b"%", b"%zz", b"%C3%28", b"%00", b"=", b"&&", b"+", b"vads_hash=" + b"a" * 64]
    ),
    st.sampled_from(
        [b"kr-answer=", b"kr-hash=", b"%7B%22shopId%22%3A%2290000011%22%7D", b"\xff\xfe"]
    ),
)


@fuzzed
@given(body=st.one_of(st.binary(max_size=2000), st.lists(pieces, max_size=40).map(b"&".join)))
def test_bytes_are_refused_and_leave_no_trace(poster, body):
    refused_without_trace(poster, body)


@fuzzed
@given(
    content_type=st.one_of(
        st.sampled_from(
            [
                *("", "application/json", "multipart/form-data; boundary=x", "text/plain"),
                *("multipart/form-data", "application/x-www-form-urlencoded; charset=utf-16"),
                *("text/plain; charset=\u00e9", "application/xml; charset=klingon", ";", "a" * 500),
            ]
        ),
        st.text(alphabet=string.printable.strip() + "\u00e9\u00ff", max_size=60),
    ),
    paid=st.booleans(),
)
def test_the_content_type_decides_nothing(poster, content_type, paid):
    payment = fresh_payment()
    fields = signed(payment, notification_fields(payment))
    if not paid:
        refused_without_trace(poster, body_of(fields)[:-3], content_type)
        return
    assert post(poster, body_of(fields), content_type) == (200, "OK-APPLIED")


@fuzzed
@given(size=st.sampled_from([64 * 1024, 64 * 1024 + 1, 600 * 1024, 3_000_000]), name=absurd_text)
def test_sizes_are_refused_and_leave_no_trace(poster, size, name):
    payment = fresh_payment()
    head = body_of(signed(payment, notification_fields(payment)))
    refused_without_trace(poster, head + b"&" + quote_plus(name).encode() + b"=" + b"a" * size)


@fuzzed
@given(
    twice=st.sampled_from(["vads_amount", "vads_site_id", "signature", "vads_trans_status"]),
    value=absurd,
    first=st.booleans(),
)
def test_a_repeated_key_is_refused_and_leaves_no_trace(poster, twice, value, first):
    payment = fresh_payment()
    body = body_of(signed(payment, notification_fields(payment)))
    again = urlencode({twice: value}).encode()
    refused_without_trace(poster, b"&".join([again, body] if first else [body, again]))


@fuzzed
@given(changes=st.dictionaries(st.sampled_from(NAMES), absurd, min_size=1, max_size=6))
def test_forged_values_are_refused_and_leave_no_trace(poster, changes):
    payment = fresh_payment()
    true = signed(payment, notification_fields(payment))
    forged = {**true, **changes}
    if forged != true:
        refused_without_trace(poster, body_of(forged))


@fuzzed
@given(
    changes=st.dictionaries(st.sampled_from(NAMES), absurd, max_size=6),
    spelling=st.sampled_from([quote, quote_plus]),
)
@example(
    {"vads_trans_status": "TELEPORTED", "vads_trans_uuid": "", "vads_order_id": "a" * 99}, quote
)
@example({"vads_presentation_date": "99999999999999"}, quote)
def test_authentic_and_absurd_is_kept_judged_and_pays_nothing(poster, changes, spelling):
    payment = fresh_payment()
    fields = {**notification_fields(payment), **changes}
    body = urlencode(signed(payment, fields), quote_via=spelling).encode()
    kept_judged_and_only_true_money_counts(poster, payment, body, is_true=is_true(fields))


def is_true(fields: dict[str, str]) -> bool:
    """Whether an agent reading the fields would say: 240 € were taken for this order."""
    amount = fields["vads_effective_amount"] or fields["vads_amount"]
    return (
        fields["vads_trans_status"] in {"AUTHORISED", "CAPTURED"}
        and fields["vads_operation_type"] in {"DEBIT", ""}
        and fields["vads_currency"] == "978"
        and amount.isascii()
        and amount.isdigit()
        and int(amount) == 240_00
    )


def kept_judged_and_only_true_money_counts(
    poster: Client, payment: Payment, body: bytes, *, is_true: bool
) -> None:
    (kept, judged), before = count(), balance(payment)

    status, said = post(poster, body)

    assert (status, said[:3]) == (200, "OK-"), said
    assert count() == (kept + 1, judged + 1)
    with national_scope():
        assert bytes(Notification.objects.latest("pk").body) == body
        paid = Payment.objects.get(pk=payment.pk).status == "PAID"
    assert balance(payment) == before - (240_00 if paid else 0)
    assert is_true or not paid
    assert find_breaches() == []


broken_json = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(10**30), max_value=10**30),
    st.floats(),
    st.text(alphabet=st.characters(), max_size=60),
    st.sampled_from(["\x00", "\ud800", "AUTHORISED", "REFUSED", "CREDIT", "a" * 5000, "EUR"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)
PATHS = (
    *("transactions", "orderStatus", "orderDetails.orderId", "transactions.0"),
    *("transactions.0.uuid", "transactions.0.amount", "transactions.0.currency"),
    *("transactions.0.detailedStatus", "transactions.0.operationType"),
    *("transactions.0.detailedErrorCode", "transactions.0.orderDetails"),
    *("transactions.0.transactionDetails", "transactions.0.transactionDetails.sequenceNumber"),
    *("transactions.0.transactionDetails.effectiveAmount",),
    *("transactions.0.transactionDetails.effectiveCurrency",),
    *("transactions.0.transactionDetails.parentTransactionUuid",),
    *("transactions.0.transactionDetails.cardDetails",),
    *("transactions.0.transactionDetails.cardDetails.pan",),
    *("transactions.0.transactionDetails.cardDetails.effectiveBrand",),
    *("transactions.0.transactionDetails.cardDetails.expectedCaptureDate",),
    *("transactions.0.transactionDetails.cardDetails.sequenceType",),
)


def rest_answer(payment: Payment, shop: Boutique) -> dict[str, Any]:
    """The answer that tells of an accepted payment."""
    return {
        "shopId": shop.site_id,
        "orderStatus": "PAID",
        "orderDetails": {"mode": shop.mode, "orderId": payment.reference},
        "transactions": [
            {
                "uuid": uuid4().hex,
                "amount": payment.amount_cents,
                "currency": "EUR",
                "detailedStatus": "AUTHORISED",
                "operationType": "DEBIT",
                "transactionDetails": {"sequenceNumber": 1, "cardDetails": {}},
            }
        ],
    }


def put(answer: Any, path: str, value: Any) -> None:
    """Replace one value; a path that an earlier change removed is left alone."""
    *way, last = path.split(".")
    for step in way:
        try:
            answer = answer[int(step) if step.isdigit() else step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(answer, dict):
        answer[last] = value
    elif isinstance(answer, list) and answer:
        answer[0] = value


def rest_body(answer: Any, shop: Boutique, **changes: str) -> bytes:
    """An answer as the platform posts it, signed."""
    text = json.dumps(answer)
    fields = {
        "kr-hash": answer_hash(text, key=shop.rest_password),
        "kr-hash-algorithm": "sha256_hmac",
        "kr-hash-key": "password",
        "kr-answer-type": "V4/Payment",
        "kr-src": "PAY",
        "kr-answer": text,
        **changes,
    }
    return urlencode(fields).encode()


@fuzzed
@given(changes=st.dictionaries(st.sampled_from(PATHS), broken_json, max_size=4))
@example({"transactions.0.amount": float("inf")})
@example({"transactions.0.detailedStatus": "\x00"})
@example({"orderDetails.orderId": "\ud800"})
def test_an_absurd_answer_of_the_rest_api_is_kept_judged_and_pays_nothing(poster, changes):
    payment = fresh_payment()
    with national_scope():
        shop = Boutique.objects.get(pk=payment.boutique_id)
    answer = rest_answer(payment, shop)
    for path, value in changes.items():
        put(answer, path, value)
    kept_judged_and_only_true_money_counts(
        poster, payment, rest_body(answer, shop), is_true=is_true_answer(answer)
    )


def is_true_answer(answer: dict[str, Any]) -> bool:
    """Whether the answer says that 240 € were taken for this order."""
    told = answer["transactions"]
    return isinstance(told, list) and any(
        isinstance(each, dict)
        and each.get("detailedStatus") in ("AUTHORISED", "CAPTURED")
        and each.get("currency") == "EUR"
        for each in told
    )


@fuzzed
@given(
    shop=broken_json,
    mode=broken_json,
    order=broken_json,
    kr=st.dictionaries(
        st.sampled_from(["kr-hash", "kr-hash-key", "kr-answer-type", "kr-hash-algorithm"]),
        absurd,
        max_size=3,
    ),
)
@example("\x00", "TEST", None, {})
@example("90000011", "\ud800", None, {})
def test_an_unsigned_answer_of_the_rest_api_is_refused_and_leaves_no_trace(
    poster, shop, mode, order, kr
):
    text = json.dumps({"shopId": shop, "orderDetails": {"mode": mode, "orderId": order}})
    fields = {"kr-answer": text, "kr-hash": "0" * 64, "kr-hash-key": "password", **kr}
    refused_without_trace(poster, urlencode(fields).encode())


@fuzzed
@given(
    order=st.permutations(["form", "rest"]),
    spoiled=st.sampled_from(["", "vads_hash", "signature", "kr-hash", "kr-answer"]),
)
def test_a_mixture_of_both_dialects_pays_at_most_once(poster, order, spoiled):
    payment = fresh_payment()
    with national_scope():
        shop = Boutique.objects.get(pk=payment.boutique_id)
    form = body_of(signed(payment, notification_fields(payment)))
    rest = rest_body(rest_answer(payment, shop), shop)
    body = b"&".join({"form": form, "rest": rest}[each] for each in order)
    if spoiled:
        body = body.replace(spoiled.encode() + b"=", spoiled.encode() + b"=0")
    before = balance(payment)

    status, _said = post(poster, body)

    assert status in REFUSED | {200}
    assert balance(payment) in {before, before - 240_00}
    assert balance(payment) == before or not spoiled
    assert find_breaches() == []
