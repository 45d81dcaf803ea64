"""Addresses and forms that no page of ours makes: agents get an answer, never our failure."""

from itertools import product
from uuid import uuid4

import pytest
import responses
from django.urls import reverse

from caf_portal.database.scope import national_scope
from caisses.sites import BOTH_SITES
from payments.models import Payment, Transaction
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered, national_agent
from tests.payments.factories import open_payment
from tests.payments.refunds import Paid, pay, tell
from tests.payments.rest_double import RestDouble

pytestmark = pytest.mark.django_db
HUGE = "9" * 40
ODD = (
    HUGE,
    "-1",
    "١٢",
    "0001-01-01 00:00:00+23:59",
    "9999-12-31 23:59:59-23:59",
    "NaN",
    "a" * 5000,
    "' OR 1=1 --",
)
NAMES = (
    "q",
    "p",
    "o",
    "status__exact",
    "status__in",
    "created_at__gte",
    "created_at__year",
    "revoked_at__isempty",
    "caisse",
    "caisse__id__exact",
    "allocataire__id__exact",
    "pk",
)


def lists():
    return [
        (site.name, f"{model._meta.app_label}_{model._meta.model_name}")
        for site in BOTH_SITES
        for model in site._registry
    ]


def asked_of(place, name):
    """Every pair on one long list; on the others each parameter with one value, turn by turn."""
    if name == "payments_payment":
        yield from product(NAMES, ODD)
    else:
        for rank, parameter in enumerate(NAMES, start=place):
            yield parameter, ODD[rank % len(ODD)]
    yield from ((parameter, ["1", "2", HUGE]) for parameter in NAMES[place % 3 :: 3])


@pytest.mark.parametrize(("place", "site", "name"), [(i, *each) for i, each in enumerate(lists())])
def test_no_parameter_of_a_list_makes_it_fail(place, site, name):
    with national_scope():
        browser = entered(national_agent() if site == "national" else agent_of("011"))
    browser.raise_request_exception = False
    address = reverse(f"{site}:{name}_changelist")

    failed = [
        (parameter, str(value)[:40], status)
        for parameter, value in asked_of(place, name)
        if (status := browser.get(address, {parameter: value}).status_code) not in {200, 302, 400}
    ]

    assert failed == []


@pytest.fixture
def agent():
    with national_scope():
        return entered(agent_of("011"))


def test_money_of_no_order_is_not_let_in_by_an_address_typed_by_hand(agent):
    with national_scope():
        creance = CreanceFactory()
    paid = Paid(open_payment(creance), uuid4().hex, RestDouble())
    tell(paid, vads_order_id="INCONNUE", vads_trans_status="AUTHORISED_TO_VALIDATE")

    for word in ("valider", "renoncer"):
        with responses.RequestsMock() as mock:
            response = agent.post(f"/agents/payments/payment/{word}/{paid.transaction.pk}/")
            assert len(mock.calls) == 0, "nothing is asked of the platform"

        assert response.status_code == 404


def test_a_transaction_that_waits_for_nothing_is_not_told_to_the_platform(agent):
    with national_scope():
        creance = CreanceFactory()
    paid = pay(creance)

    for word in ("valider", "renoncer"):
        with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
            response = agent.post(f"/agents/payments/payment/{word}/{paid.transaction.pk}/")
            assert len(mock.calls) == 0

        assert response.status_code in {302, 404}
    with national_scope():
        assert Payment.objects.get().status == "PAID"
        assert Transaction.objects.get().gateway_status == "CAPTURED"


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"amount": "10", "reason": "r"},
        {"amount": "10", "reason": "r", "stated_cents": HUGE},
        {"amount": "10", "reason": "r", "stated_cents": "1" * 5000},
        {"amount": "999999999", "reason": "r", "stated_cents": "24000"},
        {"amount": "١٢", "reason": "r", "stated_cents": "24000"},
        {"amount": "1e5", "reason": "r", "stated_cents": "24000"},
        {"amount": "-5", "reason": "r", "stated_cents": "24000"},
        {"amount": "0", "reason": "r", "stated_cents": "24000"},
        {"amount": "10", "reason": "   ", "stated_cents": "24000"},
        {"amount": "10", "reason": "r" * 201, "stated_cents": "24000"},
        {"amount": ["10", "20"], "reason": "r", "stated_cents": ["1", "x"]},
    ],
)
def test_a_refund_asked_with_nonsense_is_refused_with_a_sentence(agent, answers):
    with national_scope():
        creance = CreanceFactory()
    paid = pay(creance)
    address = f"/agents/payments/refund/demander/{paid.transaction.pk}/"

    for kind in ({}, {"content_type": "text/plain", "data": "amount=10"}):
        response = agent.post(address, **{"data": answers, **kind})
        assert response.status_code == 200
        assert response.context["form"].errors
    with national_scope():
        assert not paid.payment.refunds.exists()


@pytest.mark.parametrize("last_on", ["", "9999-12-31", "0001-01-01", HUGE, "١٢/١٢/٢٠٢٦", "demain"])
@pytest.mark.parametrize("amount", ["10", HUGE, "-1", "999999999,99", "0,001", "١٢"])
def test_a_link_asked_with_nonsense_is_refused_with_a_sentence(agent, last_on, amount):
    with national_scope():
        creance = CreanceFactory()
    address = f"/agents/payments/paymentlink/creer/{creance.allocataire_id}/"
    answers = {f"somme_{creance.public_id.hex}": amount, "last_on": last_on}

    response = agent.post(address, answers)

    assert response.status_code == 200
    assert response.context["form"].errors
