"""Odd words in every form of the books and of the bank: a page answers, always."""

from datetime import date

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie, Ligne
from rapprochement.models import Imputation
from rapprochement.services.imputing_by_agent import impute_by_agent
from rapprochement.services.proving import prove_day
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import bank_line

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 19)
ODD = ("", "a\0b", "9" * 5000, "9" * 18, "-1", "١٢", '<b>#["\\]</b>')
BANK, BOOKS = "/agents/rapprochement", "/agents/comptabilite"
DAYS = ("0001-01-01", "9999-12-31", "1900-02-29", "2028-02-29")


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def accountant():
    with national_scope():
        return agent_of("011", role="COMPTABLE")


@pytest.fixture
def rows(ain, accountant):
    """A line that waits, one that nobody imputed, the proof of their day, a line of the books."""
    with caisse_scope(ain):
        waits = bank_line(ain, 300_00, "VIR M EXEMPLE", on=DAY)
        impute_by_agent(ligne_id=waits.pk, kind="ATTENTE", agent=accountant, note="v", now=NOW)
        bare = bank_line(ain, 10_00, 'VIR <b>#["\\]</b>', on=DAY)
        proof = prove_day(caisse_id=ain, day_on=DAY, now=NOW)
        ligne = Ligne.objects.filter(ecriture__source_id=waits.public_id).earliest("pk")
        return {
            "waits": f"{BANK}/lignebanque/{waits.pk}",
            "bare": f"{BANK}/lignebanque/{bare.pk}",
            "proof": f"{BANK}/rapprochement/{proof.pk}",
            "anomalie": f"{BOOKS}/anomalie/{Anomalie.objects.earliest('pk').pk}",
            "ecriture": f"{BOOKS}/ecriture/{ligne.ecriture_id}",
            "ligne": ligne.pk,
        }


def posts(rows, odd):
    """Every form of these pages with this word in each of its fields."""
    names = ("kind", "note", "remises", "charges", "difference", "quoi", "a", "numero", "debt")
    every = dict.fromkeys(names, odd)
    yield f"{rows['proof']}/appliquer/", {"residu": odd, "note": odd}
    yield f"{rows['bare']}/imputer/", every
    yield f"{rows['bare']}/imputer/", {"kind": "REMISE", "remises": [odd, "1"]}
    yield f"{rows['waits']}/affecter/", every
    yield f"{rows['waits']}/affecter/", {"numero": "1", "debt": f"INK {odd}"[:12], "note": "n"}
    yield f"{rows['anomalie']}/suivre/", {"quoi": "noter", "note": odd}
    yield f"{rows['anomalie']}/suivre/", {"quoi": "confier", "a": odd}
    yield f"{rows['anomalie']}/suivre/", every
    yield f"{BOOKS}/anomalie/en-attente/{rows['ligne']}/noter/", {"text": odd}
    yield f"{BOOKS}/lettrage/lettrer/", {"ligne": [odd, str(rows["ligne"])], "reason": odd}
    asked = ("caisse", "format", "journal", "first_on", "last_on", "encoding", "jour", "quoi")
    yield f"{BOOKS}/export/add/", dict.fromkeys(asked, odd)
    yield f"{BOOKS}/cloture/cloturer/", {**dict.fromkeys(asked, odd), "caisse": "011"}
    yield f"{BOOKS}/cloture/cloturer/", {"caisse": odd, "jour": "2026-11-19", "quoi": "JOUR"}
    account = ("caisse", "iban", "label", "compte", "transit_days")
    yield f"{BANK}/comptebancaire/add/", dict.fromkeys(account, odd)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_no_form_of_the_books_or_the_bank_fails_on_an_odd_word(rows, accountant, odd):
    with national_scope():
        browser = entered(accountant)
    browser.raise_request_exception = False

    failed = [
        (address, said)
        for address, said in posts(rows, odd)
        if browser.post(address, said).status_code not in {200, 302, 400, 403, 404}
    ]

    assert failed == []
    with national_scope():
        assert Imputation.objects.count() == 1, "nothing odd was imputed"


@pytest.mark.parametrize("day", DAYS)
def test_no_closing_or_export_fails_on_an_odd_day(accountant, ain, day):
    with national_scope():
        browser = entered(accountant)
    browser.raise_request_exception = False
    asked = {"caisse": str(ain), "format": "FEC", "encoding": "utf-8"}

    export = browser.post(f"{BOOKS}/export/add/", {**asked, "first_on": day, "last_on": day})
    closings = {
        browser.post(
            f"{BOOKS}/cloture/cloturer/", {"caisse": "011", "jour": day, "quoi": what}
        ).status_code
        for what in ("JOUR", "JUSQUE", "MOIS", "ANNEE")
    }

    assert export.status_code == 200
    assert closings == {302}
