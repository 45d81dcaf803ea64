"""The back office: every page answers, says what happened, and keeps to itself."""

import pytest
from django.test import Client
from django.urls import reverse

from payzen_sandbox.tests.journey import REFUSED, pay, signed_form, start, type_card

pytestmark = pytest.mark.django_db
PAGES = ("payments", "notifications", "rejected_forms", "switches", "cards", "shops")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_answers_when_empty(client, name):
    assert client.get(reverse(name)).status_code == 200


def test_the_payments_page_is_the_home_and_finds(client, listener):
    payment = pay(client, vads_order_id="ORDER-ONE")
    pay(client, vads_order_id="ORDER-TWO")

    def found(text):
        page = client.get("/", {"q": text}).content.decode()
        return [name for name in ("ORDER-ONE", "ORDER-TWO") if name in page]

    assert found("") == ["ORDER-ONE", "ORDER-TWO"]
    assert found("order-one") == ["ORDER-ONE"]
    assert found(payment.trans_id) == ["ORDER-ONE"]
    assert found(payment.transactions.get().uuid) == ["ORDER-ONE"]
    assert found("90000011") == ["ORDER-ONE", "ORDER-TWO"]
    assert "Aucun paiement ne correspond" in client.get("/", {"q": "zzz"}).content.decode()


def test_long_lists_are_cut_in_pages(client):
    for _rank in range(26):
        start(client)

    assert "1 / 2" in client.get("/").content.decode()
    assert "2 / 2" in client.get("/", {"page": "2"}).content.decode()


def test_the_payment_page_shows_form_transactions_answers_and_history(client, listener):
    listener.answer = b"KO: <script>"
    payment = pay(client, REFUSED, vads_order_info="Indu de mars")
    type_card(client, payment, "4970100000000055")

    page = client.get(reverse("payment", args=[payment.public_id])).content.decode()

    for text in ("Indu de mars", "497010XXXXXX0113", "AUTHORISED", "REFUSED", "form.accepted"):
        assert text in page
    assert "KO: &lt;script&gt;" in page
    for transaction in payment.transactions.all():
        assert transaction.uuid in page
    assert "KO: &lt;script&gt;" in client.get(reverse("notifications")).content.decode()


def test_refused_forms_are_listed(client):
    client.post(reverse("entry"), signed_form(vads_amount="0"))

    page = client.get(reverse("rejected_forms")).content.decode()

    assert "<td>09</td>" in page
    assert "vads_amount" in page


def test_the_back_office_refuses_posts_without_token(listener):
    client = Client(enforce_csrf_checks=True)
    payment = start(client)

    for url in (reverse("resend", args=[payment.public_id]), reverse("sweep")):
        assert client.post(url).status_code == 403
    assert listener.calls == []


def test_behind_a_proxy_that_ends_tls_posts_come_from_the_public_origin(settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://sandbox.example"]
    client = Client(enforce_csrf_checks=True)
    client.get("/")
    token = {"csrfmiddlewaretoken": client.cookies["sandbox_csrftoken"].value}

    def status_from(origin):
        return client.post(reverse("sweep"), token, headers={"Origin": origin}).status_code

    assert status_from("https://sandbox.example") == 302
    assert status_from("https://evil.example") == 403


def test_sweeping_by_hand_answers(client):
    assert client.post(reverse("sweep")).headers["Location"] == "/"


def test_the_back_office_speaks_english_too(client):
    page = client.get("/", headers={"Accept-Language": "en"}).content.decode()

    assert "<h1>Payments</h1>" in page


def test_an_unknown_host_is_refused(client):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_pages_have_a_strict_policy_and_are_not_kept(client):
    headers = client.get("/").headers

    assert headers["Content-Security-Policy"].endswith("form-action 'self'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("name", ["sandbox.css", "return.js", "shop.svg", "sandbox.svg"])
def test_static_files_are_served(client, name):
    response = client.get(f"/static/payzen_sandbox/{name}")

    assert response.status_code == 200
    response.close()
