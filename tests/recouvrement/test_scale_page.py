"""“Combien par mois ?”: the scale's amount, its arithmetic in words, and what it rests on."""

import pytest

from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.sessions import enter, person_of
from tests.payments.pages import text_of

pytestmark = pytest.mark.django_db
PAGE = "/combien-par-mois/"


@pytest.fixture
def payer(client):
    with national_scope():
        enter(client, person_of(CreanceFactory()))
    return client


def test_the_arithmetic_is_told_line_by_line(payer):
    page = text_of(payer.post(PAGE, {"foyer": "single", "ressources": "1000", "logement": "350"}))

    assert "89,08 € par mois" in page
    assert (
        "Ressources 1 000,00 € + prestations 0,00 € − logement 350,00 € = 650,00 €."
        in page.replace("\u202f", " ")
    )
    assert "Quotient : 650,00 € ÷ 1,5 parts = 433,33 € par part." in page
    assert "Somme fixe, pour la part du quotient sous 301,00 € : 56,00 €." in page
    assert "132,33 € × 25 % = 33,08 €." in page
    assert "ceux de 2025" in page
    assert "une autre lecture" not in page


def test_both_readings_are_given_when_they_differ(payer):
    page = text_of(
        payer.post(PAGE, {"foyer": "single", "enfants": "1", "ressources": "1000", "logement": "0"})
    )

    assert "110,40 € par mois" in page
    assert "110,65 € par mois" in page
    assert "selon une autre lecture possible du texte" in page


def test_nothing_said_takes_the_value_that_the_rule_deems_and_says_so(payer):
    page = text_of(payer.post(PAGE, {}))

    assert "539,45 € par mois" in page
    assert "Vous n’avez pas indiqué vos ressources" in page
    assert "une personne seule a été comptée" in page


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"ressources": "mille"}, "Écrivez une somme par mois en euros"),
        ({"ressources": "-5"}, "Écrivez une somme par mois en euros"),
        ({"logement": "99999999"}, "vérifiez"),
        ({"enfants": "21"}, "Écrivez un nombre d’enfants, de 0 à 20."),
        ({"enfants": "deux"}, "Écrivez un nombre d’enfants, de 0 à 20."),
        ({"foyer": "tribu"}, "tribu"),
    ],
)
def test_an_answer_that_cannot_be_is_said(payer, answers, why):
    page = payer.post(PAGE, answers)

    assert page.status_code == 200
    assert why in text_of(page)
    assert page.context["results"] == []


def test_in_mayotte_nothing_is_guessed(client):
    with national_scope():
        mayotte = Caisse.objects.get(departement_code="976")
        enter(client, person_of(CreanceFactory(allocataire=AllocataireFactory(caisse=mayotte))))

    page = text_of(client.post(PAGE, {"ressources": "1000"}))

    assert "Nous ne pouvons pas faire ce calcul ici" in page
    assert "par mois" not in page.split("Combien par mois ?")[-1].split("chaque mois")[0]


def test_the_amount_leads_to_the_proposals(payer):
    page = payer.post(PAGE, {"foyer": "single", "ressources": "1000", "logement": "350"})

    assert "/etaler/?conseil=8908" in page.content.decode()
