"""Dates of a plan by card put off at the platform, which is told, asked again, then believed."""

from datetime import UTC, datetime

import pytest

from allocataires.models.echeancier import PlanMeans, ReportKind
from caf_portal.database.scope import caisse_scope, national_scope
from payments.services.invariants import find_breaches
from recouvrement.services.plan_changes import Change, ChangeRefused, change_own_plan
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, person_of
from tests.payments.factories import NOW
from tests.payments.pages import text_of
from tests.payments.plans import dues_of, running_plan
from tests.recouvrement.card_platform import CardPlatform
from tests.recouvrement.test_plan_pages import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory(initial_cents=200_00)


@pytest.fixture
def by_card(client, creance):
    return running_plan(client, creance, count=3, day=6)


@pytest.fixture
def platform(by_card):
    return CardPlatform(by_card)


def days(by_card):
    return [f"{due.due_on}" for due in dues_of(by_card)]


def confirm(client, by_card, creance, platform, change="PAUSE"):
    enter(client, person_of(creance))
    address = f"/changer-echeancier/{by_card.echeancier.public_id}/"
    shown = client.get(address, {"quoi": change})
    with platform.listening():
        return client.post(address, fields_of(shown))


def test_the_platform_is_told_and_its_dates_are_ours(client, by_card, creance, platform):
    answer = confirm(client, by_card, creance, platform)

    assert answer["Location"] == f"/echeancier/{by_card.echeancier.public_id}/"
    assert platform.moves == [(3, "2027-02-06"), (2, "2027-01-06")]
    assert days(by_card) == ["2026-11-20", "2027-01-06", "2027-02-06"]
    assert find_breaches() == []


def test_an_answer_that_was_lost_is_asked_again(client, by_card, creance, platform):
    platform.trouble = "lost"

    answer = confirm(client, by_card, creance, platform)

    assert answer.status_code == 503
    assert "n’a pas déplacé toutes les dates" in text_of(answer)
    assert days(by_card) == ["2026-11-20", "2026-12-06", "2027-02-06"]
    assert platform.days == {1: "2026-11-20", 2: "2026-12-06", 3: "2027-02-06"}


@pytest.mark.parametrize("trouble", ["never", "down"])
def test_a_platform_that_does_not_answer_changes_nothing_here(
    client, by_card, creance, platform, trouble
):
    platform.trouble = trouble

    answer = confirm(client, by_card, creance, platform)

    assert answer.status_code == 503
    assert "Arrêter l’échéancier" in text_of(answer)
    assert days(by_card) == ["2026-11-20", "2026-12-06", "2027-01-06"]


def test_what_the_platform_refuses_stays_and_the_plan_may_be_stopped(
    client, by_card, creance, platform
):
    platform.refused = {3}

    answer = confirm(client, by_card, creance, platform)

    assert answer.status_code == 503
    assert f"/echeancier/{by_card.echeancier.public_id}/arreter/" in answer.content.decode()
    assert days(by_card) == ["2026-11-20", "2026-12-06", "2027-01-06"]


def test_on_the_day_of_a_debit_it_is_too_late(client, by_card, creance, time_machine):
    time_machine.move_to(datetime(2026, 12, 6, 9, tzinfo=UTC), tick=False)
    enter(client, person_of(creance))
    address = f"/changer-echeancier/{by_card.echeancier.public_id}/"

    page = text_of(client.get(address, {"quoi": "PAUSE"}))

    assert "Un débit est prévu aujourd’hui ou attendu" in page


def test_a_means_that_the_platform_debits_is_not_changed_here_alone(client, creance):
    payment = running_plan(client, creance, count=3, day=6)
    plan = payment.echeancier
    assert plan.means == PlanMeans.CARTE

    with (
        caisse_scope(plan.caisse_id),
        pytest.raises(ChangeRefused, match="payé par carte"),
    ):
        change_own_plan(
            echeancier_id=plan.pk, change=Change(ReportKind.PAUSE), seen="", agent=None, now=NOW
        )
