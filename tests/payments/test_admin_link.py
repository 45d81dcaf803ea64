"""Agents make, print, send and revoke links, or have PayZen open a page; each in their funds."""

import json
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
import requests
import responses
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.qr import qr_svg
from comptabilite.models import Anomalie
from payments.gateways.base import EXPIRE_AFTER
from payments.link_address import address_of, path_of
from payments.models import Payment, PaymentLink
from payments.services.polling import ASK_ORDERS_EVERY, Target, check_payment, open_payments
from relation_usager.models import Message
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered, national_agent
from tests.payments.factories import open_payment, signed_body
from tests.payments.pages import text_of

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
PAGE = "https://secure.payzen.eu/t/abc123"
LINKS = "/agents/payments/paymentlink"


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory(
            initial_cents=240_00,
            allocataire__caisse__code="011",
            allocataire__email="personne@example.org",
        )


@pytest.fixture
def agent(creance):
    with national_scope():
        return entered(agent_of(creance.caisse.code))


@pytest.fixture
def stranger():
    with national_scope():
        return entered(agent_of("331", login="ailleurs"))


@pytest.fixture
def platform():
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def link(agent, creance):
    make(agent, creance)
    with national_scope():
        return PaymentLink.objects.select_related("caisse").get()


def make(client, creance, *, amount="100,00", days=30):
    last_on = timezone.localdate() + timedelta(days=days)
    return client.post(
        f"{LINKS}/creer/{creance.allocataire_id}/",
        {f"somme_{creance.public_id.hex}": amount, "last_on": last_on.isoformat()},
    )


def opens(platform, **answer):
    told = {"paymentOrderId": "a1b2c3", "paymentURL": PAGE, "paymentOrderStatus": "RUNNING"}
    platform.post(
        f"{settings.PAYZEN_REST_URL}/V4/Charge/CreatePaymentOrder",
        json={"status": "SUCCESS", "mode": "TEST", "answer": {**told, **answer}},
    )


def order(client, link):
    return client.post(f"{LINKS}/{link.pk}/ordre/", follow=True)


def kept(link):
    with national_scope():
        return PaymentLink.objects.select_related("caisse").get(pk=link.pk)


def test_a_link_is_made_from_the_page_of_a_person(agent, creance):
    person = agent.get(f"/agents/allocataires/allocataire/{creance.allocataire_id}/change/")
    address = f"{LINKS}/creer/{creance.allocataire_id}/"

    form = agent.get(address)
    made = make(agent, creance)

    assert address in person.content.decode()
    assert 'value="240,00"' in form.content.decode()
    with national_scope():
        link = PaymentLink.objects.get()
        assert link.lines.get().amount_cents == 100_00
        assert (link.caisse_id, link.allocataire_id) == (creance.caisse_id, creance.allocataire_id)
    assert made.url == f"{LINKS}/{link.pk}/change/"


@pytest.mark.parametrize(
    ("amount", "days"), [("", 30), ("0", 30), ("abc", 30), ("240,01", 30), ("10", 91), ("10", -1)]
)
def test_a_form_that_does_not_fit_says_why_and_makes_nothing(agent, creance, amount, days):
    response = make(agent, creance, amount=amount, days=days)

    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    with national_scope():
        assert not PaymentLink.objects.exists()


def test_the_page_of_a_link_gives_its_address_its_drawing_and_its_sheet(agent, link, creance):
    page = agent.get(f"{LINKS}/{link.pk}/change/").content.decode()
    drawn = agent.get(f"{LINKS}/{link.pk}/qr.svg")
    sheet = agent.get(f"{LINKS}/{link.pk}/imprimer/")

    assert address_of(link) in page
    assert drawn["Content-Type"] == "image/svg+xml"
    assert ElementTree.fromstring(drawn.content).tag.endswith("svg")  # noqa: S314 - our own drawing
    assert "100,00 €" in text_of(sheet)
    assert address_of(link) in text_of(sheet)
    with national_scope():
        person = creance.allocataire
    for private in (person.numero, person.nom, person.prenom):
        assert private not in sheet.content.decode()


