"""Whatever happens to a plan, in any order: its dues sum to the cent, and nobody pays too much."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocataires.models import Echeancier
from allocataires.models.echeancier import ReportKind
from allocataires.services.echeanciers import PlanImpossible
from allocataires.services.plan_calendar import MOST_AGREED, monthly_dues, proposals
from caf_portal.database.scope import caisse_scope, national_scope
from payments.services.invariants import find_breaches
from recouvrement.services.plan_changes import (
    Change,
    ChangeRefused,
    change_own_plan,
    preview_change,
)
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW
from tests.recouvrement.own_plans import arrives, dues_of, own_plan, reckoned, tend

TODAY = NOW.date()
totals = st.integers(min_value=1, max_value=50_000_00)


@given(total=totals, monthly=totals, day=st.integers(min_value=1, max_value=31))
def test_dues_sum_to_the_cent_in_months_that_follow_each_other(total, monthly, day):
    try:
        dues = monthly_dues(total_cents=total, monthly_cents=monthly, day=day, today=TODAY)
    except PlanImpossible:
        return

    assert sum(due.amount_cents for due in dues) == total
    assert min(due.amount_cents for due in dues) >= 100
    assert 2 <= len(dues) <= MOST_AGREED
    months = [due.due_on.year * 12 + due.due_on.month for due in dues]
    assert months == list(range(months[0], months[0] + len(dues)))


@given(total=totals, scale=st.none() | totals)
def test_every_proposal_repays_the_whole(total, scale):
    for way in proposals(total_cents=total, scale_cents=scale, day=6, today=TODAY):
        assert sum(due.amount_cents for due in way.dues) == total
        assert way.months <= MOST_AGREED


events = st.lists(
    st.tuples(
        st.sampled_from(["CHEQUE", "VIREMENT", "RETENUE", "REMISE", "PAUSE", "SAUTEE", "ATTENTE"]),
        st.integers(min_value=1, max_value=90_00),
    ),
    max_size=7,
)


@pytest.mark.django_db
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(events=events)
def test_whatever_happens_the_dues_sum_and_no_more_than_owed_is_asked(events):
    with national_scope():
        creance = CreanceFactory(initial_cents=200_00)
    plan = own_plan(creance, monthly_cents=35_00)
    now = NOW

    for kind, cents in events:
        now += timedelta(days=9)
        with national_scope():
            creance.refresh_from_db()
        if kind in {"PAUSE", "SAUTEE"}:
            try_change(plan, kind, now)
        elif kind != "ATTENTE" and creance.balance_cents:
            arrives(creance, kind, min(cents, creance.balance_cents), now=now)
        tend(plan, now=now)
        check(plan, creance)
    assert find_breaches() == []


def try_change(plan, kind, now):
    change = Change(ReportKind(kind))
    with caisse_scope(plan.caisse_id):
        fresh = Echeancier.objects.get(pk=plan.pk)
        try:
            seen = preview_change(fresh, change, agent=None, today=now.date()).seen
            change_own_plan(echeancier_id=plan.pk, change=change, seen=seen, agent=None, now=now)
        except ChangeRefused:
            return


def check(plan, creance):
    dues, reckoning = dues_of(plan), reckoned(plan)
    with national_scope():
        creance.refresh_from_db()
    assert sum(due.amount_cents for due in dues) == plan.total_cents == 200_00
    assert len({due.due_on for due in dues}) == len(dues)
    asked = sum(reckoning.asked_cents(due) for due in reckoning.open_dues)
    # A due asks 1 € at least, which is more than its part of the rest in one case only.
    assert asked <= creance.balance_cents + 99
    assert asked >= creance.balance_cents
    for due in reckoning.open_dues:
        assert reckoning.asked_cents(due) <= creance.balance_cents
