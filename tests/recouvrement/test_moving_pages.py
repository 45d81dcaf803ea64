"""The pages of a move: the agent who asks, the one who answers, the person before and after."""

import pytest
from django.test import Client

from allocataires.models import Creance
from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from recouvrement.models import MutationDemandee
from recouvrement.services.moving_sweep import carry_moves
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.sessions import enter, person_of
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import NOW, open_payment
from tests.payments.pages import text_of
from tests.payments.refunds import take
from tests.payments.rest_double import RestDouble

pytestmark = pytest.mark.django_db
ASKED = {"code": "331", "numero": "7654321", "moved_on": "2026-11-20", "reason": "déménagement"}


@pytest.fixture
def ain():
    with national_scope():
        return entered(agent_of("011", login="ain"))


@pytest.fixture
def gironde():
    with national_scope():
        return entered(agent_of("331", login="gironde"))


@pytest.fixture
def debt():
    with national_scope():
        person = AllocataireFactory(numero="1234567", nom="Exemple")
        debt = CreanceFactory(allocataire=person, nature="INK", rang="004", initial_cents=300_00)
    take(open_payment(debt, shares={debt.public_id: 100_00}), RestDouble())
    return debt


def ask_page(debt):
    return f"/agents/recouvrement/mutationdemandee/demander/{debt.pk}/"


def request_of(side):
    with national_scope():
        return MutationDemandee.objects.get(side=side)


def page_of(asked):
    return f"/agents/recouvrement/mutationdemandee/{asked.pk}/change/"


def announce(ain, debt, time_machine):
    time_machine.move_to(NOW, tick=False)
    ain.post(ask_page(debt), ASKED)
    carry_moves(now=NOW)
    return request_of("ARRIVEE")


def test_from_the_debt_to_the_other_fund_and_back_to_the_person(
    ain, gironde, debt, client: Client, time_machine
):
    time_machine.move_to(NOW, tick=False)
    debt_page = ain.get(f"/agents/allocataires/creance/{debt.pk}/change/").content.decode()
    assert ask_page(debt) in debt_page
    assert "200,00 € restent dus" in text_of(ain.get(ask_page(debt)))

    asked = ain.post(ask_page(debt), ASKED, follow=True)
    assert "La demande part vers l’autre caisse" in text_of(asked)
    carry_moves(now=NOW)

    incoming = request_of("ARRIVEE")
    page = text_of(gironde.get(page_of(incoming)))
    assert "Répondre à l’autre caisse" in page
    assert "7654321" in page
    answered = gironde.post(
        f"/agents/recouvrement/mutationdemandee/{incoming.pk}/repondre/",
        {"accepter": "1", "answer": ""},
        follow=True,
    )
    assert "La dette arrive dans la minute." in text_of(answered)
    carry_moves(now=NOW)

    enter(client, person_of(debt))
    here = text_of(client.get(f"/mes-creances/{debt.public_id}/"))
    fund = Caisse.objects.get(code="331").nom
    assert f"Cette dette est suivie par la {fund} depuis le 20 novembre 2026." in here
    assert "200,00 € restaient à rembourser et lui ont été transmis." in here
    with national_scope():
        there = Creance.objects.get(follows_id=debt.public_id)
    client.cookies.clear()
    enter(client, person_of(there))
    page = text_of(client.get(f"/mes-creances/{there.public_id}/"))
    assert "Avant votre changement de caisse" in page
    assert "Paiement par carte 20 novembre 2026 −100,00 € 200,00 €" in page


def test_a_refusal_without_a_reason_is_told(ain, gironde, debt, time_machine):
    incoming = announce(ain, debt, time_machine)

    answer = gironde.post(
        f"/agents/recouvrement/mutationdemandee/{incoming.pk}/repondre/",
        {"refuser": "1", "answer": " "},
        follow=True,
    )

    assert "Écrivez pourquoi vous refusez" in text_of(answer)
    assert request_of("ARRIVEE").status == "DEMANDEE"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("code", "999", "Aucune caisse n’a ce code."),
        ("numero", "12", "a 7 chiffres"),
        ("moved_on", "hier", "date valide"),
        ("reason", "", "obligatoire"),
    ],
)
def test_a_bad_form_is_told_and_asks_nothing(ain, debt, time_machine, field, value, said):
    time_machine.move_to(NOW, tick=False)

    answer = ain.post(ask_page(debt), {**ASKED, field: value})

    assert answer.status_code == 200
    assert said in text_of(answer)
    with national_scope():
        assert not MutationDemandee.objects.exists()


def test_inv13_the_other_funds_side_and_debt_do_not_exist(ain, gironde, debt, time_machine):
    incoming = announce(ain, debt, time_machine)
    outgoing = request_of("DEPART")

    assert gironde.get(ask_page(debt)).status_code == 404
    assert ain.get(page_of(incoming)).status_code == 302
    assert gironde.get(page_of(outgoing)).status_code == 302
    answer = ain.post(
        f"/agents/recouvrement/mutationdemandee/{incoming.pk}/repondre/", {"accepter": "1"}
    )
    assert answer.status_code == 404
    assert request_of("ARRIVEE").status == "DEMANDEE"
