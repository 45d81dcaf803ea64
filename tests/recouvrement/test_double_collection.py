"""A payment and a withholding for the same debt in the same month: seen, with the way to undo."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from allocataires.nomenclature import MouvementType
from allocataires.services.mouvements import Posting, post_mouvements
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie
from comptabilite.services.settling import settle_anomalie
from payments.models import TropPercu
from payments.services.surplus_choosing import place_surplus
from recouvrement.services.double_collection import find_double_collections
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import open_payment
from tests.payments.pages import text_of
from tests.payments.plans import running_plan
from tests.payments.refunds import LATER, refund_whole, shrink, take
from tests.payments.rest_double import RestDouble

pytestmark = pytest.mark.django_db


@pytest.fixture
def debt():
    with national_scope():
        return CreanceFactory(nature="IN5", rang="001", initial_cents=240_00)


@pytest.fixture
def paid(debt):
    """100 € of 240 € by card, on 20 November."""
    return take(open_payment(debt, shares={debt.public_id: 100_00}), RestDouble())


def withhold(debt, cents, on, *, now=LATER):
    with caisse_scope(debt.caisse_id):
        post_mouvements(
            caisse_id=debt.caisse_id,
            kind=MouvementType.RETENUE,
            postings=[Posting(debt.pk, cents)],
            value_on=on,
            source_id=uuid4(),
            now=now,
        )


def lines():
    with national_scope():
        return list(Anomalie.objects.filter(kind="DOUBLE_COLLECTION").order_by("pk"))


def test_it_is_one_line_with_both_movements_and_what_was_taken_twice(debt, paid):
    withhold(debt, 60_00, date(2026, 11, 5))

    assert find_double_collections(caisse_id=None, now=LATER) == 1
    assert find_double_collections(caisse_id=debt.caisse_id, now=LATER) == 0, "once"

    (line,) = lines()
    assert (line.caisse_id, line.amount_cents) == (debt.caisse_id, 60_00)
    assert "100,00\u00a0€ payés par carte (dernier le 20/11/2026)" in line.detail
    assert "60,00\u00a0€ retenus sur les prestations (dernière le 05/11/2026)" in line.detail


def test_what_is_withheld_after_the_line_was_settled_makes_another_line(debt, paid):
    withhold(debt, 60_00, date(2026, 11, 5))
    find_double_collections(caisse_id=None, now=LATER)
    (line,) = lines()
    with national_scope():
        agent = agent_of("011")
    with caisse_scope(debt.caisse_id):
        settle_anomalie(anomalie_id=line.pk, agent=agent, note="Voulu.", now=LATER)
    assert find_double_collections(caisse_id=None, now=LATER) == 0, "nothing moved since"

    next_day = LATER + timedelta(days=1)
    withhold(debt, 20_00, date(2026, 11, 25), now=next_day)

    assert find_double_collections(caisse_id=None, now=next_day) == 1
    assert [(each.amount_cents, each.settled_at) for each in lines()] == [
        (60_00, LATER),
        (80_00, None),
    ]


def test_another_month_or_another_debt_is_no_double_collection(debt, paid):
    with national_scope():
        other = CreanceFactory(allocataire=debt.allocataire)
    withhold(debt, 60_00, date(2026, 10, 31))
    withhold(other, 60_00, date(2026, 11, 5))

    assert find_double_collections(caisse_id=None, now=LATER) == 0


def test_a_payment_that_was_given_back_is_none_any_more(debt, paid):
    refund_whole(paid, 100_00)
    withhold(debt, 60_00, date(2026, 11, 25))

    assert find_double_collections(caisse_id=None, now=LATER) == 0


def test_a_withholding_told_late_is_seen_the_month_after_and_not_for_ever(debt, paid):
    withhold(debt, 60_00, date(2026, 11, 25))
    in_december = datetime(2026, 12, 20, 9, tzinfo=UTC)
    in_january = in_december + timedelta(days=31)

    assert find_double_collections(caisse_id=None, now=in_january) == 0
    assert find_double_collections(caisse_id=None, now=in_december) == 1


def test_the_month_is_that_of_paris(debt, paid):
    withhold(debt, 60_00, date(2026, 11, 25))
    # In Paris it is already January: November is over for good.
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    assert find_double_collections(caisse_id=None, now=new_year) == 0


def test_one_fund_looks_at_its_own_debts_only(debt, paid):
    withhold(debt, 60_00, date(2026, 11, 5))
    gironde = Caisse.objects.get(code="331").pk

    assert find_double_collections(caisse_id=gironde, now=LATER) == 0
    assert lines() == []


def test_the_agent_is_one_click_from_the_refund_already_filled_in(debt, paid):
    withhold(debt, 60_00, date(2026, 11, 5))
    find_double_collections(caisse_id=None, now=LATER)
    with national_scope():
        client = entered(agent_of("011"))
    (line,) = lines()

    page = client.get(f"/agents/comptabilite/anomalie/{line.pk}/change/").content.decode()
    address = f"/agents/payments/refund/demander/{paid.transaction.pk}/?amount=60%2C00"
    assert address in page
    asked = client.get(address + "&reason=Retenue+le+m%C3%AAme+mois")

    assert 'value="60,00"' in asked.content.decode()
    assert 'value="Retenue le même mois"' in asked.content.decode()
    assert "100,00 € peuvent encore être rendus" in text_of(asked)


def test_an_address_that_proposes_nonsense_is_checked_like_anything_typed(debt, paid):
    with national_scope():
        client = entered(agent_of("011"))
    address = f"/agents/payments/refund/demander/{paid.transaction.pk}/"

    page = client.get(address, {"amount": "<script>", "reason": "x" * 500})

    assert "&lt;script&gt;" in page.content.decode()
    answer = client.post(address, {"amount": "<script>", "reason": "x", "stated_cents": "10000"})
    assert "Écrivez un montant en euros" in text_of(answer)


def test_a_due_debited_by_the_platform_leads_to_its_refund_too(client, debt):
    plan = running_plan(client, debt)
    withhold(debt, 60_00, date(2026, 11, 5))
    find_double_collections(caisse_id=None, now=LATER)
    with national_scope():
        agent = entered(agent_of("011"))
        debit = plan.transactions.get(operation="DEBIT", echeance__rank=1)
    (line,) = lines()

    page = agent.get(f"/agents/comptabilite/anomalie/{line.pk}/change/").content.decode()

    assert f"/agents/payments/refund/demander/{debit.pk}/?amount=60%2C00" in page


def test_a_surplus_placed_on_the_debt_leads_to_its_refund_too(debt):
    with national_scope():
        other = CreanceFactory(allocataire=debt.allocataire, nature="IM3", initial_cents=100_00)
    payment = open_payment(other)
    shrink(other, 60_00)
    paid = take(payment, RestDouble())
    with caisse_scope(debt.caisse_id):
        surplus = TropPercu.objects.get()
        place_surplus(surplus_id=surplus.pk, creance_id=debt.public_id, now=LATER)
    withhold(debt, 60_00, date(2026, 11, 5))
    find_double_collections(caisse_id=None, now=LATER)
    with national_scope():
        agent = entered(agent_of("011"))
    line = next(each for each in lines() if each.subject.startswith(debt.public_id.hex))

    page = agent.get(f"/agents/comptabilite/anomalie/{line.pk}/change/").content.decode()

    assert f"/agents/payments/refund/demander/{paid.transaction.pk}/?amount=60%2C00" in page
