"""What was said of a bank line by mistake is taken back, once, and the line waits again."""

from datetime import date, timedelta

import pytest
from django.db.models import Sum
from django.test import Client

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie, Ecriture, Ligne, LigneLettree
from payments.services.invariants import find_breaches
from rapprochement.models import Imputation
from rapprochement.services.closing import ClosingRefused, close_day
from rapprochement.services.imputing import impute_bank_lines
from rapprochement.services.imputing_by_agent import Difference, impute_by_agent
from rapprochement.services.matching import match_gateway
from rapprochement.services.placing import PlacingRefused, left_cents, place_on_debt
from rapprochement.services.proving import prove_day
from rapprochement.services.reimputing import CorrectionRefused, correct_imputation
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import NOW
from tests.payments.pages import text_of
from tests.rapprochement.gateway_rows import (
    account_of,
    bank_line,
    file_of,
    jt_of,
    paid,
    remise_of,
)

DAY, NEXT = date(2026, 11, 20), date(2026, 11, 21)
LATER = NOW + timedelta(days=2)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def accountant(ain):
    with national_scope():
        return agent_of("011", role="COMPTABLE")


@pytest.fixture
def files(ain):
    """Each file that is expected came: nothing else holds the days."""
    with caisse_scope(ain):
        account_of(ain, expected_daily=False)
        for days in (-1, 0, 1):
            file_of(ain, "JT", DAY + timedelta(days=days))


def line_of(caisse_id, cents, label="VIR", on=DAY):
    with caisse_scope(caisse_id):
        return bank_line(caisse_id, cents, label, on=on)


def impute(line, agent, kind, **choices):
    with caisse_scope(line.caisse_id):
        return impute_by_agent(
            ligne_id=line.pk, kind=kind, agent=agent, note="Essai", now=NOW, **choices
        )


def correct(imputation, agent, reason="Mauvaise nature", now=NOW):
    with caisse_scope(imputation.caisse_id):
        correct_imputation(imputation_id=imputation.pk, reason=reason, agent=agent, now=now)


def balance(caisse_id, number):
    """Debits less credits of an account."""
    with caisse_scope(caisse_id):
        sums = Ligne.objects.filter(caisse_id=caisse_id, compte__number=number).aggregate(
            debit=Sum("debit_cents", default=0), credit=Sum("credit_cents", default=0)
        )
    return sums["debit"] - sums["credit"]


def breaches():
    return [breach for breach in find_breaches() if breach.rule.startswith("inv21")]


@pytest.mark.parametrize(
    ("cents", "kind", "account"),
    [(-5_00, "FRAIS", "6278"), (70_00, "ETRANGERE", "580"), (70_00, "ATTENTE", "471")],
)
def test_a_line_is_corrected_and_imputed_again(ain, accountant, cents, kind, account):
    line = line_of(ain, cents)
    mistake = impute(line, accountant, kind)
    other = "ATTENTE" if kind == "ETRANGERE" else "ETRANGERE"

    correct(mistake, accountant)

    assert (balance(ain, account), balance(ain, "5121")) == (0, 0)
    impute(line, accountant, other)
    assert (balance(ain, account), balance(ain, "5121")) == (0, cents)
    with caisse_scope(ain):
        mistake.refresh_from_db()
        assert (mistake.corrected_at, mistake.corrected_by) == (NOW, accountant)
        assert mistake.corrected_reason == "Mauvaise nature"
        assert Imputation.objects.in_force().get(ligne=line).kind == other
    assert breaches() == []


@pytest.mark.usefixtures("files")
def test_the_line_is_on_the_work_list_again_and_its_day_agrees_once_imputed(ain, accountant):
    line = line_of(ain, 70_00)
    correct(impute(line, accountant, "ETRANGERE"), accountant)

    proof = prove_day(caisse_id=ain, day_on=DAY, now=NOW)

    assert (proof.bank_cents, proof.ledger_bank_cents, proof.unexplained) == (70_00, 0, 1)
    with caisse_scope(ain):
        assert Anomalie.objects.filter(kind="BANK_LINE", settled_at__isnull=True).count() == 1
    impute(line, accountant, "ATTENTE")
    proof = prove_day(caisse_id=ain, day_on=DAY, now=NOW)
    assert (proof.bank_cents, proof.ledger_bank_cents, proof.unexplained) == (70_00, 70_00, 0)


@pytest.mark.usefixtures("files")
def test_what_is_corrected_after_its_day_closed_holds_the_next_day(ain, accountant):
    line = line_of(ain, 70_00)
    mistake = impute(line, accountant, "ETRANGERE")
    with caisse_scope(ain):
        close_day(caisse_id=ain, day_on=DAY, agent=accountant, now=NOW + timedelta(days=1))

    correct(mistake, accountant, now=LATER)

    with caisse_scope(ain):
        reversal = Ecriture.objects.get(reverses=mistake.ecriture)
        assert (reversal.origin_on, reversal.accounting_on) == (DAY, NEXT)
        with pytest.raises(ClosingRefused, match="1 écart"):
            close_day(caisse_id=ain, day_on=NEXT, agent=accountant, now=LATER)
    impute(line, accountant, "ATTENTE")
    with caisse_scope(ain):
        close_day(caisse_id=ain, day_on=NEXT, agent=accountant, now=LATER)


