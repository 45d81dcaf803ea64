"""Statements and quittances: what they say, when there is none, and one code for one fact."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from allocataires.models import Creance, Preuve
from allocataires.nomenclature import MouvementType as M
from allocataires.services.documents import NotOver, ReleveRefused, issue_quittance, issue_releve
from allocataires.states import CreanceState as S
from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.lives import move, words_of
from tests.allocataires.sessions import enter, holder_of, person_of
from tests.allocataires.states import put_in_state

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
HOSTILE = '#panic("lu") *gras* _it_ $x$ ]{ \\ " <b> // /* @ref `brut`'


@pytest.fixture
def creance() -> Creance:
    """240 € recorded on 4 May: 100 € withheld on 5 June, 40 € by cheque on 5 July."""
    with national_scope():
        creance = CreanceFactory(rang="005", initial_cents=240_00)
    move(creance, M.RETENUE, 100_00, date(2026, 6, 5))
    move(creance, M.CHEQUE, 40_00, date(2026, 7, 5))
    return creance


def read(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def statement(creance: Creance, on: date, **values: object) -> str:
    with national_scope():
        found = Creance.objects.select_related("caisse").get(pk=creance.pk)
        return read(issue_releve(creance=found, on=on, now=NOW, **values))


def quittance(creance: Creance) -> str:
    with national_scope():
        found = Creance.objects.select_related("caisse").get(pk=creance.pk)
        return read(issue_quittance(creance=found, now=NOW))


def preuves() -> list[tuple[str, date, int]]:
    with national_scope():
        rows = Preuve.objects.order_by("pk")
        return [(row.kind, row.as_of_on, row.amount_cents) for row in rows]


def test_a_statement_stops_at_its_date(creance):
    text = statement(creance, date(2026, 7, 4))

    assert "Relevé d’une dette" in text
    assert "Aide personnalisée au logement (IN5 005)" in text
    assert "Montant initial 240,00 €" in text
    assert "Dette enregistrée 04/05/2026 +240,00 € 240,00 €" in text
    assert "Retenue sur vos prestations 05/06/2026 −100,00 € 140,00 €" in text
    assert "Chèque" not in text
    assert "Reste dû à la date du 4 juillet 2026 140,00 €" in text
    assert preuves() == [("RELEVE", date(2026, 7, 4), 140_00)]


def test_a_statement_of_the_day_of_a_movement_takes_it_in(creance):
    assert "Reste dû à la date du 5 juillet 2026 100,00 €" in statement(creance, date(2026, 7, 5))


def test_a_statement_asked_for_twice_has_one_code_and_another_date_another_one(creance):
    first, again = statement(creance, TODAY), statement(creance, TODAY)
    other = statement(creance, date(2026, 7, 4))

    code = re.compile(r"011-\w{4}-\w{4}-\w{4}-\d\d")
    assert code.findall(first) == code.findall(again) != code.findall(other)
    assert len(preuves()) == 2


@pytest.mark.parametrize("on", [date(2026, 5, 3), date(2026, 11, 22), date(1, 1, 1)])
def test_there_is_no_statement_before_the_debt_nor_tomorrow(creance, on):
    with pytest.raises(ReleveRefused):
        statement(creance, on)

    assert preuves() == []


def test_a_document_says_no_name_and_no_number_of_the_person(creance):
    text = statement(creance, TODAY)

    with national_scope():
        person = creance.allocataire
    assert person.nom not in text
    assert person.numero not in text


def test_a_document_is_tagged_and_declares_pdf_ua(creance):
    with national_scope():
        found = Creance.objects.select_related("caisse").get(pk=creance.pk)
        pdf = PdfReader(BytesIO(issue_releve(creance=found, on=TODAY, now=NOW)))

    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/StructTreeRoot"]["/K"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data().decode()
    assert pdf.metadata.title == "Relevé d’une dette"


def test_nothing_in_a_document_is_markup(creance):
    with national_scope():
        found = Creance.objects.select_related("caisse").get(pk=creance.pk)
        found.caisse = Caisse(pk=found.caisse_id, code="011", nom=HOSTILE)
        text = read(issue_releve(creance=found, on=TODAY, now=NOW))

    assert '#panic("lu") *gras* _it_ $x$ ]{ \\' in text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (M.VIREMENT, "Cette dette a été remboursée en totalité."),
        (M.REMISE, "la Caf a accordé une remise"),
        (M.PETIT_MONTANT, "trop petit pour être réclamé, a été abandonné"),
        (M.ANNULATION, "la Caf l’a annulée"),
        (M.AJUSTEMENT_BAISSE, "ou a corrigé ce qui en restait"),
        (M.SURENDETTEMENT, "effacé dans une procédure de surendettement"),
    ],
)
def test_a_quittance_says_how_and_since_when_the_debt_is_over(creance, kind, said):
    move(creance, kind, 100_00, date(2026, 8, 9))

    text = quittance(creance)

    assert "Quittance" in text
    assert said in text
    assert "Soldée le 9 août 2026" in text
    assert "Depuis le 9 août 2026, il ne reste rien à rembourser" in text
    assert preuves() == [("QUITTANCE", date(2026, 8, 9), 240_00)]


def test_no_quittance_while_something_is_owed(creance):
    with pytest.raises(NotOver):
        quittance(creance)

    assert preuves() == []


@pytest.mark.parametrize("kind", [M.NON_VALEUR, M.TRANSFERT])
def test_no_quittance_for_what_is_no_longer_claimed_here_but_not_extinguished(creance, kind):
    if kind == M.TRANSFERT:
        with national_scope():
            put_in_state(creance, S.TRANSFEREE)
    move(creance, kind, 100_00, date(2026, 8, 9))

    with pytest.raises(NotOver):
        quittance(creance)


def test_the_person_opens_both_from_the_page_of_the_debt(client: Client, creance):
    move(creance, M.VIREMENT, 100_00, date(2026, 8, 9))
    enter(client, person_of(creance))
    page = client.get(f"/mes-creances/{creance.public_id}/").content.decode()

    proof = client.get(f"/mes-creances/{creance.public_id}/quittance.pdf")
    releve = client.get(f"/mes-creances/{creance.public_id}/releve.pdf", {"au": "2026-07-04"})

    assert f"/mes-creances/{creance.public_id}/quittance.pdf" in page
    assert proof.headers["Content-Type"] == "application/pdf"
    assert "no-store" in proof.headers["Cache-Control"]
    assert "140,00 €" in read(releve.content)
    assert releve.headers["Content-Disposition"] == (
        'inline; filename="releve-IN5-005-2026-07-04.pdf"'
    )


def test_a_letter_opens_the_documents_of_its_own_debt_only(client: Client, creance):
    with national_scope():
        other = CreanceFactory(allocataire=creance.allocataire)
    enter(client, holder_of(creance))

    assert client.get(f"/mes-creances/{creance.public_id}/releve.pdf").status_code == 200
    for page in ("releve.pdf", "quittance.pdf", "pourquoi/"):
        assert client.get(f"/mes-creances/{other.public_id}/{page}").status_code == 404
    client.cookies.clear()
    assert client.get(f"/mes-creances/{creance.public_id}/releve.pdf").status_code == 302


@pytest.mark.parametrize(
    ("au", "said"),
    [
        ("hier", "Écrivez une date, par exemple 31/12/2025."),
        ("2026-02-30", "Écrivez une date"),
        ("2020-01-01", "Choisissez une date entre le 04/05/2026 et aujourd’hui."),
        ("2999-01-01", "Choisissez une date entre"),
    ],
)
def test_a_date_that_cannot_be_is_refused_in_words_and_nothing_is_issued(
    client: Client, creance, au, said
):
    enter(client, person_of(creance))

    response = client.get(f"/mes-creances/{creance.public_id}/releve.pdf", {"au": au})

    assert response.status_code == 400
    assert said in words_of(response.content.decode())
    assert preuves() == []


def test_a_debt_that_is_not_over_has_no_quittance_page(client: Client, creance):
    enter(client, person_of(creance))

    assert client.get(f"/mes-creances/{creance.public_id}/quittance.pdf").status_code == 404
    assert preuves() == []
