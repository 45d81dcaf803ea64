"""An agent sees what a person chose about money paid in excess, and chooses when they do not."""

from datetime import timedelta

import pytest

from caf_portal.database.scope import national_scope
from comptabilite.models import Anomalie
from payments.models import Refund, TropPercu
from payments.services.surplus_choosing import AGENT_AFTER
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import open_payment
from tests.payments.pages import text_of
from tests.payments.refunds import LATER, shrink, take
from tests.payments.rest_double import RestDouble

pytestmark = pytest.mark.django_db


@pytest.fixture
def debts():
    with national_scope():
        person = AllocataireFactory()
        return [CreanceFactory(allocataire=person, initial_cents=240_00) for _ in range(2)]


@pytest.fixture
def surplus(debts):
    payment = open_payment(debts[0])
    shrink(debts[0], 60_00)
    take(payment, RestDouble())
    with national_scope():
        return TropPercu.objects.get()


@pytest.fixture
def agent(surplus):
    with national_scope():
        return entered(agent_of("011"))


def later(time_machine):
    """The person's time to choose is over; the agent logs in again."""
    time_machine.move_to(LATER + AGENT_AFTER + timedelta(seconds=1), tick=False)
    with national_scope():
        return entered(agent_of("011", login="plus-tard"))


def page(surplus):
    return f"/agents/payments/troppercu/{surplus.pk}/change/"


def choose(agent, surplus, said):
    address = f"/agents/payments/troppercu/{surplus.pk}/choisir/"
    return text_of(agent.post(address, {"choix": said}, follow=True))


def test_the_work_list_leads_to_the_choice(agent, surplus):
    with national_scope():
        line = Anomalie.objects.get(kind="SURPLUS")

    shown = agent.get(f"/agents/comptabilite/anomalie/{line.pk}/change/").content.decode()

    assert page(surplus) in shown


def test_while_the_person_may_choose_an_agent_may_not(agent, surplus, debts, time_machine):
    time_machine.move_to(LATER, tick=False)

    assert "La personne peut choisir elle-même jusqu’au 05/12/2026" in text_of(
        agent.get(page(surplus))
    )
    assert "La personne peut encore choisir elle-même" in choose(agent, surplus, "rendre")
    with national_scope():
        assert not Refund.objects.exists()


def test_afterwards_an_agent_chooses_in_their_own_name(surplus, debts, time_machine):
    agent = later(time_machine)
    assert "Déduire 60,00 € de la créance" in text_of(agent.get(page(surplus)))

    said = choose(agent, surplus, debts[1].public_id.hex)

    assert "Le choix est enregistré en votre nom." in said
    with national_scope():
        surplus.refresh_from_db()
        note = Anomalie.objects.get().settled_note
    assert (surplus.status, surplus.creance_id) == ("AFFECTE", debts[1].pk)
    assert note.startswith("Choix fait par un agent : 60,00")


@pytest.mark.parametrize("said", ["", "x", "0" * 32])
def test_a_choice_that_is_none_is_told(surplus, time_machine, said):
    agent = later(time_machine)

    assert "Choisissez une dette de cette personne" in choose(agent, surplus, said)
