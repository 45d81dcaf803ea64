"""The lists and pages of the platform's lines, remittances and bank lines: in words, and linked."""

from datetime import date, timedelta

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from rapprochement.models.matches import ImputationKind
from rapprochement.services.imputing import impute_bank_lines
from rapprochement.services.matching import match_gateway
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import NOW
from tests.payments.pages import text_of
from tests.rapprochement.gateway_rows import bank_line, file_of, jt_of, paid, remise_of

DAY = date(2026, 11, 20)
LINES, BANK, REMISES = (
    f"/agents/rapprochement/{name}/" for name in ("ligneplateforme", "lignebanque", "remise")
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def reader():
    with national_scope():
        return entered(agent_of("011", login="lectrice"))


@pytest.fixture
def told(ain):
    """A payment, its line of JT, the remittance that took it to the bank."""
    with national_scope():
        creance = CreanceFactory()
    transaction = paid(creance)
    with caisse_scope(ain):
        file_of(ain, "JT", DAY - timedelta(days=1))
        line = jt_of(transaction, status="AUTHORISED")
        remise = remise_of(ain, line)
    match_gateway(caisse_id=ain, now=NOW)
    return transaction, line, remise


def test_a_line_of_the_platform_speaks_words_in_lists_and_keeps_its_code_on_its_page(reader, told):
    transaction, line, _remise = told

    listed = text_of(reader.get(LINES))
    page = reader.get(f"{LINES}{line.pk}/change/")

    assert "paiement" in listed
    assert "autorisée, à remettre en banque" in listed
    assert "AUTHORISED" not in listed
    assert "autorisée, à remettre en banque (AUTHORISED)" in text_of(page)
    payment = transaction.payment
    assert f'/payments/payment/{payment.pk}/change/">{payment.reference}</a>' in page.text
    assert "/comptabilite/ecriture/" in page.text


def test_a_bank_line_says_what_it_is_and_those_to_say_are_found_by_one_click(reader, ain, told):
    _transaction, _line, remise = told
    with caisse_scope(ain):
        bank_line(ain, 240_00, f"REMISE CB {remise.number}", on=DAY)
        bank_line(ain, 90_00, "VIREMENT SANS MOTIF", on=DAY)
    impute_bank_lines(caisse_id=ain, now=NOW)

    listed = text_of(reader.get(BANK))
    to_do = text_of(reader.get(f"{BANK}?imputation=a-faire"))

    assert str(ImputationKind.REMISE.label) in listed
    assert "REMISE CB" in listed
    assert "à imputer" in to_do
    assert "VIREMENT SANS MOTIF" in to_do
    assert "REMISE CB" not in to_do


def test_a_remittance_tells_what_the_bank_brought_of_it(reader, ain, told):
    _transaction, _line, remise = told

    before = text_of(reader.get(REMISES))
    with caisse_scope(ain):
        line = bank_line(ain, 240_00, f"REMISE CB {remise.number}", on=DAY)
    impute_bank_lines(caisse_id=ain, now=NOW)
    page = reader.get(f"{REMISES}{remise.pk}/change/")

    assert "pas encore" in before
    assert "pas encore" not in text_of(reader.get(REMISES))
    assert f"/rapprochement/lignebanque/{line.pk}/change/" in page.text
    assert f"remise__id__exact={remise.pk}" in page.text
