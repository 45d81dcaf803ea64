"""Debts that change funds, under bad luck and bad input: what was paid, refunds, poisoned rows."""

from datetime import date

import pytest

from allocataires.models import Creance
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie, RegleComptable
from payments.models import TropPercu
from payments.services.invariants import find_breaches
from recouvrement.models import MutationDemandee
from recouvrement.services import moving_sweep
from recouvrement.services.moving_asking import Leaving, answer_move, ask_move
from recouvrement.services.moving_sweep import carry_moves
from recouvrement.services.receipts_following import send_receipts
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import NOW, open_payment
from tests.payments.refunds import LATER, refund_whole, take
from tests.payments.rest_double import RestDouble

pytestmark = pytest.mark.django_db


@pytest.fixture
def agents():
    with national_scope():
        return {code: agent_of(code, login=f"agent{code}") for code in ("011", "331", "751")}


@pytest.fixture
def debt():
    return debt_of("1234567")


def debt_of(numero, **fields):
    with national_scope():
        person = AllocataireFactory(numero=numero)
        return CreanceFactory(
            allocataire=person, nature="INK", rang="004", initial_cents=300_00, **fields
        )


def move(agents, debt, code="331", numero="7654321", on=date(2026, 11, 20)):
    with caisse_scope(debt.caisse_id):
        leaving = Leaving(code, numero, on, "déménagement")
        asked = ask_move(agent=agents["011"], creance_id=debt.pk, leaving=leaving, now=NOW)
    carry_moves(now=NOW)
    with caisse_scope(Caisse.objects.get(code=code).pk):
        there = MutationDemandee.objects.get(move_id=asked.move_id)
        answer_move(agent=agents[code], request_id=there.pk, accepted=True, answer="", now=NOW)
    return carry_moves(now=NOW)


def fresh(debt):
    with national_scope():
        return Creance.objects.get(pk=debt.pk)


def test_a_refund_of_what_was_paid_before_the_move_is_put_on_the_work_list(agents, debt):
    paid = take(open_payment(debt, shares={debt.public_id: 100_00}), RestDouble())
    move(agents, debt)

    refund_whole(paid)

    assert fresh(debt).balance_cents == 100_00
    with national_scope():
        line = Anomalie.objects.get(kind="MUTATION_TO_FINISH")
    assert (line.amount_cents, line.caisse_id) == (100_00, debt.caisse_id)
    assert find_breaches() == []


def test_a_receipt_that_cannot_be_sent_does_not_hold_the_others(agents, debt):
    other = debt_of("2345678")
    late = [open_payment(each, shares={each.public_id: 100_00}) for each in (debt, other)]
    move(agents, debt)
    move(agents, other, code="751", numero="1111111")
    for payment in late:
        take(payment, RestDouble())
    with national_scope():
        RegleComptable.objects.filter(caisse__code="331", event="RECEIPT_RECEIVED").delete()

    send_receipts(now=LATER)

    with national_scope():
        assert sorted(TropPercu.objects.values_list("status", flat=True)) == [
            "A_TRANSMETTRE",
            "TRANSMIS",
        ]
        assert "no rule for RECEIPT" in Anomalie.objects.get(kind="MUTATION_TO_FINISH").detail
    assert find_breaches() == []


def test_a_move_that_breaks_does_not_hold_the_others(agents, debt, monkeypatch):
    other = debt_of("2345678")
    with national_scope():
        for each, numero in ((debt, "7654321"), (other, "1111111")):
            ask_move(
                agent=agents["011"],
                creance_id=each.pk,
                leaving=Leaving("331", numero, NOW.date(), "déménagement"),
                now=NOW,
            )
    carry_moves(now=NOW)
    with national_scope():
        for asked in MutationDemandee.objects.filter(side="ARRIVEE"):
            answer_move(agent=agents["331"], request_id=asked.pk, accepted=True, answer="", now=NOW)
    real = moving_sweep.move_debt

    def broken(departure, *, now):
        if departure.creance_id == debt.pk:
            raise ValueError("unforeseen")
        return real(departure, now=now)

    monkeypatch.setattr(moving_sweep, "move_debt", broken)

    with pytest.raises(ValueError, match="unforeseen"):
        carry_moves(now=NOW)

    assert (fresh(debt).state, fresh(other).state) == ("EN_RECOUVREMENT", "MUTEE")


@pytest.mark.parametrize("words", ["\x00", "inconnu\x00ici", "\ud800"])
def test_an_answer_that_no_database_keeps_is_told_and_writes_nothing(agents, debt, words):
    with caisse_scope(debt.caisse_id):
        leaving = Leaving("331", "7654321", NOW.date(), "déménagement")
        ask_move(agent=agents["011"], creance_id=debt.pk, leaving=leaving, now=NOW)
    carry_moves(now=NOW)
    with national_scope():
        there = MutationDemandee.objects.get(side="ARRIVEE")
    body = "answer=" + words.encode("utf-8", "surrogatepass").decode("latin-1")

    response = entered(agents["331"]).generic(
        "POST",
        f"/agents/recouvrement/mutationdemandee/{there.pk}/repondre/",
        body.encode("latin-1"),
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code in {302, 400}
    with national_scope():
        there.refresh_from_db()
        assert "\x00" not in there.answer


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31", "2026-13-40", "٢٠٢٦-١١-٢٠"])
def test_a_date_that_cannot_be_asks_for_no_move(agents, debt, on):
    asked = {"code": "331", "numero": "7654321", "moved_on": on, "reason": "déménagement"}

    response = entered(agents["011"]).post(
        f"/agents/recouvrement/mutationdemandee/demander/{debt.pk}/", asked
    )

    assert response.status_code == 200
    with national_scope():
        assert MutationDemandee.objects.count() == 0
