"""Three instalments, one refused, paid online, one given back by two agents: line by line.

To be read by an accountant. A person owes 150 € of housing benefit (APL) and 150 € of prime
d'activité, and agrees to pay 300 € in three times 100 €. Every line of the journal is written
out below; account 5115 is the cards to be collected, 4092xx what allocataires owe by benefit.
"""

from datetime import UTC, datetime

import pytest
from django.test import Client

from caf_portal.database.scope import national_scope
from payments.services.invariants import find_breaches
from payments.services.refunding import SamePerson
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.payments.plans import refuse, standing, states_of, tell
from tests.payments.refunds import two_agents
from tests.scenarios.books import balance_of, journal, new_lines
from tests.scenarios.gestures import (
    agree_three_payments,
    approve,
    ask_back,
    left_on,
    pay_refused_due_online,
    platform_gives_back,
    what_the_person_reads,
)

pytestmark = pytest.mark.django_db

NOON = {
    "agreement": datetime(2026, 11, 20, 11, tzinfo=UTC),
    "second due": datetime(2026, 12, 10, 11, tzinfo=UTC),
    "the day after": datetime(2026, 12, 11, 11, tzinfo=UTC),
    "third due": datetime(2027, 1, 10, 11, tzinfo=UTC),
    "refund": datetime(2027, 1, 20, 11, tzinfo=UTC),
}


def test_three_instalments_one_refused_paid_online_and_one_given_back(client: Client, time_machine):
    with national_scope():
        person = AllocataireFactory(numero="1234567")
        apl = CreanceFactory(allocataire=person, nature="IN5", rang="001", initial_cents=150_00)
        prime = CreanceFactory(allocataire=person, nature="IM3", rang="002", initial_cents=150_00)

    # On 20 November the person agrees three payments, the next ones on the 10th of the month.
    time_machine.move_to(NOON["agreement"], tick=False)
    plan = agree_three_payments(client, apl)
    assert standing(plan) == ("OPEN", "PROPOSED")
    assert journal() == []

    # The bank takes the first 100 €: the oldest debt is repaid first. Nothing else is booked.
    tell(client, plan, 1)
    assert standing(plan) == ("SCHEDULED", "ACTIVE")
    assert journal() == [
        "2026-11-20 CBL | 5115   | -               | débit  100,00 €",
        "2026-11-20 CBL | 409220 | 1234567-IN5-001 | crédit 100,00 €",
    ]
    assert left_on(apl, prime) == (50_00, 150_00)

    # On 10 December the bank refuses the second: not a line, and it is never shown as paid.
    time_machine.move_to(NOON["second due"], tick=False)
    before = journal()
    refuse(client, plan, 2)
    assert new_lines(before) == []
    assert states_of(plan) == ["PAID", "REFUSED", "PLANNED"]
    page = what_the_person_reads(client, plan, apl)
    assert "Payé 100,00 €" in page
    assert "Payer ces 100,00 €" in page

    # The next day the person pays these 100 € online: the rest of the APL, then the prime.
    time_machine.move_to(NOON["the day after"], tick=False)
    online = pay_refused_due_online(client, plan, apl)
    assert new_lines(before) == [
        "2026-12-11 CBL | 5115   | -               | débit  100,00 €",
        "2026-12-11 CBL | 409220 | 1234567-IN5-001 | crédit 50,00 €",
        "2026-12-11 CBL | 409240 | 1234567-IM3-002 | crédit 50,00 €",
    ]
    assert states_of(plan) == ["PAID", "PAID_OTHERWISE", "PLANNED"]
    assert left_on(apl, prime) == (0, 100_00)

    # On 10 January the bank takes the third: the plan is over, nothing is owed any more.
    time_machine.move_to(NOON["third due"], tick=False)
    before = journal()
    tell(client, plan, 3)
    assert new_lines(before) == [
        "2027-01-10 CBL | 5115   | -               | débit  100,00 €",
        "2027-01-10 CBL | 409240 | 1234567-IM3-002 | crédit 100,00 €",
    ]
    assert standing(plan) == ("PAID", "DONE")
    assert left_on(apl, prime) == (0, 0)
    assert balance_of("5115") == 300_00

    # On 20 January the payment made online is given back: one agent asks, another one approves,
    # and the debts are owed again. Before the platform's answer, not a line.
    time_machine.move_to(NOON["refund"], tick=False)
    before = journal()
    asker, decider = two_agents()
    refund = ask_back(asker, online)
    with pytest.raises(SamePerson):
        approve(asker, refund)
    approve(decider, refund)
    assert new_lines(before) == []
    assert platform_gives_back(online, refund) == "DONE"
    assert new_lines(before) == [
        "2027-01-20 CBL | 409240 | 1234567-IM3-002 | débit  50,00 €",
        "2027-01-20 CBL | 409220 | 1234567-IN5-001 | débit  50,00 €",
        "2027-01-20 CBL | 5115   | -               | crédit 100,00 €",
    ]
    assert left_on(apl, prime) == (50_00, 50_00)

    # In the end: what the fund has to collect is what the person paid less what was given back.
    assert balance_of("5115") == 200_00
    assert balance_of("409220") == -100_00
    assert balance_of("409240") == -100_00
    assert balance_of("471") == 0
    page = what_the_person_reads(client, plan, apl)
    assert "Payé 300,00 €" in page
    assert "Rendu 100,00 €" in page
    assert find_breaches() == []
