"""The agents' pages of lots: bring a file, read what became of it, take the rejects back."""

from io import BytesIO

import pytest

from caf_portal.database.scope import national_scope
from echanges.models import Lot
from echanges.services.loading import apply_lot
from echanges.tasks import finish_lots
from tests.caisses.factories import agent_of, entered
from tests.echanges.files import debt, jsonl, load, movement, person
from tests.payments.factories import NOW

pytestmark = pytest.mark.django_db
NEW = "/agents/echanges/lot/add/"


@pytest.fixture
def agent():
    with national_scope():
        return entered(agent_of("011"))


def upload(agent, content, name="dettes.jsonl"):
    file = BytesIO(content)
    file.name = name
    return agent.post(NEW, {"file": file}, follow=True)


def test_an_agent_brings_a_file_that_the_sweep_applies(agent, monkeypatch):
    monkeypatch.setattr("echanges.tasks.apply_lot.apply_async", apply_now)

    page = upload(agent, jsonl(person(), debt(), movement(montant_centimes=99_999)))
    assert "Le fichier est reçu" in page.content.decode()
    finish_lots()

    with national_scope():
        lot = Lot.objects.get()
        assert (lot.status, lot.received_by.username) == ("APPLIQUE", "agent-011")
    page = agent.get(f"/agents/echanges/lot/{lot.pk}/change/").content.decode()
    assert "Ce mouvement dépasse" in page
    assert "creance : 1 ligne(s), 300,00" in page.replace("\u202f", "").replace("\xa0", " ")
    rejects = agent.get(f"/agents/echanges/lot/{lot.pk}/rejets/")
    content = b"".join(rejects.streaming_content)
    rejects.close()
    assert content.count(b"\n") == 2
    assert 'filename="rejets-011-2026-11-20-1.jsonl"' in rejects["Content-Disposition"]


def apply_now(*, kwargs, expires):
    apply_lot(**kwargs, now=NOW)


def test_a_file_brought_twice_leads_to_its_first_result(agent):
    load(jsonl(person()))

    page = upload(agent, jsonl(person()))

    assert "avait déjà été reçu" in page.content.decode()


def test_a_file_whose_number_is_taken_is_refused_with_its_reason(agent):
    load(jsonl(person()))

    page = upload(agent, jsonl(person(nom="Autre"))).content.decode()

    assert "Ce fichier est refusé" in page
    assert "donnez le numéro suivant" in page


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (jsonl(person(), caisse="331"), "a.jsonl", "n’est pas une des vôtres"),
        (jsonl(person(), caisse="999"), "a.jsonl", "n’est pas une des vôtres"),
        (jsonl(person()), "a.xlsx", "doit finir par .csv ou .jsonl"),
        (b"bonjour", "a.csv", "manque des colonnes"),
        (b"\x00\x00", "a.jsonl", "En-tête refusé"),
        (b"", "a.jsonl", "vide"),
    ],
)
def test_what_cannot_be_a_file_of_the_fund_is_refused_on_the_form(agent, content, name, words):
    page = upload(agent, content, name)

    assert words in page.content.decode()
    with national_scope():
        assert not Lot.objects.exists()


def test_a_file_too_large_is_refused_on_the_form(agent, settings):
    settings.LOT_UPLOAD_MAX_MB = 0

    assert "dépasse 0 Mo" in upload(agent, jsonl(person())).content.decode()


def test_the_rejected_lines_of_another_fund_are_not_found(agent):
    other = load(jsonl(person(langue="xx"), caisse="331"), code="331")

    assert agent.get(f"/agents/echanges/lot/{other.pk}/rejets/").status_code == 404
