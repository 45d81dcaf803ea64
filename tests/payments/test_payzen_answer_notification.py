"""The notifications of the REST API V4: verified over the raw text, applied like the form's."""

import hashlib
import hmac
import json
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie, Ecriture
from payments.gateways.base import Result, Source
from payments.gateways.payzen.kr_notification import AnswerMessage, answer_hash
from payments.gateways.payzen.message import FormMessage, read_message
from payments.gateways.payzen.notification import NotificationUnreadable, SignatureWrong
from payments.gateways.payzen.shop import Shop
from payments.models import Boutique, Notification, NotificationOutcome, Payment, Transaction
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import open_payment, signed_body

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"
VECTORS = json.loads((Path(__file__).parent / "data" / "payzen_vectors.json").read_text("utf-8"))
HASHES = [vector for vector in VECTORS["rest_v4_hash"] if "kr-answer" in vector]
#: The demonstration password that the platform's documentation prints.
PASSWORD = "testpassword_DEMOPRIVATEKEY23G4475zXZQ2UA5x7M"
SHOP = Shop("69876357", "TEST", "HMAC-SHA-256", "1122334455667788", PASSWORD)


@pytest.fixture
def payment(db):
    with national_scope():
        creance = CreanceFactory()
    return open_payment(creance)


def transaction(payment, status="AUTHORISED", **changes):
    return {
        "shopId": "90000011",
        "uuid": uuid4().hex,
        "amount": payment.amount_cents,
        "currency": "EUR",
        "status": "PAID",
        "detailedStatus": status,
        "operationType": "DEBIT",
        "errorCode": None,
        "detailedErrorCode": None,
        "transactionDetails": {
            "sequenceNumber": 1,
            "cardDetails": {
                "effectiveBrand": "CB",
                "pan": "497010XXXXXX0055",
                "authorizationResponse": {"authorizationResult": "0", "authorizationNumber": "3fe"},
            },
        },
        "_type": "V4/PaymentTransaction",
        **changes,
    }


def answer_of(payment, *transactions, **changes):
    with caisse_scope(payment.caisse_id):
        site_id = Boutique.objects.get(pk=payment.boutique_id).site_id
    return {
        "shopId": site_id,
        "orderCycle": "CLOSED",
        "orderStatus": "PAID",
        "serverDate": "2026-11-20T09:31:00+00:00",
        "orderDetails": {
            "orderTotalAmount": payment.amount_cents,
            "orderCurrency": "EUR",
            "mode": "TEST",
            "orderId": payment.reference,
            "_type": "V4/OrderDetails",
        },
        "transactions": list(transactions),
        "_type": "V4/Payment",
        **changes,
    }


def body_of(payment, answer, **changes):
    """The five fields as the platform posts them, hashed with the shop's own password."""
    with caisse_scope(payment.caisse_id):
        password = Boutique.objects.get(pk=payment.boutique_id).rest_password
    text = answer if isinstance(answer, str) else json.dumps(answer)
    digest = hmac.new(password.encode(), text.encode(), hashlib.sha256).hexdigest()
    fields = {
        "kr-hash": digest,
        "kr-hash-algorithm": "sha256_hmac",
        "kr-hash-key": "password",
        "kr-answer-type": "V4/Payment",
        "kr-answer": text,
        "kr-src": "PAY",
        **changes,
    }
    return urlencode(fields).encode("ascii")


def post(client, body):
    return client.post(IPN, body, content_type=FORM)


def status_of(payment):
    with caisse_scope(payment.caisse_id):
        return Payment.objects.get(pk=payment.pk).status


@pytest.mark.parametrize("vector", HASHES, ids=lambda vector: vector["name"])
def test_a_vector_is_hashed_as_its_source_says(vector):
    assert answer_hash(vector["kr-answer"], key=vector["key"]) == vector["kr-hash"]


@pytest.mark.parametrize("vector", HASHES, ids=lambda vector: vector["name"])
def test_the_text_of_a_vector_is_believed_from_its_shop_and_from_no_other(vector):
    message = AnswerMessage(dict(vector))
    message.verify(shop=SHOP)

    other = Shop("69876357", "TEST", "HMAC-SHA-256", "1122334455667788", "testpassword_other")
    with pytest.raises(SignatureWrong):
        message.verify(shop=other)


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=5))
def test_a_text_with_escaped_slashes_is_believed_as_well(content):
    plain = json.dumps({"url": "https://a/b/c", **content})
    fields = {
        "kr-answer": plain.replace("/", "\\/"),
        "kr-hash": answer_hash(plain, key=PASSWORD),
        "kr-hash-algorithm": "sha256_hmac",
        "kr-hash-key": "password",
    }

    if "\\/" not in plain:
        AnswerMessage(fields).verify(shop=SHOP)


def test_an_accepted_payment_is_booked_like_one_of_the_form(client, payment):
    body = body_of(payment, answer_of(payment, transaction(payment)))

    answer, again = post(client, body), post(client, body)

    assert (answer.status_code, answer.content) == (200, b"OK-APPLIED")
    assert again.content == b"OK-ALREADY_APPLIED"
    assert status_of(payment) == "PAID"
    with caisse_scope(payment.caisse_id):
        assert Ecriture.objects.get().event == "CARD_PAYMENT"
        assert bytes(Notification.objects.earliest("pk").body) == body
        kept = Transaction.objects.get()
        assert (kept.card_number, kept.authorisation) == ("497010XXXXXX0055", "3fe")


