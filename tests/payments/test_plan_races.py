"""Two at once on one plan, over real connections, with the control that shows it is a race."""

import time

import pytest
from django.db import IntegrityError
from django.test import Client

from allocataires.models import Mouvement
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Ecriture
from payments.models import Affectation, Payment
from payments.services import booking, plans
from payments.services.invariants import find_breaches
from payments.services.plans import PlanAlreadyRunning, agree_plan
from payments.services.starting import PaymentAlreadyOpen
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, debtor_of, signed_body
from tests.payments.plans import (
    FORM,
    IPN,
    due_body,
    refused_body,
    running_plan,
    standing,
    states_of,
)
from tests.payments.test_instalments_paid_otherwise import pay_online
from tests.payments.test_races import at_once, post, slow_after_the_lock, without_lock

PAUSE = 0.3

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory(initial_cents=100_00)


@pytest.fixture
def plan(client, creance):
    return running_plan(client, creance)


def two_transactions(plan):
    """Two debits for the second due, as different transactions."""
    return [due_body(plan, 2), due_body(plan, 2, vads_trans_uuid="ab" * 16)]


def test_without_the_lock_two_debits_of_a_due_do_collide(monkeypatch, plan):
    slow_after_the_lock(monkeypatch)
    monkeypatch.setattr(booking, "_locked", without_lock)
    monkeypatch.setattr("allocataires.models.echeancier.EcheanceQuerySet.locked", unlocked)

    results = at_once(*(lambda body=body: post(body) for body in two_transactions(plan)))

    assert any(isinstance(result, IntegrityError) for result in results)


def test_two_debits_of_a_due_at_once_book_one_and_hold_the_other(monkeypatch, plan):
    slow_after_the_lock(monkeypatch)

    results = at_once(*(lambda body=body: post(body) for body in two_transactions(plan)))

    assert sorted(map(str, results)) == ["OK-APPLIED", "OK-SUSPENSE"]
    assert states_of(plan) == ["PAID", "PAID", "PLANNED"]
    assert find_breaches() == []


def unlocked(queryset):
    return queryset.order_by("rank")


def test_two_notifications_of_a_due_at_once_book_it_once(monkeypatch, plan):
    slow_after_the_lock(monkeypatch)
    body = due_body(plan, 2)

    results = at_once(lambda: post(body), lambda: post(body))

    assert sorted(map(str, results)) == ["OK-ALREADY_APPLIED", "OK-APPLIED"]
    assert states_of(plan) == ["PAID", "PAID", "PLANNED"]
    with national_scope():
        assert Ecriture.objects.count() == 2
    assert find_breaches() == []


def test_the_last_two_dues_at_once_end_the_plan(monkeypatch, plan):
    slow_after_the_lock(monkeypatch)
    bodies = [due_body(plan, 2), due_body(plan, 3)]

    results = at_once(*(lambda body=body: post(body) for body in bodies))

    assert results == ["OK-APPLIED", "OK-APPLIED"]
    assert standing(plan) == ("PAID", "DONE")
    with national_scope():
        posted = Mouvement.objects.filter(kind="CARTE").values_list("amount_cents", flat=True)
        assert sum(posted) == 100_00
    assert find_breaches() == []


def test_a_due_taken_and_paid_online_at_once_settle_it_once(monkeypatch, plan):
    assert Client().post(IPN, refused_body(plan, 2), content_type=FORM).status_code == 200
    online = pay_online(plan)
    slow_after_the_lock(monkeypatch)
    bodies = [due_body(plan, 2, vads_trans_uuid="ab" * 16), signed_body(online)]

    results = at_once(*(lambda body=body: post(body) for body in bodies))

    assert sorted(map(str, results)) == ["OK-APPLIED", "OK-SUSPENSE"]
    assert states_of(plan)[1] in {"PAID", "PAID_OTHERWISE"}
    with national_scope():
        assert Ecriture.objects.count() == 3
    assert find_breaches() == []


def agree(creance):
    with caisse_scope(creance.caisse_id):
        return agree_plan(
            debtor=debtor_of(creance),
            shares={creance.public_id: 100_00},
            count=3,
            day=5,
            email="",
            langue="fr",
            now=NOW,
        )


def test_two_agreements_at_once_make_one_plan(monkeypatch, creance):
    real = plans.create_echeancier

    def slow(**asked):
        made = real(**asked)
        time.sleep(PAUSE)
        return made

    monkeypatch.setattr(plans, "create_echeancier", slow)

    results = at_once(lambda: agree(creance), lambda: agree(creance))

    refused = [r for r in results if isinstance(r, PaymentAlreadyOpen | PlanAlreadyRunning)]
    assert len(refused) == 1
    with national_scope():
        assert Payment.objects.count() == 1
        assert Affectation.objects.count() == 1
