"""Revoking a link ends the platform's own page too, or says that it could not."""

import json
from datetime import timedelta

import pytest
import requests
import responses
from django.conf import settings
from django.utils import timezone

from caf_portal.database.scope import national_scope
from payments.gateways.base import EXPIRE_AFTER
from payments.models import Payment, PaymentLink
from payments.services.polling import Target, check_payment
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.payments.pages import text_of
from tests.payments.test_admin_link import LINKS, kept, make, opens, order

UPDATE = f"{settings.PAYZEN_REST_URL}/V4/Charge/PaymentOrder/Update"
ORDER_GET = f"{settings.PAYZEN_REST_URL}/V4/Order/Get"

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    with national_scope():
        return entered(agent_of("011"))


@pytest.fixture
def platform():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def ordered(agent, platform):
    """A link that leads to the platform's own page."""
    with national_scope():
        creance = CreanceFactory(allocataire__caisse__code="011")
    make(agent, creance)
    with national_scope():
        link = PaymentLink.objects.get()
    opens(platform)
    order(agent, link)
    return link


def ends(platform, *, order_id="a1b2c3"):
    told = {"paymentOrderId": order_id, "paymentOrderStatus": "RUNNING"}
    return platform.post(UPDATE, json={"status": "SUCCESS", "mode": "TEST", "answer": told})


def revoke(client, link):
    return client.post(f"{LINKS}/{link.pk}/revoquer/", follow=True)


def close(client, link):
    return client.post(f"{LINKS}/{link.pk}/fermer/", follow=True)


def test_revoking_a_link_ends_the_platforms_page(agent, platform, ordered):
    update = ends(platform)

    page = text_of(revoke(agent, ordered))

    assert "La page de la plateforme est fermée aussi" in page
    assert "Fermer la page de la plateforme" not in page
    asked = json.loads(update.calls[0].request.body)
    assert asked["paymentOrderId"] == "a1b2c3"
    ends_at = timezone.datetime.fromisoformat(asked["expirationDate"])
    assert timedelta(0) < ends_at - timezone.now() <= timedelta(minutes=1)
    assert kept(ordered).payment_order_closed_at is not None


@pytest.mark.parametrize("trouble", ["silence", "refusal", "another order"])
def test_a_page_that_could_not_be_ended_is_said_and_may_be_tried_again(
    agent, platform, ordered, trouble
):
    if trouble == "silence":
        platform.post(UPDATE, body=requests.ReadTimeout())
    elif trouble == "refusal":
        refused = {"errorCode": "INT_902", "errorMessage": "invalid"}
        platform.post(UPDATE, json={"status": "ERROR", "mode": "TEST", "answer": refused})
    else:
        ends(platform, order_id="zzz")

    page = text_of(revoke(agent, ordered))

    assert "est peut-être encore ouverte" in page
    assert kept(ordered).revoked_at is not None
    assert kept(ordered).payment_order_closed_at is None
    platform.remove(responses.POST, UPDATE)
    again = ends(platform)
    assert "est fermée aussi" in text_of(close(agent, ordered))
    close(agent, ordered)
    assert again.call_count == 1, "once it is ended nobody is asked any more"


def test_a_link_in_use_has_its_page_ended_by_revoking_it_only(agent, platform, ordered):
    assert close(agent, ordered).status_code == 404


def test_an_agent_of_another_fund_ends_nothing(platform, ordered):
    with national_scope():
        stranger = entered(agent_of("331", login="ailleurs"))

    assert revoke(stranger, ordered).status_code == 404
    assert close(stranger, ordered).status_code == 404
    assert kept(ordered).revoked_at is None


def test_whoever_was_on_the_page_has_time_to_end_then_the_attempt_expires(agent, platform, ordered):
    ends(platform)
    revoke(agent, ordered)
    nothing = {"status": "ERROR", "mode": "TEST", "answer": {"errorCode": "PSP_010"}}
    platform.post(ORDER_GET, json=nothing)
    with national_scope():
        payment = Payment.objects.get(link=ordered)
    target, now = Target(payment.pk, payment.caisse_id), timezone.now()

    assert check_payment(target, now=now + EXPIRE_AFTER - timedelta(minutes=1)) == "OPEN"
    assert check_payment(target, now=now + EXPIRE_AFTER + timedelta(minutes=1)) == "EXPIRED"
