"""Ends of plans that are easily forgotten: held and still debiting, given back due by due."""

from uuid import uuid4

import pytest
import responses
from django.urls import reverse

from caf_portal.database.scope import caisse_scope, national_scope
from payments.models import Payment
from payments.queries import shares_of
from payments.services.invariants import find_breaches
from relation_usager.models import Message
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, person_of
from tests.caisses.factories import agent_of, entered
from tests.payments.pages import text_of
from tests.payments.plans import agreed_plan, refuse, running_plan, standing, states_of, tell
from tests.payments.test_instalments_paid_otherwise import pay_online, post
from tests.payments.test_plan_stopping import REST, Platform, stop

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory(initial_cents=100_00)


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def at_the_platform(mock, payment, *statuses):
    double = Platform(payment, *statuses)
    mock.add_callback(responses.POST, f"{REST}Order/Get", double.order)
    mock.add_callback(responses.POST, f"{REST}Transaction/Get", double.get)
    mock.add_callback(responses.POST, f"{REST}Transaction/Cancel", double.cancel)
    return double


def give_back(client, payment, cents):
    """Somebody gives money back in the platform's back office."""
    return tell(
        client,
        payment,
        1,
        vads_operation_type="CREDIT",
        vads_trans_uuid=uuid4().hex,
        vads_effective_amount=str(cents),
        vads_url_check_src="MERCH_BO",
    )


def test_a_plan_given_back_then_stopped_is_given_back(client, creance, mock):
    payment = running_plan(client, creance)
    assert give_back(client, payment, 33_33) == "OK-APPLIED"
    assert standing(payment) == ("SCHEDULED", "ACTIVE"), "the other dues are still to come"
    at_the_platform(mock, payment, "CAPTURED", "WAITING_AUTHORISATION", "WAITING_AUTHORISATION")

    stop(payment)

    assert standing(payment) == ("REFUNDED", "STOPPED")
    with national_scope():
        assert Message.objects.filter(kind="PLAN_STOPPED").count() == 1
    assert find_breaches() == []


def test_a_plan_given_back_in_part_then_stopped_is_stopped(client, creance, mock):
    payment = running_plan(client, creance)
    give_back(client, payment, 33_32)
    at_the_platform(mock, payment, "CAPTURED", "WAITING_AUTHORISATION", "WAITING_AUTHORISATION")

    stop(payment)

    assert standing(payment) == ("STOPPED", "STOPPED")
    assert find_breaches() == []


def test_a_plan_whose_own_money_went_back_and_whose_last_due_was_paid_otherwise(client, creance):
    payment = running_plan(client, creance, count=2)
    give_back(client, payment, 50_00)
    refuse(client, payment, 2)
    post(client, pay_online(payment))

    assert states_of(payment) == ["PAID", "PAID_OTHERWISE"]
    assert standing(payment) == ("REFUNDED", "DONE")
    assert find_breaches() == []


def test_a_last_due_that_comes_in_keeps_a_plan_paid_whatever_went_back_before(client, creance):
    payment = running_plan(client, creance, count=2)
    give_back(client, payment, 50_00)

    tell(client, payment, 2)

    assert standing(payment) == ("PAID", "DONE")
    assert find_breaches() == []


@pytest.fixture
def held(client, creance):
    """The first due came with another amount: the others are debited all the same."""
    payment = agreed_plan(creance)
    tell(client, payment, 1, vads_effective_amount="100")
    return payment


def test_a_held_plan_is_stopped_by_an_agent(held, mock):
    platform = at_the_platform(
        mock, held, "AUTHORISED", "WAITING_AUTHORISATION", "WAITING_AUTHORISATION"
    )
    with national_scope():
        agent = entered(agent_of("011"))
    address = f"/agents/allocataires/echeancier/{held.echeancier_id}/"
    assert "Arrêter ce qui reste à débiter" in text_of(agent.get(f"{address}change/"))

    agent.post(f"{address}arreter/")

    assert platform.cancelled == [2, 3]
    assert standing(held) == ("HELD", "STOPPED")
    assert "Arrêter ce qui reste à débiter" not in text_of(agent.get(f"{address}change/"))
    with national_scope():
        assert Message.objects.filter(kind="PLAN_STOPPED").count() == 1
    assert find_breaches() == []


def test_a_held_plan_is_seen_and_stopped_by_its_person(client, held, creance, mock):
    platform = at_the_platform(
        mock, held, "AUTHORISED", "WAITING_AUTHORISATION", "WAITING_AUTHORISATION"
    )
    enter(client, person_of(creance))
    page = text_of(client.get(reverse("payments:detail", args=[held.public_id])))
    assert "arrêter ce qui reste à débiter" in page
    with national_scope():
        plan = Payment.objects.select_related("echeancier").get(pk=held.pk).echeancier
    followed = client.get(reverse("payments:plan", args=[plan.public_id]))
    assert "Arrêter l’échéancier" in text_of(followed)

    client.post(reverse("payments:stop_plan", args=[plan.public_id]))

    assert platform.cancelled == [2, 3]
    assert standing(held) == ("HELD", "STOPPED")


def test_the_shares_of_a_plan_are_what_its_dues_brought(client, creance):
    payment = running_plan(client, creance)
    tell(client, payment, 2)

    with caisse_scope(payment.caisse_id):
        (share,) = shares_of(Payment.objects.get(pk=payment.pk))
    assert (share.booked_cents, share.balance_after_cents) == (66_66, 33_34)