@pytest.fixture
def remises(ain):
    """Two remittances of 240 euros, matched."""
    with national_scope():
        debts = [CreanceFactory() for _each in range(2)]
    made = []
    for number, debt in enumerate(debts, start=7):
        transaction = paid(debt)
        with caisse_scope(ain):
            told = jt_of(transaction, trans_id=f"{number:06d}")
            made.append(remise_of(ain, told, number=str(number)))
    match_gateway(caisse_id=ain, now=NOW)
    return made


def test_a_remittance_chosen_by_mistake_is_free_again(ain, accountant, remises):
    seventh, eighth = remises
    line = line_of(ain, 240_00, "VIREMENT")
    mistake = impute(line, accountant, "REMISE", remise_ids=[seventh.pk])
    with caisse_scope(ain):
        assert LigneLettree.objects.filter(live=True).count() == 2

    correct(mistake, accountant)

    proof = prove_day(caisse_id=ain, day_on=DAY, now=NOW)
    assert (proof.owed_cents, proof.ledger_owed_cents) == (480_00, 480_00)
    impute(line, accountant, "REMISE", remise_ids=[eighth.pk])
    other = line_of(ain, 240_00, "VIREMENT", on=NEXT)
    impute(other, accountant, "REMISE", remise_ids=[seventh.pk])
    proof = prove_day(caisse_id=ain, day_on=NEXT, now=NOW)
    assert (proof.owed_cents, proof.ledger_owed_cents) == (0, 0)
    with caisse_scope(ain):
        open_lines = Ligne.objects.filter(compte__number="5115").exclude(lettrages__live=True)
        assert not open_lines.exists()
    assert breaches() == []


def test_its_gap_goes_with_it_and_nothing_is_odd(ain, accountant, remises):
    line = line_of(ain, 239_99, "VIREMENT")
    mistake = impute(
        line,
        accountant,
        "REMISE",
        remise_ids=[remises[0].pk],
        difference=Difference.GAP,
    )

    correct(mistake, accountant)

    assert (balance(ain, "5115"), balance(ain, "5121")) == (480_00, 0)
    proof = prove_day(caisse_id=ain, day_on=DAY, now=NOW)
    with caisse_scope(ain):
        assert not proof.residus.filter(kind="SOLDE").exists()


def test_the_portal_does_not_read_a_corrected_line_again(ain, accountant, remises):
    line = line_of(ain, 240_00, "REMISE CB 000007")
    assert impute_bank_lines(caisse_id=ain, now=NOW) == 1
    with caisse_scope(ain):
        found = Imputation.objects.get(ligne=line)

    correct(found, accountant)

    assert impute_bank_lines(caisse_id=ain, now=NOW) == 0


def test_a_sum_that_repaid_a_debt_is_not_corrected(ain, accountant):
    line = line_of(ain, 300_00)
    waiting = impute(line, accountant, "ATTENTE")
    with national_scope():
        debt = CreanceFactory()
    with caisse_scope(ain):
        place_on_debt(ligne_banque=line, creance=debt, agent=accountant, note="Essai", now=NOW)

    with pytest.raises(CorrectionRefused, match="remboursé une dette"):
        correct(waiting, accountant)


def test_a_corrected_sum_repays_no_debt(ain, accountant):
    line = line_of(ain, 300_00)
    correct(impute(line, accountant, "ATTENTE"), accountant)
    with national_scope():
        debt = CreanceFactory()

    with caisse_scope(ain):
        assert left_cents(line) == 0
        with pytest.raises(PlacingRefused):
            place_on_debt(ligne_banque=line, creance=debt, agent=accountant, note="Essai", now=NOW)


def test_only_an_accountant_of_the_fund_corrects_once_and_says_why(ain, accountant):
    imputation = impute(line_of(ain, 70_00), accountant, "ATTENTE")
    with national_scope():
        reader = agent_of("011", login="lectrice")

    with pytest.raises(CorrectionRefused, match="comptable"):
        correct(imputation, reader)
    with pytest.raises(CorrectionRefused, match="pourquoi"):
        correct(imputation, accountant, reason=" ")
    correct(imputation, accountant)
    with pytest.raises(CorrectionRefused, match="vient d’être corrigée"):
        correct(imputation, accountant)


def test_the_page_of_a_line_offers_it_and_tells_what_was_corrected(ain, accountant):
    with national_scope():
        browser = entered(accountant)
    line = line_of(ain, 70_00)
    impute(line, accountant, "ETRANGERE")
    page = f"/agents/rapprochement/lignebanque/{line.pk}"
    assert f"{page}/corriger/" in browser.get(f"{page}/change/").text

    empty = browser.post(f"{page}/corriger/", {"reason": ""})
    done = browser.post(f"{page}/corriger/", {"reason": "Ce n’est pas une subvention"}, follow=True)

    assert empty.status_code == 200
    words = text_of(done)
    assert "Ce n’est pas une subvention" in words
    assert "Personne n’a encore dit ce qu’est cette ligne" in words
    again = text_of(browser.post(f"{page}/corriger/", {"reason": "Encore"}))
    assert "n’a pas d’imputation à corriger" in again


def test_who_does_not_account_is_not_offered_it_and_is_refused(ain, accountant):
    with national_scope():
        browser: Client = entered(agent_of("011", login="lectrice"))
    line = line_of(ain, 70_00)
    impute(line, accountant, "ETRANGERE")
    page = f"/agents/rapprochement/lignebanque/{line.pk}"

    refused = text_of(browser.post(f"{page}/corriger/", {"reason": "Essai"}))

    assert "corriger/" not in browser.get(f"{page}/change/").text
    assert "Seule une personne habilitée comme comptable" in refused
