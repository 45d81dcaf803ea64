"""The page and the PDF of a day's proof, and the pages of a bank line."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie
from rapprochement.models import Imputation, Rapprochement
from rapprochement.services.matching import match_gateway
from rapprochement.services.proving import prove_day
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import NOW
from tests.payments.pages import text_of
from tests.rapprochement.gateway_rows import bank_line, file_of, jt_of, paid, remise_of

DAY = date(2026, 11, 20)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def accountant():
    with national_scope():
        return entered(agent_of("011", role="COMPTABLE"))


@pytest.fixture
def reader():
    with national_scope():
        return entered(agent_of("011", login="lectrice"))


@pytest.fixture
def line(ain):
    """A remittance of 240 euros, and a line that names it and brings 65 cents less."""
    with national_scope():
        creance = CreanceFactory()
    transaction = paid(creance)
    with caisse_scope(ain):
        file_of(ain, "JT", DAY - timedelta(days=1))
        remise_of(ain, jt_of(transaction))
        return bank_line(ain, 240_00, "REMISE CB 000009", on=DAY)


@pytest.fixture
def proof(ain, line):
    match_gateway(caisse_id=ain, now=NOW)
    return prove_day(caisse_id=ain, day_on=DAY, now=NOW)


def page(proof):
    return f"/agents/rapprochement/rapprochement/{proof.pk}/change/"


def test_the_page_tells_the_totals_and_each_gap_with_a_proposal(accountant, proof):
    text = text_of(accountant.get(page(proof)))

    assert "Il reste 1 écart à expliquer, de 240,00" in text
    assert "Ligne de banque à identifier" in text
    assert "du même montant (confiance : 70 %)" in text
    assert "Appliquer" in text


def test_a_line_may_be_said_to_be_something_else_at_one_click(accountant, line, proof):
    assert (
        f"/agents/rapprochement/lignebanque/{line.pk}/imputer/" in accountant.get(page(proof)).text
    )


def test_a_reader_sees_and_applies_nothing(reader, proof):
    answer = reader.get(page(proof))
    text = text_of(answer)

    assert "/imputer/" not in answer.text
    assert "Ligne de banque à identifier" in text
    assert "Appliquer" not in text
    assert "comptable de la caisse applique" in text


def test_applying_a_proposal_imputes_the_line_and_proves_again(accountant, ain, proof):
    with caisse_scope(ain):
        gap = proof.residus.get(kind="BANQUE")

    address = f"/agents/rapprochement/rapprochement/{proof.pk}/appliquer/"
    answer = accountant.post(address, {"residu": gap.pk}, follow=True)

    assert "La ligne de banque est imputée." in text_of(answer)
    with caisse_scope(ain):
        assert Imputation.objects.get().regle == "AGENT"
        settled = Anomalie.objects.get(kind="BANK_LINE").settled_note
        assert Rapprochement.objects.get().unexplained == 0
    assert settled.startswith("Imputée par ")
    assert "le portail" not in settled


def test_the_pdf_is_of_the_same_content(reader, proof):
    answer = reader.get(f"/agents/rapprochement/rapprochement/{proof.pk}/pdf/")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_an_accountant_says_on_its_page_what_a_line_is(accountant, ain, line):
    address = f"/agents/rapprochement/lignebanque/{line.pk}/"
    offered = text_of(accountant.get(f"{address}imputer/"))

    refused = accountant.post(f"{address}imputer/", {"kind": "ATTENTE", "difference": ""})
    answer = accountant.post(
        f"{address}imputer/",
        {"kind": "ATTENTE", "difference": "", "note": "Virement"},
        follow=True,
    )

    assert "remise 7 du 20/11/2026" in offered
    assert "Écrivez ce qu’est cette ligne de banque." in text_of(refused)
    assert "La ligne de banque est imputée." in text_of(answer)
    assert "Affecter à une dette" in text_of(answer)


def test_what_waits_is_given_to_a_debt_by_the_words_of_its_letter(accountant, ain, line):
    address = f"/agents/rapprochement/lignebanque/{line.pk}/"
    accountant.post(f"{address}imputer/", {"kind": "ATTENTE", "difference": "", "note": "Vir"})
    with national_scope():
        debt = CreanceFactory()
        words = {"numero": debt.allocataire.numero, "note": "Nom dans le libellé"}

    unknown = accountant.post(f"{address}affecter/", {**words, "debt": "XXX 999"})
    answer = accountant.post(
        f"{address}affecter/", {**words, "debt": f"{debt.nature} {debt.rang}"}, follow=True
    )

    assert "n’a pas cette dette" in text_of(unknown)
    assert "remboursent la dette" in text_of(answer)
    with caisse_scope(ain):
        debt.refresh_from_db()
    assert debt.balance_cents == 0


def test_an_unknown_page_is_not_found(accountant: Client) -> None:
    assert accountant.get("/agents/rapprochement/rapprochement/999999/pdf/").status_code == 404


def test_what_an_earlier_day_must_explain_is_shown_apart_with_the_day_that_counts_it(
    accountant, ain, proof
):
    with caisse_scope(ain):
        file_of(ain, "JT", DAY + timedelta(days=1))
    morrow = prove_day(caisse_id=ain, day_on=DAY + timedelta(days=1), now=NOW)

    answer = accountant.get(page(morrow))
    own, _title, carried = text_of(answer).partition("venu de jours précédents")

    assert morrow.unexplained == 0
    assert "rien n’est à expliquer" in own
    assert "Ligne de banque à identifier" not in own
    assert "Appliquer" not in own + carried
    assert "Ligne de banque à identifier" in carried
    assert "Rapprochement du 20/11/2026" in carried
    assert f"{page(proof)}" in answer.text


def test_what_was_settled_since_the_computing_is_no_longer_told_as_waiting(accountant, ain, proof):
    morrow = prove_day(caisse_id=ain, day_on=DAY + timedelta(days=1), now=NOW)
    with caisse_scope(ain):
        gap = proof.residus.get(kind="BANQUE")
    accountant.post(
        f"/agents/rapprochement/rapprochement/{proof.pk}/appliquer/", {"residu": gap.pk}
    )

    assert "venu de jours précédents" not in text_of(accountant.get(page(morrow)))


def test_a_proof_leads_to_the_lines_of_its_day_for_an_agent_of_one_fund(reader, proof):
    links = re.findall(r'href="([^"]+)">les ', reader.get(page(proof)).text)
    lines = next(unescape(link) for link in links if "lignebanque" in link)

    assert len(links) == 4
    assert "REMISE CB 000009" in text_of(reader.get(lines))


def test_the_list_says_what_is_left_of_each_day_and_whether_it_is_closed(reader, proof):
    text = text_of(reader.get("/agents/rapprochement/rapprochement/"))

    assert "1 (240,00" in text
    assert "ouverte" in text


def test_a_proof_says_that_it_is_older_than_what_was_imputed_and_no_more_once_computed_again(
    accountant, ain, proof
):
    morrow = prove_day(caisse_id=ain, day_on=DAY + timedelta(days=1), now=NOW)
    before = text_of(accountant.get(page(morrow)))
    with caisse_scope(ain):
        gap = proof.residus.get(kind="BANQUE")
    address = "/agents/rapprochement/rapprochement/"
    accountant.post(f"{address}{proof.pk}/appliquer/", {"residu": gap.pk})

    after = text_of(accountant.get(page(morrow)))
    again = text_of(accountant.post(f"{address}{morrow.pk}/prouver/", follow=True))

    assert "Depuis ce calcul" in after
    assert "Depuis ce calcul" not in before + again
