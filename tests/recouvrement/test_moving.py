"""A debt asked for by one fund and accepted by another: refusals, walls, and what goes with it."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from allocataires.models import Allocataire, Creance, MoisCreance
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie, RegleComptable
from payments.models import TropPercu
from payments.services.invariants import find_breaches
from payments.services.links import create_link
from payments.services.refunding import ask_refund
from payments.services.remains import refundable_cents
from recouvrement.models import Mutation, MutationDemandee
from recouvrement.services import moving_sweep
from recouvrement.services.moving_asking import Leaving, MoveRefused, answer_move, ask_move
from recouvrement.services.moving_sweep import carry_moves
from recouvrement.services.receipts_following import send_receipts
from relation_usager.models import Message
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.states import put_in_state
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW, open_payment
from tests.payments.refunds import LATER, take
from tests.payments.rest_double import RestDouble

pytestmark = pytest.mark.django_db
GOOD = Leaving("331", "7654321", date(2026, 12, 1), "déménagement")


@pytest.fixture
def agents():
    with national_scope():
        return agent_of("011", login="ain"), agent_of("331", login="gironde")


@pytest.fixture
def debt():
    with national_scope():
        person = AllocataireFactory(numero="1234567")
        debt = CreanceFactory(allocataire=person, nature="INK", rang="004", initial_cents=300_00)
        MoisCreance.objects.create(
            caisse=debt.caisse,
            creance=debt,
            month_on=date(2026, 1, 1),
            paid_cents=400_00,
            due_cents=100_00,
        )
    return debt


def gironde():
    return Caisse.objects.get(code="331").pk


def ask(agent, debt, leaving=GOOD):
    with caisse_scope(debt.caisse_id):
        return ask_move(agent=agent, creance_id=debt.pk, leaving=leaving, now=NOW)


def answer(agent, *, accepted=True, words=""):
    with caisse_scope(gironde()):
        asked = MutationDemandee.objects.get()
        return answer_move(
            agent=agent, request_id=asked.pk, accepted=accepted, answer=words, now=NOW
        )


def move(agents, debt, leaving=GOOD):
    ask(agents[0], debt, leaving)
    carry_moves(now=NOW)
    answer(agents[1])
    return carry_moves(now=NOW)


def statuses():
    with national_scope():
        return dict(MutationDemandee.objects.values_list("side", "status"))


def arrived():
    with national_scope():
        return Creance.objects.select_related("allocataire").get(caisse__code="331")


def test_the_debt_arrives_with_its_person_its_months_and_its_history(agents, debt):
    assert move(agents, debt).moved == 1

    there = arrived()
    assert (there.nature, there.rang, there.initial_cents) == ("ITK", "001", 300_00)
    assert (there.allocataire.numero, there.state) == ("7654321", "EN_RECOUVREMENT")
    with national_scope():
        assert there.allocataire.naissance_on == debt.allocataire.naissance_on
        assert there.mois.get().excess_cents == 300_00
        assert Mutation.objects.get(side="ARRIVEE").history[0]["kind"] == "IMPLANTATION"
        etape = debt.etapes.get(to_state="MUTEE")
        message = Message.objects.get(kind="DEBT_MOVED")
    assert (etape.cause, etape.on) == ("MUTATION", date(2026, 12, 1))
    assert message.allocataire_id == debt.allocataire_id
    assert statuses() == {"DEPART": "FAITE", "ARRIVEE": "FAITE"}
    assert carry_moves(now=NOW).moved == 0, "once"
    assert find_breaches() == []


def test_nothing_moves_before_the_other_fund_accepts(agents, debt):
    ask(agents[0], debt)
    carry_moves(now=NOW)
    carry_moves(now=NOW)

    with national_scope():
        debt.refresh_from_db()
        assert Creance.objects.count() == 1
    assert (debt.state, debt.balance_cents) == ("EN_RECOUVREMENT", 300_00)
    assert statuses() == {"DEPART": "DEMANDEE", "ARRIVEE": "DEMANDEE"}


def test_a_refusal_goes_back_with_its_reason(agents, debt):
    ask(agents[0], debt)
    carry_moves(now=NOW)
    with pytest.raises(MoveRefused, match="pourquoi vous refusez"):
        answer(agents[1], accepted=False)
    answer(agents[1], accepted=False, words="inconnu ici")
    carry_moves(now=NOW)

    assert statuses() == {"DEPART": "REFUSEE", "ARRIVEE": "REFUSEE"}
    with national_scope():
        assert MutationDemandee.objects.get(side="DEPART").answer == "inconnu ici"
    assert ask(agents[0], debt).status == "DEMANDEE", "it may be asked again"


@pytest.mark.parametrize(
    ("leaving", "said"),
    [
        (Leaving("000", "7654321", date(2026, 12, 1), "x"), "Aucune caisse"),
        (Leaving("011", "7654321", date(2026, 12, 1), "x"), "déjà suivie par cette caisse"),
        (Leaving("331", "76543", date(2026, 12, 1), "x"), "7 chiffres"),
        (Leaving("331", "7654321", date(2026, 12, 1), "  "), "pourquoi la dette change"),
        (Leaving("331", "7654321", date(2029, 12, 1), "x"), "à moins d’un an"),
    ],
)
def test_a_bad_request_is_told_and_writes_nothing(agents, debt, leaving, said):
    with pytest.raises(MoveRefused, match=said):
        ask(agents[0], debt, leaving)

    assert statuses() == {}


def test_an_agent_of_another_fund_may_neither_ask_nor_answer(agents, debt):
    with pytest.raises(MoveRefused, match="pas de droit"):
        ask(agents[1], debt)
    ask(agents[0], debt)
    carry_moves(now=NOW)
    with pytest.raises(MoveRefused, match="pas de droit"):
        answer(agents[0])

    assert statuses() == {"DEPART": "DEMANDEE", "ARRIVEE": "DEMANDEE"}


def test_the_fund_that_asks_does_not_answer_its_own_request(agents, debt):
    asked = ask(agents[0], debt)

    with caisse_scope(debt.caisse_id), pytest.raises(MoveRefused, match="n’attend pas"):
        answer_move(agent=agents[0], request_id=asked.pk, accepted=True, answer="", now=NOW)


@pytest.mark.parametrize("state", ["TRANSFEREE", "MUTEE", "PRESCRITE"])
def test_a_debt_that_is_elsewhere_or_over_does_not_leave(agents, debt, state):
    with national_scope():
        put_in_state(debt, state)

    with pytest.raises(MoveRefused, match="ne part pas"):
        ask(agents[0], debt)


def test_a_debt_leaves_once_at_a_time(agents, debt):
    ask(agents[0], debt)

    with pytest.raises(MoveRefused, match="déjà demandé"):
        ask(agents[0], debt)


def test_the_number_of_somebody_else_stops_the_move_and_both_funds_see_why(agents, debt):
    with national_scope():
        AllocataireFactory(
            caisse=Caisse.objects.get(code="331"), numero="7654321", naissance_on=date(1950, 1, 1)
        )

    move(agents, debt)

    assert statuses() == {"DEPART": "ECHOUEE", "ARRIVEE": "ECHOUEE"}
    with national_scope():
        debt.refresh_from_db()
        lines = Anomalie.objects.filter(kind="MUTATION_TO_FINISH")
        assert {line.caisse.code for line in lines} == {"011", "331"}
        assert all("autre personne" in line.detail for line in lines)
    assert (debt.state, debt.balance_cents) == ("EN_RECOUVREMENT", 300_00)
    assert find_breaches() == []


def test_a_fund_without_the_rule_keeps_everything_as_it_was(agents, debt):
    with national_scope():
        RegleComptable.objects.filter(caisse__code="331", event="DEBT_RECEIVED").delete()

    move(agents, debt)

    assert statuses() == {"DEPART": "ECHOUEE", "ARRIVEE": "ECHOUEE"}
    with national_scope():
        debt.refresh_from_db()
        assert Allocataire.objects.filter(caisse__code="331").count() == 0
    assert debt.balance_cents == 300_00


def test_a_run_cut_before_its_end_moves_nothing_and_the_next_one_does(agents, debt, monkeypatch):
    ask(agents[0], debt)
    carry_moves(now=NOW)
    answer(agents[1])
    real = moving_sweep._end

    def cut(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(moving_sweep, "_end", cut)
    with pytest.raises(ConnectionError):
        carry_moves(now=NOW)
    with national_scope():
        assert Creance.objects.count() == 1
    monkeypatch.setattr(moving_sweep, "_end", real)

    assert carry_moves(now=NOW).moved == 1


def test_a_link_that_pays_only_this_debt_is_revoked(agents, debt):
    with caisse_scope(debt.caisse_id):
        link = create_link(
            allocataire=debt.allocataire,
            shares={debt.public_id: 50_00},
            last_on=NOW.date() + timedelta(days=30),
            author=agents[0],
            now=NOW,
        )

    move(agents, debt)

    with national_scope():
        link.refresh_from_db()
    assert link.revoked_at == NOW


def test_inv13_each_fund_sees_its_own_side_and_nothing_of_the_other(agents, debt):
    move(agents, debt)

    with caisse_scope(debt.caisse_id):
        assert list(MutationDemandee.objects.values_list("side", flat=True)) == ["DEPART"]
        assert list(Mutation.objects.values_list("side", flat=True)) == ["DEPART"]
        assert list(Creance.objects.all()) == [debt]
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            MutationDemandee.objects.create(
                caisse_id=gironde(),
                side="ARRIVEE",
                other_caisse_id=debt.caisse_id,
                numero="7654321",
                nature="INK",
                stated_cents=1,
                moved_on=NOW.date(),
                reason="par-dessus le mur",
                asked_at=NOW,
            )
    with caisse_scope(gironde()):
        assert list(MutationDemandee.objects.values_list("side", flat=True)) == ["ARRIVEE"]
        assert [each.caisse_id for each in Creance.objects.all()] == [gironde()]


def late_payment(agents, debt, cents=200_00):
    payment = open_payment(debt, shares={debt.public_id: cents})
    move(agents, debt)
    return take(payment, RestDouble())


def test_what_the_debt_cannot_take_there_is_the_persons_to_choose_about(agents, debt):
    paid = late_payment(agents, debt, 300_00)
    there = arrived()
    take(open_payment(there, shares={there.public_id: 250_00}), RestDouble())

    send_receipts(now=LATER)

    with national_scope():
        surplus = TropPercu.objects.get(payment=paid.payment)
        message = Message.objects.get(kind="SURPLUS_SEEN")
    assert (surplus.status, surplus.sent_cents, surplus.left_cents) == (
        "A_CHOISIR",
        50_00,
        250_00,
    )
    assert message.context["amount_cents"] == 250_00
    assert arrived().balance_cents == 0
    assert find_breaches() == []


def test_what_was_sent_is_no_longer_refundable_here(agents, debt):
    paid = late_payment(agents, debt)

    send_receipts(now=LATER)

    with caisse_scope(debt.caisse_id):
        assert refundable_cents(paid.transaction) == 0


def test_while_an_agent_gives_it_back_the_money_does_not_leave(agents, debt):
    paid = late_payment(agents, debt)
    with caisse_scope(debt.caisse_id):
        ask_refund(
            agent=agents[0],
            transaction_id=paid.transaction.pk,
            amount_cents=200_00,
            stated_cents=200_00,
            reason="à rendre",
            now=LATER,
        )

    assert send_receipts(now=LATER).sent == 0

    assert arrived().balance_cents == 300_00


def test_a_debt_that_moved_twice_gets_its_money_where_it_is_now(agents, debt):
    payment = open_payment(debt, shares={debt.public_id: 200_00})
    move(agents, debt)
    there = arrived()
    with national_scope():
        third = agent_of("751", login="paris")
    with caisse_scope(there.caisse_id):
        leaving = Leaving("751", "1111111", date(2026, 12, 2), "déménagement")
        ask_move(agent=agents[1], creance_id=there.pk, leaving=leaving, now=NOW)
    carry_moves(now=NOW)
    with national_scope():
        paris = Caisse.objects.get(code="751").pk
    with caisse_scope(paris):
        asked = MutationDemandee.objects.get()
        answer_move(agent=third, request_id=asked.pk, accepted=True, answer="", now=NOW)
    carry_moves(now=NOW)
    take(payment, RestDouble())

    send_receipts(now=LATER)

    with caisse_scope(paris):
        assert Creance.objects.get().balance_cents == 100_00
    assert find_breaches() == []


def test_money_for_a_debt_that_left_without_a_move_here_is_the_persons_to_choose(agents, debt):
    payment = open_payment(debt, shares={debt.public_id: 200_00})
    with national_scope():
        put_in_state(debt, "MUTEE")
        shrink_to_nothing(debt)
    take(payment, RestDouble())

    send_receipts(now=LATER)

    with national_scope():
        assert TropPercu.objects.get().status == "A_CHOISIR"
        assert Anomalie.objects.filter(kind="MUTATION_TO_FINISH").count() == 1


def shrink_to_nothing(debt):
    debt.mouvements.create(
        caisse_id=debt.caisse_id,
        kind="TRANSFERT",
        sens="BAISSE",
        amount_cents=300_00,
        value_on=NOW.date(),
        recorded_at=NOW,
    )


def test_the_control_finds_a_debt_that_left_and_arrived_nowhere(agents, debt, monkeypatch):
    monkeypatch.setattr("recouvrement.services.moving._receive", lambda *args, **kwargs: None)

    move(agents, debt)

    # The debt that arrived in no books is not told by them either.
    assert {breach.rule for breach in find_breaches()} == {
        "inv14_moves_on_both_sides",
        "inv22_books_follow_debts",
    }
