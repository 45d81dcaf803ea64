"""What a plan receives and still asks: other money, less owed, stops, reminders, delays."""

from datetime import timedelta

import pytest

from allocataires.models import Echeancier
from allocataires.models.echeancier import PlanMeans
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie
from payments.models import Payment
from payments.services.invariants import find_breaches
from payments.services.otherwise import DueNotRefused, pay_due
from recouvrement.services.plan_agreeing import PlanNotAgreed
from recouvrement.services.plan_tending import funds_with_plans, settle_dues_by_other_money
from relation_usager.models import Message
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.states import put_in_state
from tests.payments.factories import NOW, debtor_of, signed_body
from tests.payments.plans import FORM, IPN, agreed_plan
from tests.recouvrement.own_plans import (
    arrives,
    dates_of,
    dues_of,
    own_plan,
    reckoned,
    states_of,
    tend,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory(initial_cents=200_00)


def status_of(plan):
    with national_scope():
        return Echeancier.objects.get(pk=plan.pk).status


def pay_online(client, plan, creance, rank=1, now=LATER):
    with caisse_scope(plan.caisse_id):
        due = next(due for due in dues_of(plan) if due.rank == rank)
        return pay_due(
            debtor=debtor_of(creance), plan=None, due=due, email="", langue="fr", now=now
        )


def test_a_plan_has_its_dues_its_parts_and_begins_at_once(creance):
    plan = own_plan(creance, monthly_cents=60_00)

    assert [due.amount_cents for due in dues_of(plan)] == [60_00, 60_00, 60_00, 20_00]
    assert dates_of(plan) == ["2026-12-06", "2027-01-06", "2027-02-06", "2027-03-06"]
    assert status_of(plan) == "ACTIVE"
    assert find_breaches() == []


def test_cheques_settle_the_oldest_dues_and_partial_amounts_add_up(creance):
    plan = own_plan(creance)

    arrives(creance, "CHEQUE", 30_00, now=LATER)
    tend(plan, now=LATER)
    assert states_of(plan) == ["PLANNED"] * 4
    reckoning = reckoned(plan)
    assert reckoning.advance_cents == 30_00
    assert reckoning.asked_cents(reckoning.open_dues[0]) == 20_00

    arrives(creance, "VIREMENT", 75_00, now=LATER)
    tend(plan, now=LATER)
    assert states_of(plan) == ["PAID_OTHERWISE", "PAID_OTHERWISE", "PLANNED", "PLANNED"]
    assert reckoned(plan).advance_cents == 5_00

    tend(plan, now=LATER)
    assert states_of(plan) == ["PAID_OTHERWISE", "PAID_OTHERWISE", "PLANNED", "PLANNED"]
    assert find_breaches() == []


def test_what_came_in_before_the_agreement_is_not_of_the_plan(creance):
    arrives(creance, "CHEQUE", 50_00, now=NOW - timedelta(days=1))
    with national_scope():
        creance.refresh_from_db()

    plan = own_plan(creance)
    tend(plan, now=LATER)

    assert states_of(plan) == ["PLANNED"] * 3


@pytest.mark.parametrize("kind", ["REMISE", "RETENUE", "AJUSTEMENT_BAISSE"])
def test_what_lowers_the_debt_otherwise_cancels_the_last_dues(creance, kind):
    plan = own_plan(creance)

    arrives(creance, kind, 120_00, now=LATER)
    tend(plan, now=LATER)

    assert states_of(plan) == ["PLANNED", "PLANNED", "CANCELLED", "CANCELLED"]
    reckoning = reckoned(plan)
    assert [reckoning.asked_cents(due) for due in reckoning.open_dues] == [50_00, 30_00]
    with national_scope():
        assert Message.objects.filter(kind="PLAN_CHANGED").count() == 1
    assert find_breaches() == []


def test_a_debt_that_is_over_ends_its_plan(creance):
    plan = own_plan(creance)

    arrives(creance, "REMISE", 200_00, now=LATER)
    tend(plan, now=LATER)

    assert states_of(plan) == ["CANCELLED"] * 4
    assert status_of(plan) == "DONE"


def test_a_debt_that_left_for_elsewhere_stops_its_plan(creance):
    plan = own_plan(creance)

    with national_scope():
        put_in_state(creance, "TRANSFEREE")
    tend(plan, now=LATER)

    assert states_of(plan) == ["CANCELLED"] * 4
    assert status_of(plan) == "STOPPED"


def test_a_plan_for_a_part_of_a_debt_goes_on_while_as_much_is_owed(creance):
    plan = own_plan(creance, shares={creance.public_id: 100_00})

    arrives(creance, "RETENUE", 90_00, now=LATER)
    tend(plan, now=LATER)
    assert states_of(plan) == ["PLANNED", "PLANNED"]

    arrives(creance, "RETENUE", 30_00, now=LATER)
    tend(plan, now=LATER)
    reckoning = reckoned(plan)
    assert [reckoning.asked_cents(due) for due in reckoning.open_dues] == [50_00, 30_00]


def test_a_due_is_paid_online_on_the_debts_in_their_order(client):
    with national_scope():
        person = AllocataireFactory()
        big = CreanceFactory(allocataire=person, initial_cents=90_00)
        small = CreanceFactory(allocataire=person, initial_cents=30_00)
    plan = own_plan(big, small, monthly_cents=40_00, means=PlanMeans.DEMANDE)

    payment = pay_online(client, plan, big)
    assert client.post(IPN, signed_body(payment), content_type=FORM).content == b"OK-APPLIED"

    assert states_of(plan) == ["PAID_OTHERWISE", "PLANNED", "PLANNED"]
    with national_scope():
        big.refresh_from_db()
        small.refresh_from_db()
    assert (big.balance_cents, small.balance_cents) == (80_00, 0)
    assert reckoned(plan).advance_cents == 0
    assert find_breaches() == []


def test_the_person_may_choose_which_debt_comes_first():
    with national_scope():
        person = AllocataireFactory()
        big = CreanceFactory(allocataire=person, initial_cents=90_00)
        small = CreanceFactory(allocataire=person, initial_cents=30_00)

    plan = own_plan(big, small, monthly_cents=40_00, first=big.public_id)

    assert [part.creance.pk for part in reckoned(plan).parts] == [big.pk, small.pk]


def test_the_last_due_paid_online_ends_the_plan(client, creance):
    plan = own_plan(creance, monthly_cents=100_00, means=PlanMeans.DEMANDE)

    for rank in (1, 2):
        payment = pay_online(client, plan, creance, rank)
        client.post(IPN, signed_body(payment), content_type=FORM)

    assert states_of(plan) == ["PAID_OTHERWISE", "PAID_OTHERWISE"]
    assert status_of(plan) == "DONE"
    assert find_breaches() == []


def test_a_due_covered_by_a_cheque_while_its_card_was_typed_counts_for_the_next_one(
    client, creance
):
    plan = own_plan(creance, means=PlanMeans.DEMANDE)
    payment = pay_online(client, plan, creance)
    arrives(creance, "CHEQUE", 50_00, now=LATER)
    tend(plan, now=LATER)

    assert client.post(IPN, signed_body(payment), content_type=FORM).content == b"OK-APPLIED"

    assert states_of(plan) == ["PAID_OTHERWISE", "PAID_OTHERWISE", "PLANNED", "PLANNED"]
    assert find_breaches() == []


def test_a_due_that_is_settled_is_not_paid_again(client, creance):
    plan = own_plan(creance, means=PlanMeans.DEMANDE)
    arrives(creance, "CHEQUE", 50_00, now=LATER)
    tend(plan, now=LATER)

    with pytest.raises(DueNotRefused):
        pay_online(client, plan, creance)

    with national_scope():
        assert Payment.objects.count() == 0


def test_a_cheque_that_bounces_is_owed_again(creance):
    plan = own_plan(creance)
    arrives(creance, "CHEQUE", 30_00, now=LATER)
    arrives(creance, "IMPAYE", 30_00, now=LATER)

    tend(plan, now=LATER)

    assert reckoned(plan).advance_cents == 0
    assert reckoned(plan).owed_cents == 200_00


def test_a_due_is_reminded_once_some_days_before(creance):
    plan = own_plan(creance, means=PlanMeans.DEMANDE)
    tend(plan, now=NOW)
    with national_scope():
        assert not Message.objects.filter(kind="DUE_REMINDER").exists()

    for _ in range(2):
        tend(plan, now=NOW + timedelta(days=12))

    with national_scope():
        assert Message.objects.filter(kind="DUE_REMINDER").count() == 1
    assert dues_of(plan)[0].reminded_at is not None


def test_a_due_that_nobody_paid_is_told_to_an_agent_once(creance):
    plan = own_plan(creance)

    for days in (20, 27, 28):
        tend(plan, now=NOW + timedelta(days=days))

    with national_scope():
        anomalie = Anomalie.objects.get()
    assert anomalie.kind == "OVERDUE_INSTALMENT"
    assert anomalie.amount_cents == 50_00


def test_while_recovery_is_stopped_nothing_is_asked_and_dates_are_put_off(creance):
    plan = own_plan(creance)
    with national_scope():
        put_in_state(creance, "CONTESTEE")

    for days in (12, 40, 60, 75):
        tend(plan, now=NOW + timedelta(days=days))

    assert dates_of(plan) == ["2027-03-06", "2027-04-06", "2027-05-06", "2027-06-06"]
    with national_scope():
        assert not Message.objects.filter(kind="DUE_REMINDER").exists()
        assert Anomalie.objects.count() == 0
        put_in_state(creance, "EN_RECOUVREMENT")
    tend(plan, now=NOW + timedelta(days=102))
    with national_scope():
        assert Message.objects.filter(kind="DUE_REMINDER").count() == 1
    assert find_breaches() == []


def test_the_sweep_tends_every_plan_of_a_fund(creance):
    plan = own_plan(creance)
    arrives(creance, "CHEQUE", 50_00, now=LATER)

    assert funds_with_plans() == [creance.caisse_id]
    assert settle_dues_by_other_money(caisse_id=creance.caisse_id, now=LATER) == 1

    assert states_of(plan)[0] == "PAID_OTHERWISE"


def test_money_of_before_the_plan_given_back_does_not_eat_what_is_paid_since(creance):
    """A refund of an older payment raises the debt; the cheque of this month still counts."""
    arrives(creance, "CHEQUE", 100_00, now=NOW - timedelta(days=1))
    with national_scope():
        creance.refresh_from_db()
    plan = own_plan(creance)
    arrives(creance, "IMPAYE", 100_00, now=NOW + timedelta(days=1))
    arrives(creance, "CHEQUE", 50_00, now=NOW + timedelta(days=2))

    tend(plan, now=NOW + timedelta(days=2))

    assert states_of(plan)[0] == "PAID_OTHERWISE"


def test_a_plan_by_card_that_waits_at_the_bank_is_not_doubled(creance):
    agreed_plan(creance)

    with pytest.raises(PlanNotAgreed, match="sur la page de la banque"):
        own_plan(creance)

    assert own_plan(creance, now=NOW + timedelta(minutes=16)).status == "ACTIVE"