def test_two_addresses_have_two_drawings():
    assert qr_svg("https://a.example/lien/1/") != qr_svg("https://a.example/lien/2/")
    assert b"<script" not in qr_svg("https://a.example/lien/<script>/")


def test_the_list_says_where_each_link_stands(agent, link):
    before = text_of(agent.get(f"{LINKS}/"))
    agent.post(f"{LINKS}/{link.pk}/revoquer/")

    assert "à payer" in before
    assert "révoqué" in text_of(agent.get(f"{LINKS}/"))


def test_the_list_costs_the_same_however_many_links(agent, creance, link):
    one = _cost(agent)
    for _ in range(4):
        make(agent, creance)

    assert _cost(agent) == one


def _cost(client):
    with CaptureQueriesContext(connection) as captured:
        client.get(f"{LINKS}/")
    return len(captured)


def test_an_agent_revokes_a_link_and_the_page_says_so(agent, link):
    agent.post(f"{LINKS}/{link.pk}/revoquer/")
    again = agent.post(f"{LINKS}/{link.pk}/revoquer/", follow=True)

    assert kept(link).revoked_by is not None
    assert "ne sert déjà plus" in text_of(again)
    assert "a été retiré" in text_of(Client().get(path_of(kept(link))))


def test_an_agent_sends_a_link_through_the_outbox(agent, link):
    agent.post(f"{LINKS}/{link.pk}/envoyer/", {"email": "aide@example.org", "langue": "en"})
    wrong = agent.post(
        f"{LINKS}/{link.pk}/envoyer/", {"email": "aide", "langue": "fr"}, follow=True
    )

    with national_scope():
        message = Message.objects.get()
    assert (message.kind, message.to_address, message.langue) == (
        "PAYMENT_LINK",
        "aide@example.org",
        "en",
    )
    assert "pas complète" in text_of(wrong)


def test_inv13_an_agent_of_another_fund_meets_no_link_of_this_one(stranger, creance, link):
    for action in ("change/", "qr.svg", "imprimer/"):
        assert stranger.get(f"{LINKS}/{link.pk}/{action}").status_code in {302, 404}
    for action in ("revoquer/", "envoyer/", "ordre/"):
        answer = stranger.post(f"{LINKS}/{link.pk}/{action}", {"email": "a@example.org"})
        assert answer.status_code == 404
    assert make(stranger, creance).status_code == 404
    assert link.reference not in text_of(stranger.get(f"{LINKS}/"))
    assert kept(link).revoked_at is None


def test_a_national_administrator_makes_links_for_any_fund(creance):
    with national_scope():
        client = entered(national_agent())
    last_on = timezone.localdate().isoformat()

    client.post(
        f"/national/payments/paymentlink/creer/{creance.allocataire_id}/",
        {f"somme_{creance.public_id.hex}": "10", "last_on": last_on},
    )

    with national_scope():
        assert PaymentLink.objects.get().caisse_id == creance.caisse_id


def test_nobody_without_a_right_makes_a_link(creance):
    assert make(Client(), creance).url.startswith("/agents/login/")


# A page of PayZen's own.


def test_payzen_is_asked_for_a_page_with_a_reference_an_amount_and_no_name(
    agent, link, platform, creance
):
    opens(platform)

    page = order(agent, link)

    asked = json.loads(platform.calls[0].request.body)
    with national_scope():
        payment = Payment.objects.get(link=link)
        person = creance.allocataire
    assert asked["orderId"] == payment.reference
    assert (asked["amount"], asked["currency"]) == (100_00, "EUR")
    assert asked["channelOptions"] == {"channelType": "URL"}
    assert asked["expirationDate"].startswith(link.expires_at.isoformat()[:10])
    for private in (person.nom, person.numero, person.email):
        assert private not in platform.calls[0].request.body.decode()
    assert PAGE in page.content.decode()
    assert kept(link).payment_order_url == PAGE


def test_the_longest_link_asks_for_no_longer_a_page_than_the_platform_keeps(
    agent, creance, platform
):
    make(agent, creance, days=90)
    opens(platform)
    with national_scope():
        longest = PaymentLink.objects.get()

    order(agent, longest)

    asked = json.loads(platform.calls[0].request.body)["expirationDate"]
    assert datetime.fromisoformat(asked) <= timezone.now() + timedelta(days=90)


