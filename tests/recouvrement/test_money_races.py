"""Money that comes in at the very moment at which a debt is remitted, leaves or is put off."""

import pytest

from allocataires.models.echeancier import ReportKind
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from payments.models import TropPercu
from payments.services import posting
from payments.services.invariants import find_breaches
from recouvrement.models import Demande, MutationDemandee
from recouvrement.services import deciding, moving
from recouvrement.services.deciding import BalanceChanged
from recouvrement.services.moving_asking import Leaving, answer_move, ask_move
from recouvrement.services.moving_sweep import carry_moves
from recouvrement.services.plan_changes import Change, change_own_plan, preview_change
from recouvrement.services.receipts_following import send_receipts
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW, open_payment
from tests.payments.refunds import LATER, take
from tests.payments.rest_double import RestDouble
from tests.payments.test_races import at_once
from tests.recouvrement.demandes import answer, ask, fresh
from tests.recouvrement.own_plans import arrives, dates_of, own_plan, states_of, tend
from tests.recouvrement.test_demande_races import slowly

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def debt():
    with national_scope():
        person = AllocataireFactory(numero="1234567")
        return CreanceFactory(allocataire=person, nature="INK", initial_cents=240_00)


def agent(code="011"):
    with national_scope():
        return agent_of(code, login=f"agent{code}")


def test_a_remission_and_a_card_at_once_never_go_below_nothing(monkeypatch, debt):
    demande, decider, payment = ask(debt, "REMISE"), agent(), open_payment(debt)
    slowly(monkeypatch, deciding, "_cents")

    results = at_once(
        lambda: answer(decider, demande, "ACCEPTEE", stated=240_00),
        lambda: take(payment, RestDouble()),
    )

    remitted = any(isinstance(each, Demande) for each in results)
    assert remitted or any(isinstance(each, BalanceChanged) for each in results)
    assert fresh(debt).balance_cents == 0
    with national_scope():
        assert TropPercu.objects.count() == (1 if remitted else 0)
    assert find_breaches() == []


def test_a_debt_that_leaves_while_it_is_paid_takes_all_its_money(monkeypatch, debt):
    ain, gironde, payment = agent(), agent("331"), open_payment(debt, shares={debt.public_id: 9_00})
    with caisse_scope(debt.caisse_id):
        leaving = Leaving("331", "7654321", NOW.date(), "déménagement")
        ask_move(agent=ain, creance_id=debt.pk, leaving=leaving, now=NOW)
    carry_moves(now=NOW)
    with caisse_scope(Caisse.objects.get(code="331").pk):
        there = MutationDemandee.objects.get()
        answer_move(agent=gironde, request_id=there.pk, accepted=True, answer="", now=NOW)
    slowly(monkeypatch, moving, "_history")

    results = at_once(
        lambda: carry_moves(now=LATER),
        lambda: carry_moves(now=LATER),
        lambda: take(payment, RestDouble()),
    )
    at_once(lambda: send_receipts(now=LATER), lambda: send_receipts(now=LATER))

    assert not [each for each in results if isinstance(each, Exception)]
    with national_scope():
        arrived = MutationDemandee.objects.get(side="ARRIVEE").creance
        assert arrived is not None
        assert arrived.balance_cents == 231_00
        assert not TropPercu.objects.exclude(status="TRANSMIS").exists()
    assert fresh(debt).balance_cents == 0
    assert find_breaches() == []


def test_a_plan_put_off_while_a_due_is_paid_loses_neither(monkeypatch, debt):
    plan = own_plan(debt, monthly_cents=80_00)
    with caisse_scope(debt.caisse_id):
        pause = Change(ReportKind.PAUSE)
        seen = preview_change(plan, pause, agent=None, today=NOW.date()).seen
    slowly(monkeypatch, posting, "post_mouvements")

    def put_off():
        with caisse_scope(debt.caisse_id):
            change_own_plan(echeancier_id=plan.pk, change=pause, seen=seen, agent=None, now=LATER)

    def pay():
        arrives(debt, "CHEQUE", 80_00, now=LATER)
        tend(plan, now=LATER)

    at_once(put_off, pay)
    tend(plan, now=LATER)

    assert states_of(plan)[0] == "PAID_OTHERWISE"
    assert dates_of(plan)[1:] in (["2027-01-06", "2027-02-06"], ["2027-02-06", "2027-03-06"])
    assert find_breaches() == []
