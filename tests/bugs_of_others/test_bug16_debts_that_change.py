"""Bug 16: the debt is reduced, cancelled or moved to another fund while it is being paid.

Whatever happens to it, each cent is on a debt or on the suspense account, before an agent's eyes.
"""

from uuid import uuid4

import pytest

from allocataires.nomenclature import MouvementType
from allocataires.services.mouvements import Posting, post_mouvements
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie, Ligne
from payments.models import Payment
from payments.services.invariants import find_breaches
from payments.services.notifications import receive_notification
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.states import put_in_state
from tests.payments.factories import NOW, open_payment, signed_body

FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory()


def lower(creance, kind, cents):
    with caisse_scope(creance.caisse_id):
        post_mouvements(
            caisse_id=creance.caisse_id,
            kind=kind,
            postings=[Posting(creance.pk, cents)],
            value_on=NOW.date(),
            source_id=uuid4(),
            now=NOW,
        )


def credited(prefix):
    """Cents on the credit side of the accounts that begin so."""
    lines = Ligne.objects.filter(compte__number__startswith=prefix)
    return sum(lines.values_list("credit_cents", flat=True))


LOWERING = [
    MouvementType.RETENUE,
    MouvementType.REMISE,
    MouvementType.ANNULATION,
    MouvementType.TRANSFERT,
    MouvementType.NON_VALEUR,
    MouvementType.SURENDETTEMENT,
]


@pytest.mark.parametrize("kind", LOWERING)
@pytest.mark.parametrize("cents", [1, 100_00, 239_99, 240_00])
def test_bug16_what_the_debt_can_no_longer_take_is_a_surplus_before_an_agent(creance, kind, cents):
    payment = open_payment(creance)
    lower(creance, kind, cents)

    receive_notification(body=signed_body(payment), content_type=FORM, now=NOW)

    with caisse_scope(creance.caisse_id):
        creance.refresh_from_db()
        assert creance.balance_cents == 0
        assert Payment.objects.get().status == "PAID"
        assert (credited("4092"), credited("471")) == (240_00 - cents, cents)
        surplus = Anomalie.objects.get()
        assert (surplus.kind, surplus.amount_cents) == ("SURPLUS", cents)
    assert find_breaches() == []


@pytest.mark.parametrize("state", ["SUSPENDUE", "MUTEE", "TRANSFEREE", "CONTESTEE", "PRESCRITE"])
def test_bug16_a_debt_that_may_no_longer_be_paid_still_takes_the_money_under_way(creance, state):
    payment = open_payment(creance)
    with caisse_scope(creance.caisse_id):
        put_in_state(creance, state)

    receive_notification(body=signed_body(payment), content_type=FORM, now=NOW)

    with caisse_scope(creance.caisse_id):
        creance.refresh_from_db()
        assert (creance.balance_cents, creance.state) == (0, "SOLDEE")
    assert find_breaches() == []


@pytest.mark.parametrize(
    "state", ["MUTEE", "TRANSFEREE", "SURENDETTEMENT", "PRESCRITE", "NON_VALEUR"]
)
def test_bug16_money_on_a_debt_that_left_meanwhile_is_before_an_agent_once(creance, state):
    payment = open_payment(creance)
    with caisse_scope(creance.caisse_id):
        put_in_state(creance, state)
    body = signed_body(payment)

    receive_notification(body=body, content_type=FORM, now=NOW)
    receive_notification(body=body, content_type=FORM, now=NOW)

    with caisse_scope(creance.caisse_id):
        moved = Anomalie.objects.get()
        assert (moved.kind, moved.amount_cents) == ("DEBT_MOVED", 240_00)
        assert str(creance) in moved.detail


@pytest.mark.parametrize("state", ["SUSPENDUE", "CONTESTEE", "MISE_EN_DEMEURE"])
def test_bug16_a_debt_that_may_still_be_paid_asks_nothing_of_an_agent(creance, state):
    payment = open_payment(creance)
    with caisse_scope(creance.caisse_id):
        put_in_state(creance, state)

    receive_notification(body=signed_body(payment), content_type=FORM, now=NOW)

    with caisse_scope(creance.caisse_id):
        assert not Anomalie.objects.exists()


def test_bug16_of_two_debts_one_of_which_left_each_cent_has_its_place(creance):
    with national_scope():
        other = CreanceFactory(allocataire=creance.allocataire, initial_cents=100_00)
    payment = open_payment(creance, other)
    lower(other, MouvementType.TRANSFERT, 100_00)
    with caisse_scope(other.caisse_id):
        put_in_state(other, "MUTEE")

    receive_notification(body=signed_body(payment), content_type=FORM, now=NOW)

    with caisse_scope(creance.caisse_id):
        assert (credited("4092"), credited("471")) == (240_00, 100_00)
        assert Anomalie.objects.get().amount_cents == 100_00
    assert find_breaches() == []


def test_bug16_a_debt_that_grew_keeps_what_was_added(creance):
    payment = open_payment(creance)
    lower(creance, MouvementType.COMPLEMENT, 50_00)

    receive_notification(body=signed_body(payment), content_type=FORM, now=NOW)

    with caisse_scope(creance.caisse_id):
        creance.refresh_from_db()
        assert creance.balance_cents == 50_00
        assert not Anomalie.objects.exists()
    assert find_breaches() == []