def test_the_link_then_leads_to_payzen_and_starts_no_payment_of_its_own(agent, link, platform):
    opens(platform)
    order(agent, link)
    with national_scope():
        path = path_of(kept(link))

    page = Client().get(path)
    posted = Client().post(path, {"montant": "10000"})

    assert f'href="{PAGE}"' in page.content.decode()
    assert "hosted" not in posted.context
    with national_scope():
        assert Payment.objects.count() == 1


def test_the_notification_of_a_payment_order_is_booked_on_its_payment(
    agent, client, link, platform
):
    opens(platform)
    order(agent, link)
    with national_scope():
        payment = Payment.objects.get(link=link)
    body = signed_body(
        payment,
        vads_url_check_src="PAYMENT_ORDER",
        vads_token_id="a1b2c3",
        vads_trans_id="900123",
        vads_ext_info_paiement="",
    )

    answer = client.post("/paiement/ipn/", body, content_type=FORM)

    assert answer.content == b"OK-APPLIED"
    with caisse_scope(link.caisse_id):
        payment.refresh_from_db()
        assert payment.status == "PAID"
        assert not Anomalie.objects.exists()
    assert "utilisé" in text_of(agent.get(f"{LINKS}/"))


@pytest.mark.parametrize(
    "answer",
    [
        {"paymentURL": None},
        {"paymentURL": "javascript:alert(1)"},
        {"paymentURL": "https://" + "a" * 600},
        {"paymentOrderId": ""},
        {"paymentOrderId": 5},
    ],
)
def test_an_answer_without_a_usable_page_leaves_the_link_as_it_was(agent, link, platform, answer):
    opens(platform, **answer)

    page = order(agent, link)

    assert "n’a pas ouvert de page" in text_of(page)
    assert kept(link).payment_order_url == ""


def test_after_a_time_out_the_next_try_speaks_of_the_same_payment(agent, link, platform):
    address = f"{settings.PAYZEN_REST_URL}/V4/Charge/CreatePaymentOrder"
    platform.post(address, body=requests.ReadTimeout())
    order(agent, link)
    opens(platform)

    order(agent, link)

    asked = [json.loads(call.request.body)["orderId"] for call in platform.calls]
    assert asked[0] == asked[1]
    with national_scope():
        assert Payment.objects.count() == 1
    assert kept(link).payment_order_url == PAGE


def test_a_page_is_opened_once(agent, link, platform):
    opens(platform)
    order(agent, link)

    assert "a déjà sa page" in text_of(order(agent, link))
    assert len(platform.calls) == 1


def test_an_ordered_payment_is_asked_about_now_and_then_until_its_link_is_over(
    agent, link, platform
):
    opens(platform)
    order(agent, link)
    nothing = {"status": "ERROR", "mode": "TEST", "answer": {"errorCode": "PSP_010"}}
    platform.post(f"{settings.PAYZEN_REST_URL}/V4/Order/Get", json=nothing)
    with national_scope():
        payment = Payment.objects.get(link=link)
    target = Target(payment.pk, payment.caisse_id)
    soon = timezone.now() + timedelta(minutes=30)

    assert open_payments(now=soon) == [target]
    assert check_payment(target, now=soon) == "OPEN"
    assert open_payments(now=soon + timedelta(minutes=10)) == []
    assert open_payments(now=soon + ASK_ORDERS_EVERY) == [target]
    late = link.expires_at + EXPIRE_AFTER - timedelta(seconds=30)
    assert check_payment(target, now=late) == "OPEN", "somebody may be on the page"
    assert check_payment(target, now=late + timedelta(minutes=1)) == "EXPIRED"


def test_a_payment_that_nobody_ordered_is_asked_about_as_before(creance):
    payment = open_payment(creance, now=timezone.now())
    with national_scope():
        Payment.objects.update(checked_at=timezone.now() + timedelta(minutes=4))

    assert open_payments(now=timezone.now() + timedelta(minutes=5)) == [
        Target(payment.pk, payment.caisse_id)
    ]
