"""Plans are asked about: dues without news, amounts that were not told."""

from datetime import timedelta

import pytest
import responses
from django.utils import timezone

from allocataires.models import Echeance
from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.paris import paris_date
from comptabilite.models import Anomalie, Ecriture
from payments.models import Payment
from payments.services.invariants import find_breaches
from payments.services.plan_polling import ASK_AGAIN_AFTER, check_plan, late_plans
from payments.services.polling import Target
from tests.allocataires.factories import CreanceFactory
from tests.payments.plans import (
    dues_of,
    running_plan,
    standing,
    states_of,
    tell,
    transaction_answer,
)

ORDER_GET = "http://127.0.0.1:9/api-payment/V4/Order/Get"

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(client):
    with national_scope():
        creance = CreanceFactory(initial_cents=100_00)
    return running_plan(client, creance, now=timezone.now())


@pytest.fixture
def platform():
    with responses.RequestsMock() as mock:
        yield mock


def day_after(payment, rank):
    due = dues_of(payment)[rank - 1]
    now = timezone.now()
    return now + timedelta(days=(due.due_on - paris_date(now)).days + 1)


def target(payment):
    return Target(payment.pk, payment.caisse_id)


def answer(payment, *statuses):
    found = [
        transaction_answer(payment, rank, status) for rank, status in enumerate(statuses, start=1)
    ]
    return {"status": "SUCCESS", "mode": "TEST", "answer": {"transactions": found}}


def test_a_plan_whose_dues_are_to_come_is_left_alone(payment):
    assert late_plans(now=timezone.now()) == []
    assert late_plans(now=day_after(payment, 2) - timedelta(days=1)) == []


def test_a_due_whose_notification_never_came_is_found_the_day_after(payment, platform):
    platform.post(ORDER_GET, json=answer(payment, "CAPTURED", "CAPTURED", "WAITING_AUTHORISATION"))
    now = day_after(payment, 2)
    assert late_plans(now=now) == [target(payment)]

    assert check_plan(target(payment), now=now)

    assert states_of(payment) == ["PAID", "PAID", "PLANNED"]
    assert late_plans(now=now) == []
    with caisse_scope(payment.caisse_id):
        assert Ecriture.objects.count() == 2
    assert find_breaches() == []


def test_a_due_refused_without_a_word_is_found_too(payment, platform):
    platform.post(ORDER_GET, json=answer(payment, "CAPTURED", "REFUSED", "WAITING_AUTHORISATION"))

    check_plan(target(payment), now=day_after(payment, 2))

    assert states_of(payment) == ["PAID", "REFUSED", "PLANNED"]
    with national_scope():
        assert Anomalie.objects.get().kind == "REFUSED_INSTALMENT"


def test_a_due_still_without_answer_is_asked_about_again_later_and_not_at_once(payment, platform):
    waiting = answer(payment, "CAPTURED", "WAITING_AUTHORISATION", "WAITING_AUTHORISATION")
    platform.post(ORDER_GET, json=waiting)
    now = day_after(payment, 2)

    assert check_plan(target(payment), now=now)
    assert not check_plan(target(payment), now=now + timedelta(minutes=1))
    assert late_plans(now=now + ASK_AGAIN_AFTER + timedelta(minutes=1)) == [target(payment)]
    assert states_of(payment) == ["PAID", "PLANNED", "PLANNED"]


def test_a_platform_that_does_not_answer_changes_nothing(payment, platform):
    platform.post(ORDER_GET, status=503)

    assert not check_plan(target(payment), now=day_after(payment, 2))
    assert states_of(payment) == ["PAID", "PLANNED", "PLANNED"]


def test_an_amount_that_was_not_told_is_asked_for_and_agrees(client, payment, platform):
    tell(client, payment, 2, vads_effective_amount="")
    platform.post(
        ORDER_GET, json=answer(payment, "CAPTURED", "AUTHORISED", "WAITING_AUTHORISATION")
    )
    now = timezone.now() + timedelta(seconds=5)
    assert late_plans(now=now) == [target(payment)]

    assert check_plan(target(payment), now=now)

    assert late_plans(now=now) == []
    with national_scope():
        assert Anomalie.objects.count() == 0
    assert find_breaches() == []


def test_a_higher_amount_than_the_one_assumed_is_shown_to_an_agent(client, payment, platform):
    tell(client, payment, 2, vads_effective_amount="")
    found = answer(payment, "CAPTURED", "AUTHORISED", "WAITING_AUTHORISATION")
    found["answer"]["transactions"][1]["amount"] += 100
    platform.post(ORDER_GET, json=found)

    check_plan(target(payment), now=timezone.now() + timedelta(seconds=5))

    with national_scope():
        assert Anomalie.objects.get().kind == "AMOUNT_MISMATCH"


def test_a_plan_of_which_everything_is_known_is_never_asked_about(client, payment):
    tell(client, payment, 2)
    tell(client, payment, 3)

    assert standing(payment) == ("PAID", "DONE")
    assert late_plans(now=day_after(payment, 3) + timedelta(days=30)) == []
    with national_scope():
        assert Payment.objects.get().status == "PAID"
        assert Echeance.objects.filter(status="PAID").count() == 3


def test_a_due_of_which_nothing_can_be_known_is_said_to_an_agent_once(payment, platform):
    refused = {"errorCode": "INT_905", "errorMessage": "bad credentials"}
    platform.post(ORDER_GET, json={"status": "ERROR", "mode": "TEST", "answer": refused})
    late = day_after(payment, 2)

    assert not check_plan(target(payment), now=late)
    with caisse_scope(payment.caisse_id):
        assert not Anomalie.objects.exists(), "the platform may be down for a day"
    for days in (3, 4):
        assert not check_plan(target(payment), now=late + timedelta(days=days))

    with caisse_scope(payment.caisse_id):
        told = Anomalie.objects.get()
    assert (told.kind, told.subject) == ("UNANSWERED", f"{payment.reference} échéance 2")
