"""A debt leaves the Ain for the Gironde with a payment that comes in late: both journals.

To be read by an accountant. A person owes 300 € of RSA in the Ain (011). 100 € are paid online.
The person moves to the Gironde (331): an agent of the Ain asks that fund to take the debt over,
an agent there accepts. Before that, the person had left for the bank's page for the last 200 €:
the bank says so afterwards. 4671 is what funds owe one another; over both it comes to nothing.
"""

from datetime import UTC, date, datetime

import pytest

from allocataires.models import Creance
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie, Ligne
from payments.models import Payment
from payments.services.invariants import find_breaches
from recouvrement.models import Mutation, MutationDemandee
from recouvrement.services.moving_asking import Leaving, answer_move, ask_move
from recouvrement.services.moving_sweep import carry_moves
from recouvrement.services.receipts_following import send_receipts
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import open_payment
from tests.payments.refunds import take
from tests.payments.rest_double import RestDouble
from tests.scenarios.books import balance_of, journal, new_lines

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 11, 20, 11, tzinfo=UTC)
MOVE = datetime(2026, 12, 1, 11, tzinfo=UTC)
LATE = datetime(2026, 12, 2, 11, tzinfo=UTC)


def balances_by_fund(number: str) -> dict[str, int]:
    """Debits less credits of an account, fund by fund, in cents."""
    found: dict[str, int] = {}
    with national_scope():
        for line in Ligne.objects.filter(compte__number=number).select_related("caisse"):
            code = line.caisse.code
            found[code] = found.get(code, 0) + line.debit_cents - line.credit_cents
    return found


def pay(payment: Payment) -> None:
    take(payment, RestDouble())


def ask_and_accept(debt: Creance) -> None:
    """Each agent in their own fund; a task carries what passes between them."""
    with national_scope():
        here, there = agent_of("011", login="ain"), agent_of("331", login="gironde")
    with caisse_scope(debt.caisse_id):
        ask_move(
            agent=here,
            creance_id=debt.pk,
            leaving=Leaving("331", "7654321", date(2026, 12, 1), "déménagement"),
            now=MOVE,
        )
    carry_moves(now=MOVE)
    with national_scope():
        gironde = Caisse.objects.get(code="331")
    with caisse_scope(gironde.pk):
        incoming = MutationDemandee.objects.get()
        assert (incoming.side, incoming.stated_cents) == ("ARRIVEE", 200_00)
        answer_move(agent=there, request_id=incoming.pk, accepted=True, answer="", now=MOVE)
    carry_moves(now=MOVE)


def test_a_debt_moves_and_a_late_payment_follows_it(time_machine):
    with national_scope():
        person = AllocataireFactory(numero="1234567")
        debt = CreanceFactory(allocataire=person, nature="INK", rang="004", initial_cents=300_00)

    # On 20 November 100 € are paid in the Ain; on 1 December the person leaves for the bank's
    # page to pay the last 200 €, and closes the browser.
    time_machine.move_to(FIRST, tick=False)
    pay(open_payment(debt, shares={debt.public_id: 100_00}, now=FIRST))
    assert journal() == [
        "2026-11-20 CBL | 5115   | -               | débit  100,00 €",
        "2026-11-20 CBL | 409230 | 1234567-INK-004 | crédit 100,00 €",
    ]
    time_machine.move_to(MOVE, tick=False)
    late = open_payment(debt, shares={debt.public_id: 200_00}, now=MOVE)

    # The debt moves: 200 € leave the Ain's books and enter the Gironde's, the same day.
    before = journal()
    ask_and_accept(debt)
    assert new_lines(before) == [
        "2026-12-01 OD | 4671   | -               | débit  200,00 €",
        "2026-12-01 OD | 409230 | 1234567-INK-004 | crédit 200,00 €",
        "2026-12-01 OD | 409230 | 7654321-ITK-001 | débit  200,00 €",
        "2026-12-01 OD | 4671   | -               | crédit 200,00 €",
    ]
    assert balances_by_fund("4671") == {"011": 200_00, "331": -200_00}
    with national_scope():
        left, arrived = Creance.objects.order_by("pk")
        assert (left.state, left.balance_cents) == ("MUTEE", 0)
        assert (arrived.nature, arrived.rang, arrived.balance_cents) == ("ITK", "001", 200_00)
        assert arrived.follows_id == left.public_id
        history = Mutation.objects.get(side="ARRIVEE").history
    assert [line["kind"] for line in history] == ["IMPLANTATION", "CARTE"]

    # On 2 December the bank says that the 200 € were paid: in the Ain's shop, on its suspense
    # account, under an agent's eyes.
    time_machine.move_to(LATE, tick=False)
    before = journal()
    pay(late)
    with national_scope():
        debit = late.transactions.get()
        assert Anomalie.objects.get(kind="DEBT_MOVED").settled_at is None
    assert debit.amount_cents == 200_00
    assert [line[11:] for line in new_lines(before)] == [
        "CBL | 5115   | -               | débit  200,00 €",
        "CBL | 471    | -               | crédit 200,00 €",
    ]

    # Nobody has anything to do: the money follows the debt, and repays it in the Gironde.
    before = journal()
    send_receipts(now=LATE)
    assert new_lines(before) == [
        "2026-12-02 OD | 471    | -               | débit  200,00 €",
        "2026-12-02 OD | 4671   | -               | crédit 200,00 €",
        "2026-12-02 OD | 4671   | -               | débit  200,00 €",
        "2026-12-02 OD | 409230 | 7654321-ITK-001 | crédit 200,00 €",
    ]
    with national_scope():
        arrived.refresh_from_db()
        assert (arrived.state, arrived.balance_cents) == ("SOLDEE", 0)
        assert Anomalie.objects.get(kind="DEBT_MOVED").settled_note == (
            "200,00\u00a0€ transmis à la caisse qui suit la dette."
        )
    send_receipts(now=LATE)

    # In the end: the Ain owes the Gironde nothing, nor the other way round; nothing waits.
    assert balances_by_fund("4671") == {"011": 0, "331": 0}
    assert balance_of("471") == 0
    assert balance_of("5115") == 300_00
    assert balance_of("409230") == -300_00
    assert find_breaches() == []
