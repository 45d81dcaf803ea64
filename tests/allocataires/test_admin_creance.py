"""The agents' page of a debt: months, steps, other letters, documents that they issue."""

import re
from datetime import date

import pytest
from django.test import Client

from allocataires.models import Creance, Preuve
from allocataires.nomenclature import MouvementType as M
from allocataires.nomenclature import Nature
from caf_portal.database.scope import national_scope
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.lives import give_months, move
from tests.allocataires.states import put_in_state
from tests.caisses.factories import agent_of, entered

pytestmark = pytest.mark.django_db
JAN = date(2026, 1, 1)


@pytest.fixture
def creance() -> Creance:
    with national_scope():
        creance = CreanceFactory(nature=Nature.APL, rang="005", initial_cents=240_00)
        Creance.objects.filter(pk=creance.pk).update(responsable_code="10")
        return creance


@pytest.fixture
def agent() -> Client:
    with national_scope():
        return entered(agent_of("011"))


def address(creance: Creance, page: str = "change") -> str:
    return f"/agents/allocataires/creance/{creance.pk}/{page}/"


def text_of(client: Client, creance: Creance) -> str:
    html = client.get(address(creance)).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def preuves() -> list[tuple[str, int]]:
    with national_scope():
        return list(Preuve.objects.order_by("pk").values_list("kind", "amount_cents"))


def test_the_page_tells_months_steps_and_who_erred(agent, creance):
    give_months(creance, (JAN, 300_00, 60_00))
    with national_scope():
        put_in_state(creance, "MISE_EN_DEMEURE")

    text = text_of(agent, creance)

    assert "01/2026 300,00 € 60,00 € 240,00 €" in text
    assert "En cours de remboursement Mise en demeure" in text
    assert "La caisse (10)" in text


def test_the_page_compares_the_letters_about_the_same_months(agent, creance):
    with national_scope():
        other = CreanceFactory(allocataire=creance.allocataire, nature=Nature.APL, rang="006")
    give_months(creance, (JAN, 300_00, 60_00))
    give_months(other, (JAN, 300_00, 60_00))

    text = text_of(agent, creance)

    assert "Autres courriers sur les mêmes mois" in text
    assert "Une même somme est peut-être demandée deux fois." in text


def test_an_agent_issues_a_statement_and_then_reads_its_code(agent, creance):
    move(creance, M.RETENUE, 40_00, date(2026, 6, 5))

    response = agent.post(address(creance, "releve"), {"au": "2026-06-04"})

    assert response.headers["Content-Type"] == "application/pdf"
    assert preuves() == [("RELEVE", 240_00)]
    with national_scope():
        assert Preuve.objects.get().code in text_of(agent, creance)


def test_an_agent_issues_a_quittance_when_the_debt_is_over(agent, creance):
    assert "Délivrer la quittance" not in text_of(agent, creance)
    move(creance, M.CHEQUE, 240_00, date(2026, 6, 5))
    assert "Délivrer la quittance" in text_of(agent, creance)

    response = agent.post(address(creance, "quittance"))

    assert response.headers["Content-Type"] == "application/pdf"
    assert preuves() == [("QUITTANCE", 240_00)]


@pytest.mark.parametrize(
    ("page", "values", "said"),
    [
        ("releve", {"au": "hier"}, "Écrivez une date, par exemple 31/12/2025."),
        ("releve", {"au": "2000-01-01"}, "Choisissez une date entre le 04/05/2026"),
        ("quittance", {}, "il n’y a pas de quittance à délivrer"),
    ],
)
def test_what_cannot_be_issued_is_refused_in_words(agent, creance, page, values, said):
    response = agent.post(address(creance, page), values, follow=True)

    assert said in response.content.decode()
    assert preuves() == []


def test_a_document_is_not_issued_by_opening_an_address(agent, creance):
    assert agent.get(address(creance, "releve")).status_code == 405
    assert preuves() == []


def test_an_agent_of_another_fund_issues_nothing(creance):
    with national_scope():
        elsewhere = entered(agent_of("331"))

    for page in ("releve", "quittance"):
        assert elsewhere.post(address(creance, page)).status_code == 404
    assert preuves() == []
