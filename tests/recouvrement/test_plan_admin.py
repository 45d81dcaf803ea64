"""Agents answer, change and stop plans; each decision once, and the person is told."""

import pytest

from allocataires.models import Echeancier
from caf_portal.database.scope import caisse_scope, national_scope
from payments.services.invariants import find_breaches
from recouvrement.services.plan_deciding import PlanNotWaiting, ReasonMissing, decide_plan
from relation_usager.models import Message
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import NOW
from tests.payments.pages import text_of
from tests.recouvrement.own_plans import arrives, dates_of, own_plan, states_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory(initial_cents=180_00)


@pytest.fixture
def asked(creance):
    return own_plan(creance, monthly_cents=10_00, note="Je reprends un emploi.")


@pytest.fixture
def agent():
    with national_scope():
        return agent_of("011", login="agent")


def page_of(plan, end="change"):
    return f"/agents/allocataires/echeancier/{plan.pk}/{end}/"


def read(plan):
    with national_scope():
        return Echeancier.objects.get(pk=plan.pk)


def decide(plan, agent, *, accept=True, reason="", now=NOW):
    with caisse_scope(plan.caisse_id):
        return decide_plan(
            echeancier_id=plan.pk, agent=agent, accept=accept, reason=reason, now=now
        )


def test_eighteen_months_wait_for_an_answer(asked):
    assert len(dates_of(asked)) == 18
    assert read(asked).status == "ASKED"


def test_an_agent_accepts_from_the_plans_page(asked, agent):
    browser = entered(agent)
    assert "Répondre à la demande" in text_of(browser.get(page_of(asked)))
    assert "Je reprends un emploi." in text_of(browser.get(page_of(asked, "decider")))

    browser.post(page_of(asked, "decider"), {"decision": "accepter", "motif": ""})

    plan = read(asked)
    assert (plan.status, plan.decided_by_id) == ("ACTIVE", agent.pk)
    with national_scope():
        assert Message.objects.filter(kind="PLAN_DECIDED").count() == 1
    assert find_breaches() == []


def test_a_refusal_says_why_to_the_person(asked, agent):
    browser = entered(agent)

    page = browser.post(page_of(asked, "decider"), {"decision": "refuser", "motif": " "})
    assert "Écrivez pourquoi" in text_of(page)
    assert read(asked).status == "ASKED"
    browser.post(page_of(asked, "decider"), {"decision": "refuser", "motif": "Trop long."})

    assert (read(asked).status, read(asked).decision_note) == ("REFUSED", "Trop long.")
    assert set(states_of(asked)) == {"CANCELLED"}


def test_a_decision_is_made_once(asked, agent):
    decide(asked, agent)

    with pytest.raises(PlanNotWaiting):
        decide(asked, agent, accept=False, reason="Non.")

    assert read(asked).status == "ACTIVE"


def test_a_refusal_without_reason_is_not_written(asked, agent):
    with pytest.raises(ReasonMissing):
        decide(asked, agent, accept=False)

    assert read(asked).status == "ASKED"


def test_dates_that_passed_while_the_plan_waited_are_put_off(asked, agent, time_machine):
    later = NOW.replace(year=2027, month=1)

    decide(asked, agent, now=later)

    assert dates_of(asked)[0] == "2027-02-06"
    assert len(set(dates_of(asked))) == 18
    assert find_breaches() == []


def test_what_came_in_while_the_plan_waited_counts(asked, agent, creance):
    later = NOW.replace(month=12, day=1)
    arrives(creance, "CHEQUE", 25_00, now=later)

    decide(asked, agent, now=later)

    assert states_of(asked)[:3] == ["PAID_OTHERWISE", "PAID_OTHERWISE", "PLANNED"]


def test_an_agent_sees_new_dates_before_they_are_confirmed(creance, agent):
    plan = own_plan(creance, monthly_cents=60_00)
    browser = entered(agent)
    answers = {"quoi": "PAUSE", "motif": "Hospitalisation"}

    seen = browser.post(page_of(plan, "changer"), answers)
    assert "06/03/2027" in text_of(seen)
    assert dates_of(plan)[0] == "2026-12-06"
    browser.post(page_of(plan, "changer"), {**answers, "vu": seen.context["preview"].seen})

    assert dates_of(plan)[0] == "2027-01-06"
    assert "06/12/2026 → 06/01/2027" in text_of(browser.get(page_of(plan)))


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"quoi": "PAUSE"}, "Ce champ est obligatoire"),
        ({"quoi": "DEPLACEE", "motif": "x"}, "À remplir pour déplacer une échéance."),
        (
            {"quoi": "DEPLACEE", "motif": "x", "rang": "1", "date": "2020-01-01"},
            "Choisissez une date après",
        ),
    ],
)
def test_an_incomplete_change_is_said_to_the_agent(creance, agent, answers, why):
    plan = own_plan(creance, monthly_cents=60_00)

    assert why in text_of(entered(agent).post(page_of(plan, "changer"), answers))

    assert dates_of(plan)[0] == "2026-12-06"


def test_an_agent_stops_a_plan(creance, agent):
    plan = own_plan(creance, monthly_cents=60_00)
    browser = entered(agent)
    assert "Ce qui est payé le reste" in text_of(browser.get(page_of(plan, "arreter-demande")))

    for _ in range(2):
        browser.post(page_of(plan, "arreter-demande"))

    assert read(plan).status == "STOPPED"


@pytest.mark.parametrize("end", ["decider", "changer", "arreter-demande"])
def test_an_agent_of_another_fund_finds_no_plan(asked, end):
    with national_scope():
        other = agent_of("331", login="ailleurs")

    assert entered(other).get(page_of(asked, end)).status_code == 404
    assert entered(other).post(page_of(asked, end), {"decision": "accepter"}).status_code == 404
    assert read(asked).status == "ASKED"


def test_late_plans_are_a_list_of_their_own(creance, agent, time_machine):
    plan = own_plan(creance, monthly_cents=60_00)
    browser = entered(agent)
    late = "/agents/allocataires/echeancier/?en_retard=oui"
    assert browser.get(late).context["cl"].result_count == 0

    time_machine.move_to(NOW.replace(month=12, day=8), tick=False)

    rows = entered(agent).get(late).context["cl"].result_list
    assert [row.pk for row in rows] == [plan.pk]
