"""Which movements the fund's software is told of: those that start in the portal, and no other."""

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from echanges.models import EvenementSortant
from echanges.services.publishing import publish_all
from recouvrement.models import MutationDemandee
from recouvrement.services.moving_asking import Leaving, answer_move, ask_move
from recouvrement.services.moving_sweep import carry_moves
from tests.allocataires.factories import AllocataireFactory
from tests.caisses.factories import agent_of
from tests.echanges.files import jsonl, load, movement
from tests.payments.factories import NOW
from tests.recouvrement.demandes import answer, ask, debt

pytestmark = pytest.mark.django_db


@pytest.fixture
def rsa():
    with national_scope():
        return debt("RSA", allocataire=AllocataireFactory(numero="0000001"), rang="001")


def told(code="011"):
    """Kind, cents and balance of each movement told to a fund's software."""
    publish_all(now=NOW)
    with national_scope():
        events = EvenementSortant.objects.filter(caisse__code=code, kind="MOUVEMENT")
        said = [event.payload for event in events.order_by("number")]
    return [(each["kind"], each["amount_cents"], each["balance_after_cents"]) for each in said]


def test_what_an_answer_takes_off_is_told(rsa):
    with national_scope():
        agent = agent_of("011")

    answer(agent, ask(rsa, "REMISE"), "PARTIELLE", cents=40_00)

    assert told() == [("REMISE", 40_00, 200_00)]


def test_what_a_file_brings_is_not_told_back_whatever_its_kind_and_the_next_one_is(rsa):
    kinds = ("CHEQUE", "REMISE", "IMPAYE", "AJUSTEMENT_BAISSE")
    lines = [
        movement(id=kind, nature="INK", mouvement=kind, montant_centimes=10_00) for kind in kinds
    ]
    assert load(jsonl(*lines)).applied_lines == 4
    assert told() == []

    with national_scope():
        agent = agent_of("011")
    answer(agent, ask(rsa, "REMISE"), "ACCEPTEE", stated=220_00)

    assert told() == [("REMISE", 220_00, 0)]


def test_a_debt_that_moves_is_told_to_both_funds(rsa):
    with national_scope():
        here, there = agent_of("011", login="ain"), agent_of("331", login="gironde")
        gironde = Caisse.objects.get(code="331")
    leaving = Leaving("331", "7654321", NOW.date(), "déménagement")
    with caisse_scope(rsa.caisse_id):
        ask_move(agent=here, creance_id=rsa.pk, leaving=leaving, now=NOW)
    carry_moves(now=NOW)
    with caisse_scope(gironde.pk):
        asked = MutationDemandee.objects.get()
        answer_move(agent=there, request_id=asked.pk, accepted=True, answer="", now=NOW)
    carry_moves(now=NOW)

    assert told("011") == [("TRANSFERT", 240_00, 0)]
    assert told("331") == [("IMPLANTATION", 240_00, 240_00)]
    with national_scope():
        arrival = EvenementSortant.objects.get(caisse=gironde, kind="MOUVEMENT").payload
    assert (arrival["numero"], arrival["nature"], arrival["rang"]) == ("7654321", "ITK", "001")
