"""A refused due paid online, whatever crosses it on the way."""

import pytest
from django.test import Client

from allocataires.models import Echeance, Mouvement
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie, Ecriture
from payments.models import Payment
from payments.services.departing import hand_over
from payments.services.invariants import find_breaches
from payments.services.otherwise import DueNotRefused, pay_due
from payments.services.starting import PaymentAlreadyOpen
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.payments.factories import NOW, debtor_of, signed_body
from tests.payments.plans import (
    FORM,
    IPN,
    dues_of,
    refuse,
    running_plan,
    standing,
    states_of,
    tell,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def creances():
    with national_scope():
        person = AllocataireFactory()
        return [CreanceFactory(allocataire=person, initial_cents=50_00) for _ in range(2)]


@pytest.fixture
def plan(client, creances):
    payment = running_plan(client, *creances)
    refuse(client, payment, 2)
    return payment


def pay_online(plan, rank=2):
    with caisse_scope(plan.caisse_id):
        due = Echeance.objects.get(echeancier=plan.echeancier_id, rank=rank)
        creance = plan.affectations.select_related("creance").first().creance
        payment = pay_due(
            debtor=debtor_of(creance),
            plan=Payment.objects.get(pk=plan.pk),
            due=due,
            email="",
            langue="fr",
            now=NOW,
        )
    hand_over(payment=payment, now=NOW)
    return payment


def post(client: Client, payment, **changes):
    return client.post(IPN, signed_body(payment, **changes), content_type=FORM).content.decode()


def test_the_payment_asks_for_the_due_on_the_debts_that_the_plan_still_repays(plan, creances):
    payment = pay_online(plan)

    assert payment.amount_cents == 33_33
    with caisse_scope(plan.caisse_id):
        shares = dict(payment.affectations.values_list("creance_id", "amount_cents"))
    assert shares == {creances[0].pk: 16_67, creances[1].pk: 16_66}
    assert states_of(plan) == ["PAID", "REFUSED", "PLANNED"]


def test_booked_it_settles_the_due_and_not_before(client, plan):
    payment = pay_online(plan)

    assert post(client, payment) == "OK-APPLIED"

    assert states_of(plan) == ["PAID", "PAID_OTHERWISE", "PLANNED"]
    assert dues_of(plan)[1].source_id == payment.public_id
    assert standing(plan) == ("SCHEDULED", "ACTIVE")
    assert find_breaches() == []


def test_the_last_due_paid_otherwise_ends_the_plan(client, creances, plan):
    tell(client, plan, 3)
    payment = pay_online(plan)

    post(client, payment)

    assert standing(plan) == ("PAID", "DONE")
    with caisse_scope(plan.caisse_id):
        assert [c.balance_cents for c in type(creances[0]).objects.order_by("pk")] == [0, 0]
        assert Mouvement.objects.filter(kind="CARTE").count() == 4
    assert find_breaches() == []


def test_the_dues_after_it_repay_what_it_left(client, creances, plan):
    post(client, pay_online(plan))

    tell(client, plan, 3)

    assert standing(plan) == ("PAID", "DONE")
    with national_scope():
        assert Anomalie.objects.filter(kind="SURPLUS").count() == 0
        assert sum(c.balance_cents for c in type(creances[0]).objects.all()) == 0


def test_refused_again_the_due_stays_to_be_paid(client, plan):
    payment = pay_online(plan)

    post(client, payment, vads_trans_status="REFUSED", vads_result="05", vads_auth_result="51")

    assert states_of(plan) == ["PAID", "REFUSED", "PLANNED"]


def test_two_clicks_offer_the_payment_under_way(plan):
    first = pay_online(plan)

    with pytest.raises(PaymentAlreadyOpen) as offered:
        pay_online(plan)

    assert offered.value.payment == first


def test_a_due_that_is_not_refused_is_not_paid_here(plan):
    with pytest.raises(DueNotRefused):
        pay_online(plan, rank=3)

    with caisse_scope(plan.caisse_id):
        assert Payment.objects.filter(echeance__isnull=False).count() == 0


def test_the_bank_took_it_meanwhile_then_the_second_money_is_held(client, plan):
    payment = pay_online(plan)
    tell(client, plan, 2, vads_trans_uuid="ab" * 16)

    assert post(client, payment) == "OK-SUSPENSE"

    assert states_of(plan) == ["PAID", "PAID", "PLANNED"]
    with caisse_scope(plan.caisse_id):
        assert Payment.objects.get(pk=payment.pk).status == "HELD"
        assert Anomalie.objects.filter(kind="SECOND_PAYMENT").count() == 1
        assert Ecriture.objects.count() == 3
    assert find_breaches() == []


def test_paid_online_then_taken_by_the_bank_the_second_money_is_held(client, plan):
    post(client, pay_online(plan))

    assert tell(client, plan, 2, vads_trans_uuid="ab" * 16) == "OK-SUSPENSE"

    assert states_of(plan) == ["PAID", "PAID_OTHERWISE", "PLANNED"]
    with caisse_scope(plan.caisse_id):
        assert Anomalie.objects.filter(kind="SECOND_PAYMENT").count() == 1
    assert find_breaches() == []
