"""Too much paid by card, placed on the next debt or given back; and paid twice in a month.

To be read by an accountant. A person owes 240 € of housing benefit (APL) and 100 € of prime
d'activité in the Ain. 5115 is the cards to be collected, 471 what waits to be identified, 4092xx
what allocataires owe by benefit.
"""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie
from payments.models import Refund, TropPercu
from payments.services.invariants import find_breaches
from recouvrement.services.double_collection import find_double_collections
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.sessions import enter, person_of
from tests.payments.factories import open_payment
from tests.payments.refunds import Paid, send, shrink, take, two_agents
from tests.payments.rest_double import RestDouble
from tests.scenarios.books import balance_of, journal, new_lines
from tests.scenarios.gestures import approve, left_on

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)


@pytest.fixture
def debts(time_machine):
    time_machine.move_to(NOON, tick=False)
    with national_scope():
        person = AllocataireFactory(numero="1234567")
        return [
            CreanceFactory(allocataire=person, nature="IN5", rang="001", initial_cents=240_00),
            CreanceFactory(allocataire=person, nature="IM3", rang="002", initial_cents=100_00),
        ]


def pay_while_withheld(debts) -> Paid:
    """240 € leave for the bank; 60 € are withheld meanwhile; the bank takes the 240 €."""
    payment = open_payment(debts[0], now=NOON)
    shrink(debts[0], 60_00)
    return take(payment, RestDouble())


def choose(client: Client, debts, said: str) -> None:
    """The person, by the page."""
    with national_scope():
        surplus = TropPercu.objects.get()
    enter(client, person_of(debts[0]))
    assert client.post(f"/trop-percu/{surplus.public_id}/", {"choix": said}).status_code == 302


BOOKED = [
    "2026-11-20 CBL | 5115   | -               | débit  240,00 €",
    "2026-11-20 CBL | 409220 | 1234567-IN5-001 | crédit 180,00 €",
    "2026-11-20 CBL | 471    | -               | crédit 60,00 €",
]


def test_a_surplus_placed_on_the_next_debt(client: Client, debts):
    pay_while_withheld(debts)
    assert journal() == BOOKED

    # The same day the person puts the 60 € on the prime d'activité.
    choose(client, debts, debts[1].public_id.hex)

    assert new_lines(BOOKED) == [
        "2026-11-20 OD | 471    | -               | débit  60,00 €",
        "2026-11-20 OD | 409240 | 1234567-IM3-002 | crédit 60,00 €",
    ]
    assert left_on(*debts) == (0, 40_00)
    assert balance_of("471") == 0
    with national_scope():
        assert Anomalie.objects.get().settled_at is not None
    assert find_breaches() == []


def test_a_surplus_given_back(client: Client, debts):
    paid = pay_while_withheld(debts)

    # The person wants it back: nothing is written before an agent approves and the platform did.
    choose(client, debts, "rendre")
    assert new_lines(BOOKED) == []
    with national_scope():
        refund = Refund.objects.get()
    approve(two_agents()[1], refund)
    with paid.platform.listening():
        assert send(refund) == "DONE"

    assert [line[11:] for line in new_lines(BOOKED)] == [
        "CBL | 471    | -               | débit  60,00 €",
        "CBL | 5115   | -               | crédit 60,00 €",
    ]
    assert left_on(*debts) == (0, 100_00)
    assert balance_of("5115") == 180_00
    with national_scope():
        assert TropPercu.objects.get().status == "RENDU"
    assert find_breaches() == []


def test_a_payment_and_a_withholding_the_same_month(debts):
    # On 20 November the person pays 100 € by card; the November run withholds 60 € as well.
    payment = open_payment(debts[0], shares={debts[0].public_id: 100_00}, now=NOON)
    take(payment, RestDouble())
    shrink(debts[0], 60_00)

    # The agents' work list says so before the month ends, with both amounts.
    find_double_collections(caisse_id=None, now=NOON)

    with caisse_scope(debts[0].caisse_id):
        line = Anomalie.objects.get()
    assert (line.kind, line.amount_cents) == ("DOUBLE_COLLECTION", 60_00)
    assert line.opened_at.date() <= date(2026, 11, 30)
    assert "100,00\u00a0€ payés par carte" in line.detail
    assert "60,00\u00a0€ retenus" in line.detail
    # Not a line of the journal for it: whether one of them goes back, two agents decide.
    assert left_on(debts[0]) == (80_00,)
    assert balance_of("471") == 0
