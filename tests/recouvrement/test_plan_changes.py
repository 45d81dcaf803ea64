"""Dates of plans put off: seen before the click, within limits, at the platform when it debits."""

from datetime import date, timedelta

import pytest

from allocataires.models import Echeancier, ReportEcheance
from allocataires.models.echeancier import ReportKind
from caf_portal.database.scope import caisse_scope, national_scope
from payments.services.invariants import find_breaches
from recouvrement.services.plan_changes import (
    Change,
    ChangeOutdated,
    ChangeRefused,
    change_own_plan,
    preview_change,
)
from relation_usager.models import Message
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, person_of
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW
from tests.payments.pages import text_of
from tests.recouvrement.own_plans import arrives, dates_of, own_plan, tend
from tests.recouvrement.test_plan_pages import fields_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
PAUSE, SKIP = Change(ReportKind.PAUSE), Change(ReportKind.SAUTEE)
DATES = ["2026-12-06", "2027-01-06", "2027-02-06", "2027-03-06"]


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory(initial_cents=200_00)


@pytest.fixture
def plan(creance):
    return own_plan(creance)


def preview(plan, change, *, agent=None, today=TODAY):
    with national_scope():
        return preview_change(Echeancier.objects.get(pk=plan.pk), change, agent=agent, today=today)


def make(plan, change, *, seen=None, agent=None, now=NOW):
    seen = seen if seen is not None else preview(plan, change, agent=agent).seen
    with caisse_scope(plan.caisse_id):
        return change_own_plan(
            echeancier_id=plan.pk, change=change, seen=seen, agent=agent, now=now
        )


def test_a_pause_puts_every_due_a_month_later_as_one_decision(plan):
    assert preview(plan, PAUSE).end_after == date(2027, 4, 6)

    make(plan, PAUSE)

    assert dates_of(plan) == ["2027-01-06", "2027-02-06", "2027-03-06", "2027-04-06"]
    with national_scope():
        assert ReportEcheance.objects.values("source_id").distinct().count() == 1
        assert Message.objects.filter(kind="PLAN_CHANGED").count() == 1
    assert find_breaches() == []


def test_a_skipped_due_goes_to_the_end_once_in_a_plan(plan):
    make(plan, SKIP)

    assert dates_of(plan) == ["2027-04-06", *DATES[1:]]
    with pytest.raises(ChangeRefused, match="déjà sauté"):
        preview(plan, SKIP)


def test_a_person_pauses_once_a_year_and_an_agent_when_it_helps(plan):
    with national_scope():
        agent = agent_of("011", login="agent")
    make(plan, PAUSE)

    with pytest.raises(ChangeRefused, match="déjà fait une pause"):
        preview(plan, PAUSE)
    make(plan, PAUSE, agent=agent)

    assert dates_of(plan)[-1] == "2027-05-06"


def test_a_due_is_moved_between_its_neighbours(plan):
    make(plan, Change(ReportKind.DEPLACEE, 2, date(2027, 1, 25)))

    assert dates_of(plan) == [DATES[0], "2027-01-25", *DATES[2:]]


@pytest.mark.parametrize(
    ("rank", "to_on", "why"),
    [
        (2, date(2027, 2, 6), "Choisissez une date après"),
        (2, date(2026, 12, 6), "Choisissez une date après"),
        (1, date(2026, 11, 20), "Choisissez une date après"),
        (4, date(2027, 4, 7), "Choisissez une date après"),
        (2, date(2027, 1, 6), "déjà la date prévue"),
        (9, date(2027, 1, 7), "ne peut plus être déplacée"),
    ],
)
def test_a_date_that_cannot_be_is_refused_and_nothing_moves(plan, rank, to_on, why):
    with pytest.raises(ChangeRefused, match=why):
        make(plan, Change(ReportKind.DEPLACEE, rank, to_on), seen="")

    assert dates_of(plan) == DATES


def test_a_date_that_another_due_had_is_never_given_twice(client, plan, creance):
    arrives(creance, "CHEQUE", 100_00, now=NOW + timedelta(hours=1))
    tend(plan, now=NOW + timedelta(hours=1))
    make(plan, Change(ReportKind.DEPLACEE, 3, date(2027, 1, 7)))

    with pytest.raises(ChangeRefused, match="déjà prévue ce jour-là"):
        preview(plan, Change(ReportKind.DEPLACEE, 3, date(2027, 1, 6)))
    make(plan, PAUSE)

    assert len(set(dates_of(plan))) == 4


def test_no_change_goes_beyond_twenty_four_months(creance):
    plan = own_plan(creance, monthly_cents=9_00)
    with caisse_scope(plan.caisse_id):
        Echeancier.objects.filter(pk=plan.pk).update(status="ACTIVE")

    with national_scope():
        agent = agent_of("011", login="agent")
    make(plan, PAUSE, agent=agent)

    with pytest.raises(ChangeRefused, match="plus de 24 mois"):
        make(plan, PAUSE, agent=agent)

    assert dates_of(plan)[-1] == "2028-11-06"


def test_what_was_seen_is_what_is_done(plan):
    seen = preview(plan, PAUSE).seen
    make(plan, SKIP)
    before = dates_of(plan)

    with pytest.raises(ChangeOutdated):
        make(plan, PAUSE, seen=seen)

    assert dates_of(plan) == before


def test_the_page_shows_the_new_end_then_does_it(client, plan, creance):
    enter(client, person_of(creance))
    address = f"/changer-echeancier/{plan.public_id}/"
    assert "Voir ce que donne une pause" in text_of(client.get(address))

    shown = client.get(address, {"quoi": "PAUSE"})
    assert "se terminera le 6 avril 2027 , au lieu du 6 mars 2027" in text_of(shown).replace(
        "2027,", "2027 ,"
    )
    assert dates_of(plan) == DATES
    answer = client.post(address, fields_of(shown))

    assert answer["Location"] == f"/remboursement-etale/{plan.public_id}/"
    assert dates_of(plan)[-1] == "2027-04-06"


@pytest.mark.parametrize(
    "answers",
    [
        {"quoi": "DEPLACEE", "rang": "2", "date": "pas une date"},
        {"quoi": "DEPLACEE", "rang": "2", "date": ""},
        {"quoi": "DEPLACEE", "rang": "2", "date": "2030-01-01"},
        {"quoi": "DEPLACEE", "rang": "x", "date": "2027-01-07"},
        {"quoi": "VACANCES"},
        {},
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(client, plan, creance, answers):
    enter(client, person_of(creance))
    address = f"/changer-echeancier/{plan.public_id}/"

    assert client.get(address, answers).status_code == 200
    assert client.post(address, answers).status_code == 200

    assert dates_of(plan) == DATES
