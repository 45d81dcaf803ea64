"""The card plan of a debt that must not be debited is stopped at the platform, again and again."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import responses
from django.test import Client

from allocataires.states import CreanceState as S
from caf_portal.database.scope import national_scope
from payments.services.invariants import find_breaches
from payments.services.plans import PlanRefused
from recouvrement.services.plan_stops import plans_to_stop, stop_plans_of_stopped_debts
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, person_of
from tests.payments.factories import NOW
from tests.payments.pages import text_of
from tests.payments.plans import agreed_plan, running_plan, standing, states_of, tell
from tests.payments.test_plan_stopping import REST, Platform
from tests.recouvrement.demandes import ask, debt, fresh, move

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(client: Client):
    creance = debt("RSA")
    return creance, running_plan(client, creance)


def platform_of(payment):
    return Platform(payment, "AUTHORISED", "WAITING_AUTHORISATION", "WAITING_AUTHORISATION")


@contextmanager
def listening(platform: Platform) -> Iterator[None]:
    """The platform answers."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback(responses.POST, f"{REST}Order/Get", platform.order)
        mock.add_callback(responses.POST, f"{REST}Transaction/Get", platform.get)
        mock.add_callback(responses.POST, f"{REST}Transaction/Cancel", platform.cancel)
        yield


def test_a_contested_debt_s_plan_is_stopped_and_what_was_paid_stays(plan):
    creance, payment = plan
    ask(creance)
    platform = platform_of(payment)

    with listening(platform):
        swept = stop_plans_of_stopped_debts(now=NOW)
        again = stop_plans_of_stopped_debts(now=NOW)

    assert (swept.stopped, again.stopped, again.failed) == (1, 0, 0)
    assert platform.cancelled == [2, 3]
    assert states_of(payment) == ["PAID", "CANCELLED", "CANCELLED"]
    assert standing(payment) == ("STOPPED", "STOPPED")
    assert fresh(creance).balance_cents == 160_00
    assert find_breaches() == []


@pytest.mark.parametrize(
    "state", [S.SUSPENDUE, S.TRANSFEREE, S.MUTEE, S.SURENDETTEMENT, S.PRESCRITE, S.RECTIFICATION]
)
def test_so_is_the_plan_of_any_debt_that_must_not_be_debited(plan, state):
    creance, payment = plan
    move(creance, state)

    assert [target.payment_id for target in plans_to_stop()] == [payment.pk]


@pytest.mark.parametrize("state", [S.EN_RECOUVREMENT, S.MISE_EN_DEMEURE, S.NOTIFIEE])
def test_the_plan_of_a_debt_that_is_claimed_goes_on(client, state):
    creance = debt("RSA", state=state)
    running_plan(client, creance)

    assert plans_to_stop() == []


def test_a_demande_that_suspends_nothing_stops_no_plan(client):
    creance = debt("PF")
    running_plan(client, creance)
    ask(creance, "REMISE")

    assert plans_to_stop() == []


def test_a_plan_goes_on_when_the_first_of_its_debts_is_repaid(client):
    with national_scope():
        first = CreanceFactory(initial_cents=80_00)
        second = CreanceFactory(allocataire=first.allocataire, initial_cents=160_00)
    payment = running_plan(client, first, second)
    assert fresh(first).state == S.SOLDEE

    assert plans_to_stop() == []
    move(second, S.SUSPENDUE)
    assert [target.payment_id for target in plans_to_stop()] == [payment.pk]


def test_a_plan_whose_debts_were_all_repaid_otherwise_is_stopped(plan):
    creance, payment = plan
    with national_scope():
        creance.mouvements.create(
            caisse_id=creance.caisse_id,
            kind="CHEQUE",
            sens="BAISSE",
            amount_cents=160_00,
            value_on=NOW.date(),
            recorded_at=NOW,
        )

    assert [target.payment_id for target in plans_to_stop()] == [payment.pk]


def test_an_agreed_plan_that_nothing_was_paid_of_is_not_the_sweep_s(client):
    creance = debt("RSA")
    agreed_plan(creance)
    move(creance, S.SUSPENDUE)

    assert plans_to_stop() == []


def test_no_card_plan_is_agreed_on_a_debt_that_is_stopped():
    creance = debt("RSA")
    ask(creance)

    with pytest.raises(PlanRefused, match="payer en une fois"):
        agreed_plan(creance)


def test_the_form_says_that_a_running_plan_will_stop(client, plan, time_machine):
    time_machine.move_to(NOW, tick=False)
    creance, _payment = plan
    without = debt("RSA")

    pages = []
    for each in (creance, without):
        client.cookies.clear()
        enter(client, person_of(each))
        address = f"/mes-creances/{each.public_id}/demander/contestation/"
        pages.append(text_of(client.get(address)))

    assert "L’échéancier par carte qui rembourse cette dette est arrêté" in pages[0]
    assert "L’échéancier par carte" not in pages[1]


def test_a_platform_that_keeps_a_due_is_asked_again(plan):
    creance, payment = plan
    ask(creance)
    platform = platform_of(payment)
    platform.stubborn = {2}

    with listening(platform):
        first = stop_plans_of_stopped_debts(now=NOW)
        platform.stubborn = set()
        second = stop_plans_of_stopped_debts(now=NOW)

    assert (first.stopped, first.failed) == (0, 1)
    assert (second.stopped, second.failed) == (1, 0)
    assert standing(payment) == ("STOPPED", "STOPPED")


def test_a_due_that_was_debited_meanwhile_still_counts(client, plan):
    creance, payment = plan
    ask(creance)

    tell(client, payment, 2)

    assert fresh(creance).balance_cents == 80_00
    assert fresh(creance).state == S.CONTESTEE
    assert find_breaches() == []
