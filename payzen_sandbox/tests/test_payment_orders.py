"""Payment links: made by REST, paid on the hosted pages, told with their reference."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from payzen_sandbox import clock
from payzen_sandbox.models import Payment, PaymentOrder
from payzen_sandbox.shops import find_shop
from payzen_sandbox.tests.journey import LATE, REFUSED, type_card
from payzen_sandbox.tests.office import advance, set_rule
from payzen_sandbox.tests.test_notifications import authentic
from payzen_sandbox.tests.test_rest import answer, error

pytestmark = pytest.mark.django_db
CREATE = "Charge/CreatePaymentOrder"
TERMS = {
    "amount": 4200,
    "currency": "EUR",
    "orderId": "LIEN-1",
    "metadata": {"reference": "abc"},
    "customer": {"email": "a@example.org"},
}


@pytest.fixture
def link(client):
    """A link as the API answers it, with the path of its address."""
    order = answer(client, CREATE, TERMS)
    return {**order, "path": urlsplit(order["paymentURL"]).path}


def opened(client, link):
    response = client.post(link["path"])
    assert response.status_code == 302, response.content.decode()
    return Payment.objects.order_by("-pk")[0]


def order_status(client, link):
    body = {"paymentOrderId": link["paymentOrderId"]}
    return answer(client, "Charge/PaymentOrder/Get", body)["paymentOrderStatus"]


def test_a_link_is_answered_whole(client, link):
    assert {
        "paymentOrderStatus": "RUNNING",
        "amount": 4200,
        "currency": "EUR",
        "orderId": "LIEN-1",
        "locale": "fr_FR",
        "metadata": {"reference": "abc"},
        "_type": "V4/PaymentOrder",
    }.items() <= link.items()
    assert link["paymentURL"].startswith("http://testserver/t/")
    assert "42,00" in client.get(link["path"]).content.decode()


def test_a_payment_by_link_is_told_with_its_reference(client, listener, link):
    type_card(client, opened(client, link), "4970100000000055")

    (told,) = listener.calls
    assert {
        "vads_url_check_src": "PAYMENT_ORDER",
        "vads_token_id": link["paymentOrderId"],
        "vads_trans_id": "900000",
        "vads_amount": "4200",
        "vads_order_id": "LIEN-1",
        "vads_ext_info_reference": "abc",
        "vads_cust_email": "a@example.org",
        "vads_trans_status": "AUTHORISED",
    }.items() <= told.items()
    assert authentic(told)
    assert order_status(client, link) == "PAID"


def test_a_paid_link_cannot_be_paid_again(client, listener, link):
    type_card(client, opened(client, link), "4970100000000055")

    page = client.post(link["path"])

    assert "déjà payée" in page.content.decode()
    assert Payment.objects.count() == 1


def test_two_clicks_lead_to_the_same_session(client, link):
    assert opened(client, link) == opened(client, link)


def test_a_refused_card_leaves_the_link_open(client, listener, link):
    type_card(client, opened(client, link), REFUSED)

    assert order_status(client, link) == "RUNNING"
    assert listener.calls[0]["vads_trans_status"] == "REFUSED"


def test_a_slow_bank_holds_the_link_until_it_answers(client, listener, link):
    type_card(client, opened(client, link), LATE)

    assert "pas encore répondu" in client.post(link["path"]).content.decode()
    advance(client, seconds=60)
    client.get("/")  # the home page does what is due
    assert order_status(client, link) == "PAID"


def test_a_session_that_ends_can_be_started_again(client, listener, link):
    set_rule(client, "cancellation", on=True)
    opened(client, link)
    advance(client, seconds=601)
    client.get("/")

    again = opened(client, link)

    assert again.trans_id == "900001"
    assert listener.calls[0]["vads_url_check_src"] == "PAYMENT_ORDER"
    assert listener.calls[0]["vads_trans_status"] == "ABANDONED"


def test_a_link_lives_until_its_date(client):
    until = (clock.now() + timedelta(days=2)).isoformat()
    order = answer(client, CREATE, {**TERMS, "expirationDate": until})
    path = urlsplit(order["paymentURL"]).path
    advance(client, days=2, seconds=1)

    assert "plus valable" in client.post(path).content.decode()
    assert order_status(client, order) == "EXPIRED"
    assert not Payment.objects.exists()


def test_a_link_lives_ninety_days_by_default(client, link):
    order = PaymentOrder.objects.get()

    assert order.expires_at - order.created_at == timedelta(days=90)


def test_a_past_date_ends_a_link_at_once(client, link):
    body = {"paymentOrderId": link["paymentOrderId"], "expirationDate": "2020-01-01T00:00:00Z"}

    assert answer(client, "Charge/PaymentOrder/Update", body)["paymentOrderStatus"] == "EXPIRED"
    assert client.post(link["path"]).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 0},
        {"amount": None},
        {"amount": "42"},
        {"currency": "978"},
        {"currency": None},
        {"orderId": "a/b"},
        {"locale": "french"},
        {"expirationDate": "2020-01-01T00:00:00Z"},
        {"expirationDate": "2099-01-01T00:00:00Z"},
        {"channelOptions": {"channelType": "MAIL"}},
        {"channelOptions": "URL"},
        {"metadata": {"a": 1}},
        {"metadata": {"a b": "x"}},
        {"customer": "x"},
    ],
)
def test_wrong_terms_are_int_902(client, change):
    assert error(client, CREATE, {**TERMS, **change}) == "INT_902"
    assert not PaymentOrder.objects.exists()


def test_a_link_is_known_to_its_shop_only(client, link):
    body = {"paymentOrderId": link["paymentOrderId"]}
    other = find_shop("90000028")

    assert error(client, "Charge/PaymentOrder/Get", body, of=other) == "PSP_010"
    assert error(client, "Charge/PaymentOrder/Update", body) == "INT_902"
    assert client.get("/t/unknown/").status_code == 404


def test_paying_wants_a_token_and_the_page_speaks_the_links_language(link, client):
    assert Client(enforce_csrf_checks=True).post(link["path"]).status_code == 403
    english = answer(client, CREATE, {**TERMS, "locale": "en_GB"})

    page = client.get(urlsplit(english["paymentURL"]).path)

    assert "Payment request" in page.content.decode()
    assert page.headers["Content-Language"] == "en"
