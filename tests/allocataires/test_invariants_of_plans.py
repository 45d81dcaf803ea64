"""Invariants 4, 5, 6 and 14 of plans: PostgreSQL refuses, past every Python check."""

from datetime import date, timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from allocataires.models import Echeance, Echeancier
from allocataires.models.echeancier import ECHEANCE_MOVES, EcheanceStatus
from caf_portal.database.scope import caisse_scope, national_scope
from payments.services.invariants import find_breaches
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.payments.factories import NOW
from tests.payments.plans import dues_of, running_plan

pytestmark = pytest.mark.django_db
S = EcheanceStatus
#: How a due is led to each state from its birth.
ROADS = {
    S.PLANNED: (),
    S.PAID: (S.PAID,),
    S.REFUSED: (S.REFUSED,),
    S.PAID_OTHERWISE: (S.PAID_OTHERWISE,),
    S.CANCELLED: (S.CANCELLED,),
}


@pytest.fixture
def person():
    with national_scope():
        return AllocataireFactory()


@pytest.fixture
def scope(person):
    with caisse_scope(person.caisse_id):
        yield


def new_plan(person, *cents, total=None):
    plan = Echeancier.objects.create(
        caisse_id=person.caisse_id,
        allocataire=person,
        total_cents=sum(cents) if total is None else total,
        agreed_at=NOW,
    )
    return plan, [add_due(plan, rank, amount) for rank, amount in enumerate(cents, start=1)]


def add_due(plan, rank, cents):
    return Echeance.objects.create(
        caisse_id=plan.caisse_id,
        echeancier=plan,
        rank=rank,
        due_on=date(2026, 11, 20) + timedelta(days=30 * rank),
        amount_cents=cents,
    )


def lead(due, *road):
    for status in road:
        settled = status in {S.PAID, S.PAID_OTHERWISE}
        Echeance.objects.filter(pk=due.pk).update(
            status=status, settled_at=NOW, source_id=uuid4() if settled else None
        )


def check_deferred():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(match):
    return pytest.raises(DatabaseError, match=match)


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("total", [199_99, 200_01])
def test_inv05_dues_that_do_not_sum_to_their_plan_are_refused_at_commit(person, total):
    with refused("inv05_echeances_sum|inv05: plan"), transaction.atomic():
        new_plan(person, 100_00, 100_00, total=total)
        check_deferred()


@pytest.mark.usefixtures("scope")
def test_inv05_a_due_added_later_is_seen_too(person):
    plan, _dues = new_plan(person, 100_00, 100_00)
    check_deferred()

    with refused("inv05"), transaction.atomic():
        add_due(plan, 3, 100)
        check_deferred()


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize(("start", "end"), list(product(S, S)))
def test_inv06_a_due_moves_if_and_only_if_the_table_has_it(person, start, end):
    _plan, (due, _other) = new_plan(person, 100_00, 100_00)
    lead(due, *ROADS[start])

    if end == start or end in ECHEANCE_MOVES[start]:
        lead(due, end)
        assert Echeance.objects.get(pk=due.pk).status == end
    else:
        with refused("inv06"), transaction.atomic():
            lead(due, end)


def test_inv06_every_state_of_a_due_has_a_row():
    assert set(ECHEANCE_MOVES) == set(S) == set(ROADS)


@pytest.mark.usefixtures("scope")
def test_inv04_one_source_settles_one_due(person):
    _plan, dues = new_plan(person, 100_00, 100_00)
    source = uuid4()

    with refused("inv04_echeance_settled_once"), transaction.atomic():
        for due in dues:
            Echeance.objects.filter(pk=due.pk).update(
                status=S.PAID, settled_at=NOW, source_id=source
            )


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize(
    ("status", "source"), [(S.PAID, None), (S.PAID_OTHERWISE, None), (S.REFUSED, uuid4())]
)
def test_inv14_a_due_is_paid_by_something_or_by_nothing(person, status, source):
    _plan, (due, _other) = new_plan(person, 100_00, 100_00)

    with refused("inv14_echeance_paid_by_something"), transaction.atomic():
        Echeance.objects.filter(pk=due.pk).update(status=status, settled_at=NOW, source_id=source)


@pytest.mark.usefixtures("scope")
def test_what_was_promised_does_not_change(person):
    _plan, (due, _other) = new_plan(person, 100_00, 100_00)

    with refused("permission denied"), transaction.atomic():
        Echeance.objects.filter(pk=due.pk).update(amount_cents=1_00)


def test_inv06_a_date_is_put_off_by_a_report_and_not_by_hand(person, scope):
    _plan, (due, _other) = new_plan(person, 100_00, 100_00)
    put_off = {"kind": "DEPLACEE", "at": NOW, "source_id": uuid4(), "caisse_id": due.caisse_id}

    with refused("inv06: a date is put off"), transaction.atomic():
        Echeance.objects.filter(pk=due.pk).update(due_on=date(2030, 1, 1))
    with refused("inv06: due"), transaction.atomic():
        due.reports.create(from_on=date(2020, 1, 1), to_on=date(2030, 1, 1), **put_off)
    due.reports.create(from_on=due.due_on, to_on=date(2030, 1, 1), **put_off)

    due.refresh_from_db()
    assert due.due_on == date(2030, 1, 1)


@pytest.mark.parametrize("status", [S.PAID, S.PAID_OTHERWISE, S.CANCELLED])
def test_inv14_the_control_finds_a_due_that_nothing_paid(client, status):
    with national_scope():
        creance = CreanceFactory(initial_cents=100_00)
    plan = running_plan(client, creance)
    assert find_breaches() == []

    with national_scope():
        for due in dues_of(plan)[1:]:
            lead(due, status)

    assert {breach.rule for breach in find_breaches()} == {"inv14_plan_is_booked"}