def test_both_shapes_of_one_transaction_book_it_once(client, payment):
    uuid = uuid4().hex
    post(client, signed_body(payment, vads_trans_uuid=uuid))

    told_again = answer_of(payment, transaction(payment, "CAPTURED", uuid=uuid))
    assert post(client, body_of(payment, told_again)).content == b"OK-ALREADY_APPLIED"
    with caisse_scope(payment.caisse_id):
        assert Ecriture.objects.count() == 1
        assert Transaction.objects.get().gateway_status == "CAPTURED"


def test_every_transaction_of_an_answer_is_applied(client, payment):
    answer = answer_of(
        payment,
        transaction(payment, "REFUSED", detailedErrorCode="51"),
        transaction(payment, "AUTHORISED"),
        transaction(payment, "AUTHORISED"),
    )

    assert post(client, body_of(payment, answer)).content == b"OK-SUSPENSE"
    assert status_of(payment) == "PAID"
    with caisse_scope(payment.caisse_id):
        assert Transaction.objects.count() == 3
        assert NotificationOutcome.objects.get().outcome == "SUSPENSE"
        assert Anomalie.objects.get().kind == "SECOND_PAYMENT"


def test_an_order_given_up_without_a_transaction_is_abandoned(client, payment):
    answer = answer_of(payment, orderStatus="ABANDONED")

    assert post(client, body_of(payment, answer)).content == b"OK-APPLIED"
    assert status_of(payment) == "ABANDONED"


def test_an_order_that_still_runs_without_a_transaction_changes_nothing(client, payment):
    answer = answer_of(payment, orderStatus="RUNNING", orderCycle="OPEN")

    assert post(client, body_of(payment, answer)).content == b"OK-IGNORED"
    assert status_of(payment) == "OPEN"


@pytest.mark.parametrize(
    "changes",
    [
        {"kr-hash": "0" * 64},
        {"kr-hash": ""},
        {"kr-hash-key": "sha256_hmac"},
        {"kr-hash-key": ""},
        {"kr-hash-algorithm": "sha1"},
    ],
)
def test_what_the_password_did_not_hash_is_refused_the_browsers_return_included(
    client, payment, changes
):
    body = body_of(payment, answer_of(payment, transaction(payment)), **changes)

    assert post(client, body).status_code == 403
    assert status_of(payment) == "OPEN"
    with national_scope():
        assert not Notification.objects.exists()


def test_the_text_is_hashed_as_received_and_not_as_it_parses(client, payment):
    text = json.dumps(answer_of(payment, transaction(payment)))
    digest = dict(pair.split("=") for pair in body_of(payment, text).decode().split("&"))
    spaced = body_of(payment, text.replace(", ", ","), **{"kr-hash": digest["kr-hash"]})

    assert post(client, spaced).status_code == 403


@pytest.mark.parametrize(
    "changes",
    [{"shopId": "12345678"}, {"orderDetails": {"mode": "PRODUCTION", "orderId": "P"}}],
)
def test_an_unknown_shop_or_another_mode_is_refused(client, payment, changes):
    answer = answer_of(payment, transaction(payment), **changes)

    assert post(client, body_of(payment, answer)).status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "null",
        "{}",
        '{"shopId": 90000011, "orderDetails": {"mode": "TEST"}}',
        '{"shopId": "90000011", "orderDetails": []}',
        "[" * 100_000,
        '{"shopId": ' + "9" * 5000 + "}",
    ],
    ids=["empty", "prose", "list", "null", "bare", "number", "no-order", "deep", "long-number"],
)
def test_what_names_no_shop_is_refused_without_looking_further(client, payment, text):
    assert post(client, body_of(payment, text)).status_code == 400


def test_fields_of_both_kinds_at_once_are_refused(client, payment):
    both = signed_body(payment) + b"&" + body_of(payment, answer_of(payment, transaction(payment)))

    assert post(client, both).status_code == 400
    assert status_of(payment) == "OPEN"


@pytest.mark.parametrize(
    "changes",
    [
        {"transactions": [{}]},
        {"transactions": ["no"]},
        {"transactions": {"no": 1}},
        {"transactions": [{"uuid": "zz", "amount": 1}]},
        {"transactions": [{"uuid": "a" * 32, "amount": -1}]},
        {"transactions": [{"uuid": "a" * 32, "amount": 10**15}]},
    ],
)
def test_an_authentic_answer_without_sense_is_kept_and_shown_to_an_agent(client, payment, changes):
    assert post(client, body_of(payment, answer_of(payment, **changes))).content == b"OK-SUSPENSE"
    with caisse_scope(payment.caisse_id):
        assert Anomalie.objects.get().kind == "UNREADABLE_NOTIFICATION"
        assert Notification.objects.count() == 1


def test_an_answer_of_another_type_is_kept_and_shown_to_an_agent(client, payment):
    body = body_of(payment, answer_of(payment), **{"kr-answer-type": "V4/Subscription"})

    assert post(client, body).content == b"OK-SUSPENSE"


def test_the_shapes_are_told_apart_and_what_made_the_platform_speak_is_read(payment):
    form = read_message(signed_body(payment, vads_url_check_src="MERCH_BO"))
    answer = answer_of(payment, transaction(payment))
    told = read_message(body_of(payment, answer, **{"kr-src": "PAYMENT_ORDER"}))

    assert isinstance(form, FormMessage)
    assert isinstance(told, AnswerMessage)
    assert [report.source for report in form.reports()] == [Source.BACK_OFFICE]
    (report,) = told.reports()
    assert (report.source, report.result) == (Source.PAYMENT_ORDER, Result.PAID)
    assert report.order_reference == payment.reference


@given(st.binary(max_size=300))
def test_whatever_is_posted_reading_it_is_refused_by_name_or_understood(body):
    try:
        read_message(body).shop_named()
    except NotificationUnreadable:
        return
