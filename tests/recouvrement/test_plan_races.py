"""Two at once on one plan, over real connections, with the control that shows it is a race."""

import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from allocataires.models import Creance, Echeance, Echeancier, ReportEcheance
from allocataires.models.echeancier import ReportKind
from caf_portal.database.scope import caisse_scope, national_scope
from payments.services.invariants import find_breaches
from recouvrement.services import plan_agreeing, plan_deciding
from recouvrement.services.plan_agreeing import PlanNotAgreed
from recouvrement.services.plan_changes import Change, ChangeRefused, preview_change
from recouvrement.services.plan_changes import change_own_plan as change_plan
from recouvrement.services.plan_deciding import PlanNotWaiting, decide_plan
from relation_usager.models import Message
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW
from tests.payments.test_races import at_once
from tests.recouvrement.own_plans import arrives, dates_of, own_plan, states_of, tend

PAUSE = 0.3

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory(initial_cents=180_00)


@pytest.fixture
def asked(creance):
    return own_plan(creance, monthly_cents=10_00)


@pytest.fixture
def agents():
    with national_scope():
        return [agent_of("011", login=login) for login in ("un", "deux")]


def unlocked_plan(echeancier_id):
    dues = list(Echeance.objects.filter(echeancier_id=echeancier_id).order_by("rank"))
    return Echeancier.objects.get(pk=echeancier_id), dues


def decide(plan, agent, *, accept):
    with caisse_scope(plan.caisse_id):
        return decide_plan(
            echeancier_id=plan.pk, agent=agent, accept=accept, reason="Trop long.", now=NOW
        ).status


def slow_after_the_lock(monkeypatch, lock):
    def slow(echeancier_id):
        found = lock(echeancier_id)
        time.sleep(PAUSE)
        return found

    monkeypatch.setattr(plan_deciding, "lock_plan", slow)


def test_without_the_lock_two_agents_both_decide(monkeypatch, asked, agents):
    slow_after_the_lock(monkeypatch, unlocked_plan)
    monkeypatch.setattr(plan_deciding, "_cancel_dues", lambda *_a, **_h: None)

    results = at_once(
        lambda: decide(asked, agents[0], accept=False),
        lambda: decide(asked, agents[1], accept=False),
    )

    assert results == ["REFUSED", "REFUSED"]


def test_two_agents_at_once_make_one_decision(monkeypatch, asked, agents):
    slow_after_the_lock(monkeypatch, plan_deciding.lock_plan)

    results = at_once(
        lambda: decide(asked, agents[0], accept=True),
        lambda: decide(asked, agents[1], accept=False),
    )

    assert sum(isinstance(result, PlanNotWaiting) for result in results) == 1
    with national_scope():
        plan = Echeancier.objects.get()
        assert Message.objects.filter(kind="PLAN_DECIDED").count() == 1
    assert plan.status in results
    expected = {"ACTIVE": "PLANNED", "REFUSED": "CANCELLED"}[plan.status]
    assert set(states_of(plan)) == {expected}
    assert find_breaches() == []


def agree(creance):
    return own_plan(creance, monthly_cents=60_00)


def slow_agreement(monkeypatch):
    real = plan_agreeing.is_in_a_plan

    def slow(creances):
        found = real(creances)
        time.sleep(PAUSE)
        return found

    monkeypatch.setattr(plan_agreeing, "is_in_a_plan", slow)


def test_without_the_lock_two_agreements_make_two_plans(monkeypatch, creance):
    slow_agreement(monkeypatch)
    monkeypatch.setattr(
        "allocataires.models.creance.CreanceQuerySet.locked", lambda self: self.order_by("pk")
    )

    at_once(lambda: agree(creance), lambda: agree(creance))

    with national_scope():
        assert Echeancier.objects.count() == 2


def test_two_agreements_at_once_make_one_plan(monkeypatch, creance):
    slow_agreement(monkeypatch)

    results = at_once(lambda: agree(creance), lambda: agree(creance))

    assert sum(isinstance(result, PlanNotAgreed) for result in results) == 1
    with national_scope():
        assert Echeancier.objects.count() == 1


def test_two_sweeps_at_once_settle_a_due_once(creance):
    plan = own_plan(creance, monthly_cents=60_00)
    later = NOW + timedelta(days=1)
    arrives(creance, "CHEQUE", 70_00, now=later)

    results = at_once(lambda: tend(plan, now=later), lambda: tend(plan, now=later))

    assert results == [None, None]
    assert states_of(plan) == ["PAID_OTHERWISE", "PLANNED", "PLANNED"]
    assert find_breaches() == []


def test_two_pauses_at_once_make_one(creance):
    plan = own_plan(creance, monthly_cents=60_00)
    change = Change(ReportKind.PAUSE)
    with caisse_scope(plan.caisse_id):
        seen = preview_change(plan, change, agent=None, today=NOW.date()).seen

    def pause():
        with caisse_scope(plan.caisse_id):
            change_plan(echeancier_id=plan.pk, change=change, seen=seen, agent=None, now=NOW)

    results = at_once(pause, pause)

    assert sum(isinstance(result, ChangeRefused) for result in results) == 1
    assert dates_of(plan) == ["2027-01-06", "2027-02-06", "2027-03-06"]
    with national_scope():
        assert ReportEcheance.objects.count() == 3


def test_the_database_refuses_two_dues_on_one_day(creance):
    plan = own_plan(creance, monthly_cents=60_00)

    with national_scope():
        first, second = Echeance.objects.filter(echeancier=plan).order_by("rank")[:2]
        with pytest.raises(IntegrityError, match="echeance_one_a_day"), transaction.atomic():
            ReportEcheance.objects.create(
                caisse_id=plan.caisse_id,
                echeance=first,
                kind="DEPLACEE",
                from_on=first.due_on,
                to_on=second.due_on,
                at=NOW,
                source_id=plan.public_id,
            )
        assert Creance.objects.count() == 1
