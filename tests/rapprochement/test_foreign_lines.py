"""Lines of an account that serves other purposes: called foreign together, in one go."""

from datetime import date, timedelta

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie
from rapprochement.models import Imputation, Rapprochement
from rapprochement.services import imputing_many
from rapprochement.services.proving import prove_day
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import NOW
from tests.payments.pages import text_of
from tests.rapprochement.gateway_rows import bank_line, file_of

DAY = date(2026, 11, 20)
LIST = "/agents/rapprochement/lignebanque/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def lines(ain):
    """Three lines of one day, whose proof asks what they are."""
    with caisse_scope(ain):
        for day in (DAY - timedelta(days=1), DAY):
            file_of(ain, "JT", day)
        found = [bank_line(ain, cents, f"LOYER {cents}", on=DAY) for cents in (5_00, 7_00, -9_00)]
    assert prove_day(caisse_id=ain, day_on=DAY, now=NOW).unexplained == 3
    return found


def client_of(role: str = "COMPTABLE", code: str = "011"):
    with national_scope():
        return entered(agent_of(code, role=role))


def choose(client, lines):
    asked = {"action": "foreign", "_selected_action": [line.pk for line in lines]}
    return client.post(LIST, asked, follow=True)


def test_chosen_lines_are_imputed_and_their_day_asks_no_more(ain, lines):
    answer = choose(client_of(), lines[:2])

    assert "2 lignes de banque sont imputées." in text_of(answer)
    with caisse_scope(ain):
        kinds = Imputation.objects.values_list("kind", "regle", "imputed_by__username")
        assert set(kinds) == {("ETRANGERE", "AGENT", "agent-011")}
        assert Rapprochement.objects.get(day_on=DAY).unexplained == 1
        assert Anomalie.objects.still_open().filter(kind="BANK_LINE").count() == 1


def test_what_is_imputed_already_is_left_and_said(ain, lines):
    client = client_of()
    choose(client, lines[:1])

    answer = choose(client, lines)

    assert "2 lignes de banque sont imputées." in text_of(answer)
    assert "vient d’être imputée" in text_of(answer)
    with caisse_scope(ain):
        assert Imputation.objects.count() == 3


def test_a_reader_is_offered_nothing_and_changes_nothing(ain, lines):
    client = client_of("AGENT")

    answer = choose(client, lines)

    assert "Déclarer étrangères au portail" not in text_of(client.get(LIST))
    assert "imputées" not in text_of(answer)
    with caisse_scope(ain):
        assert not Imputation.objects.exists()


def test_an_accountant_of_another_fund_changes_nothing(ain, lines):
    choose(client_of(code="974"), lines)

    with caisse_scope(ain):
        assert not Imputation.objects.exists()


def test_so_many_lines_at_once_and_the_others_are_told(ain, lines, monkeypatch):
    monkeypatch.setattr(imputing_many, "MOST", 2)
    monkeypatch.setattr("rapprochement.admin.bank.MOST", 2)

    answer = choose(client_of(), lines)

    assert "Les 2 premières lignes ont été vues" in text_of(answer)
    with caisse_scope(ain):
        assert Imputation.objects.count() == 2
