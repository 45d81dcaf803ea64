"""The person sees money paid in excess on the payment and on the list, and chooses by a page."""

import pytest
from django.test import Client

from caf_portal.database.scope import national_scope
from payments.models import TropPercu
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.sessions import enter, holder_of, person_of
from tests.payments.factories import open_payment
from tests.payments.pages import text_of
from tests.payments.refunds import shrink, take
from tests.payments.rest_double import RestDouble

pytestmark = pytest.mark.django_db


@pytest.fixture
def debts():
    with national_scope():
        person = AllocataireFactory()
        return [
            CreanceFactory(allocataire=person, nature="IN5", initial_cents=240_00),
            CreanceFactory(allocataire=person, nature="IM3", initial_cents=100_00),
        ]


@pytest.fixture
def payment(debts):
    """Paid 240 €, of which 60 € were too much."""
    payment = open_payment(debts[0])
    shrink(debts[0], 60_00)
    take(payment, RestDouble())
    return payment


def surplus():
    with national_scope():
        return TropPercu.objects.get()


def address():
    return f"/trop-percu/{surplus().public_id}/"


def test_the_payment_and_the_list_lead_to_the_choice(client: Client, debts, payment):
    enter(client, person_of(debts[0]))

    for page in (f"/paiement/{payment.public_id}/", "/mes-creances/"):
        answer = client.get(page)
        assert "60,00 € payés en trop vous attendent" in text_of(answer)
        assert address() in answer.content.decode()


def test_putting_it_on_another_debt(client: Client, debts, payment):
    enter(client, person_of(debts[0]))
    page = text_of(client.get(address()))
    assert "Déduire 60,00 € de ma dette « Prime d’activité » (100,00 € restent dus)" in page
    assert "Me rendre 60,00 € sur la carte qui a payé" in page

    answer = client.post(address(), {"choix": debts[1].public_id.hex}, follow=True)

    assert "Votre choix est enregistré." in text_of(answer)
    assert "60,00 € payés en trop ont été déduits de votre dette « Prime d’activité »" in text_of(
        answer
    )
    assert "60,00 €" in text_of(client.get(address())), "the page still says what became of it"


def test_having_it_given_back(client: Client, debts, payment):
    enter(client, person_of(debts[0]))

    answer = client.post(address(), {"choix": "rendre"}, follow=True)

    assert "60,00 € payés en trop vont vous être rendus" in text_of(answer)
    assert surplus().status == "REMBOURSEMENT"


@pytest.mark.parametrize("said", ["", "tout", "0" * 32])
def test_a_choice_that_is_none_is_told_and_changes_nothing(client: Client, debts, payment, said):
    enter(client, person_of(debts[0]))

    answer = client.post(address(), {"choix": said})

    assert answer.status_code == 200
    assert "Choisissez ce que nous devons faire de cette somme." in text_of(answer)
    assert surplus().status == "A_CHOISIR"


def test_a_second_click_is_told_that_the_choice_is_made(client: Client, debts, payment):
    enter(client, person_of(debts[0]))
    client.post(address(), {"choix": "rendre"})

    answer = client.post(address(), {"choix": "rendre"})

    assert "Un remboursement de ce paiement est déjà demandé" in text_of(answer)


def test_the_holder_of_a_letter_may_only_have_it_back(client: Client, debts, payment):
    enter(client, holder_of(debts[0]))

    page = text_of(client.get(address()))
    refused = client.post(address(), {"choix": debts[1].public_id.hex})

    assert "Prime d’activité" not in page
    assert "Pour une autre de vos dettes, un agent de votre Caf peut le faire pour vous." in page
    assert "Choisissez ce que nous devons faire" in text_of(refused)


def test_somebody_elses_money_does_not_exist(client: Client, debts, payment):
    with national_scope():
        stranger = CreanceFactory()
    enter(client, person_of(stranger))

    assert client.get(address()).status_code == 404
    assert client.post(address(), {"choix": "rendre"}).status_code == 404
    assert surplus().status == "A_CHOISIR"


def test_another_letter_of_the_same_person_does_not_open_it(client: Client, debts, payment):
    enter(client, holder_of(debts[1]))

    assert client.get(address()).status_code == 404
