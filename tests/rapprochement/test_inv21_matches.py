"""Invariant 21: what answers what says the same amount, once; also past every Python check."""

import time
from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError
from django.db.transaction import atomic

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Ecriture
from comptabilite.models.events import Evenement
from comptabilite.services.writing import Part, write_ecriture
from payments.services.invariants import find_breaches
from rapprochement.models import Appariement, Imputation, RemiseBanque
from rapprochement.services import imputation_writing, reimputing
from rapprochement.services.imputation_writing import AlreadyImputed
from rapprochement.services.imputing_by_agent import impute_by_agent
from rapprochement.services.matching import match_gateway
from rapprochement.services.reimputing import CorrectionRefused, correct_imputation
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW
from tests.payments.test_races import PAUSE, at_once
from tests.rapprochement.gateway_rows import bank_line, jt_of, ledger_line, paid, remise_of

DAY = date(2026, 11, 20)


@pytest.fixture
def ain(db):
    return Caisse.objects.get(code="011").pk


def debt(code="011"):
    with national_scope():
        return CreanceFactory(allocataire__caisse=Caisse.objects.get(code=code))


def pair(told, ligne):
    return Appariement(
        caisse_id=told.caisse_id,
        plateforme=told,
        kind=told.kind,
        ligne=ligne,
        regle="EXACTE",
        matched_at=NOW,
    )


def write_pairs(transaction, *amounts):
    with caisse_scope(transaction.caisse_id):
        lines = [jt_of(transaction, cents=cents) for cents in amounts]
        Appariement.objects.bulk_create(pair(told, ledger_line(transaction)) for told in lines)


def write_imputations(caisse_id, who, *, said, written):
    with caisse_scope(caisse_id):
        imputation_of(bank_line(caisse_id, said, "VIR", on=DAY), who, cents=written)


def bring_twice(transaction, who):
    caisse_id = transaction.caisse_id
    with caisse_scope(caisse_id):
        remise = remise_of(caisse_id, jt_of(transaction))
        for _n in range(2):
            line = bank_line(caisse_id, 240_00, "REMISE", on=DAY)
            RemiseBanque.objects.create(
                caisse_id=caisse_id,
                imputation=imputation_of(line, who, cents=240_00, event=Evenement.REMITTANCE),
                remise=remise,
                gross_cents=240_00,
            )


def test_inv21_a_pair_of_two_amounts_is_refused_by_the_database(ain):
    transaction = paid(debt())

    with pytest.raises(IntegrityError, match="inv21"):
        write_pairs(transaction, 239_99)


def test_inv08_a_match_joins_lines_that_are_there(ain):
    transaction = paid(debt())
    with caisse_scope(ain):
        told, line = jt_of(transaction), ledger_line(transaction)
    no_told, no_line = pair(told, line), pair(told, line)
    no_told.plateforme_id, no_line.ligne_id = 0, 0

    for wrong in (no_told, no_line):
        with (
            pytest.raises(IntegrityError, match="inv08"),
            atomic(),
            caisse_scope(ain),
        ):
            wrong.save()


def test_inv08_a_match_joins_lines_of_its_fund(ain):
    """Also when a whole statement is right but for one pair, and for who sees every fund."""
    mine, other = paid(debt()), paid(debt("331"))
    with national_scope():
        pairs = [pair(jt_of(each), ledger_line(each)) for each in (mine, other)]
        stolen_line, stolen_told = pair(jt_of(mine), pairs[1].ligne), pairs[1]
        stolen_told.caisse_id = ain

    for wrong in (stolen_line, stolen_told):
        with (
            pytest.raises(IntegrityError, match="inv08"),
            atomic(),
            national_scope(),
        ):
            Appariement.objects.bulk_create([pairs[0], wrong])


def test_inv21_a_ledger_line_answers_one_line_of_a_kind(ain):
    transaction = paid(debt())

    with pytest.raises(IntegrityError, match="inv21_ledger_line_matched_once"):
        write_pairs(transaction, 240_00, 240_00)


def test_inv21_an_imputation_moves_what_the_bank_says(ain):
    who = agent()

    with pytest.raises(IntegrityError, match="inv21"):
        write_imputations(ain, who, said=30_00, written=29_99)


def test_inv21_a_remittance_is_never_brought_twice(ain):
    transaction, who = paid(debt()), agent()

    with pytest.raises(IntegrityError, match="inv21"):
        bring_twice(transaction, who)


def test_matches_made_by_the_services_keep_the_rule(ain):
    transaction = paid(debt())
    with caisse_scope(ain):
        remise_of(ain, jt_of(transaction))

    match_gateway(caisse_id=ain, now=NOW)

    assert [breach for breach in find_breaches() if breach.rule.startswith("inv21")] == []


def imputation_of(line, who, *, cents, event=Evenement.BANK_RECEIPT):
    ecriture = write_ecriture(
        caisse_id=line.caisse_id,
        event=event,
        parts=[Part(event, cents, "essai")],
        source_id=uuid4(),
        piece="essai",
        label="essai",
        now=NOW,
    )
    return Imputation.objects.create(
        caisse_id=line.caisse_id,
        ligne=line,
        kind="ATTENTE",
        regle="AGENT",
        ecriture=ecriture,
        imputed_at=NOW,
        imputed_by=who,
    )


def agent():
    with national_scope():
        return agent_of("011", login=uuid4().hex[:20], role="COMPTABLE")


@pytest.fixture
def line(committed_db):
    caisse_id = Caisse.objects.get(code="011").pk
    with caisse_scope(caisse_id):
        return bank_line(caisse_id, 30_00, "VIR", on=DAY)


def both_impute(monkeypatch, line):
    """Two accountants say what the line is, each slow after having looked."""
    real = imputation_writing._ecriture

    def slow(*args, **kwargs):
        time.sleep(PAUSE)
        return real(*args, **kwargs)

    monkeypatch.setattr(imputation_writing, "_ecriture", slow)
    accountants = [agent(), agent()]

    def impute(accountant):
        with caisse_scope(line.caisse_id):
            impute_by_agent(
                ligne_id=line.pk, kind="ATTENTE", agent=accountant, note="Essai", now=NOW
            )

    return at_once(*(lambda who=who: impute(who) for who in accountants))


def test_inv21_two_at_once_impute_a_line_once(monkeypatch, line):
    results = both_impute(monkeypatch, line)

    assert sum(result is None for result in results) == 1
    assert any(isinstance(result, AlreadyImputed) for result in results)
    with caisse_scope(line.caisse_id):
        assert Ecriture.objects.filter(source_id=line.public_id).count() == 1


def test_without_the_lock_two_at_once_do_collide(monkeypatch, line):
    monkeypatch.setattr("rapprochement.services.imputing_by_agent.hold", lambda *_keys: None)

    results = both_impute(monkeypatch, line)

    assert any(isinstance(result, IntegrityError) for result in results)


def both_correct(monkeypatch, line):
    """Two accountants take the same imputation back, each slow after having looked."""
    first, second = agent(), agent()
    with caisse_scope(line.caisse_id):
        imputation = impute_by_agent(
            ligne_id=line.pk, kind="ATTENTE", agent=first, note="Essai", now=NOW
        )
    real = reimputing._ecritures

    def slow(found):
        time.sleep(PAUSE)
        return real(found)

    monkeypatch.setattr(reimputing, "_ecritures", slow)

    def correct(who):
        with caisse_scope(line.caisse_id):
            correct_imputation(imputation_id=imputation.pk, reason="Erreur", agent=who, now=NOW)

    return at_once(*(lambda who=who: correct(who) for who in (first, second)))


def test_inv21_two_at_once_correct_an_imputation_once(monkeypatch, line):
    results = both_correct(monkeypatch, line)

    assert sum(result is None for result in results) == 1
    assert any(isinstance(result, CorrectionRefused) for result in results)
    with caisse_scope(line.caisse_id):
        assert Ecriture.objects.filter(reverses__isnull=False).count() == 1


def test_without_the_lock_two_at_once_both_reverse_it(monkeypatch, line):
    monkeypatch.setattr(reimputing, "hold", lambda *_keys: None)

    results = both_correct(monkeypatch, line)

    assert not any(isinstance(result, CorrectionRefused) for result in results)
    assert any(isinstance(result, Exception) for result in results)


def test_inv21_an_imputation_is_corrected_once_and_after_its_reversal(ain):
    who = agent()
    with caisse_scope(ain):
        found = imputation_of(bank_line(ain, 30_00, "VIR", on=DAY), who, cents=30_00)
        row = Imputation.objects.filter(pk=found.pk)
        said = {"corrected_at": NOW, "corrected_by": who, "corrected_reason": "Erreur"}
        with pytest.raises(IntegrityError, match="not reversed"), atomic():
            row.update(**said)
        with pytest.raises(ProgrammingError, match="permission denied"), atomic():
            row.update(kind="FRAIS")

        correct_imputation(imputation_id=found.pk, reason="Erreur", agent=who, now=NOW)

        for change in (said, {"corrected_at": None, "corrected_by": None, "corrected_reason": ""}):
            with pytest.raises(IntegrityError, match="corrected once"), atomic():
                row.update(**change)


def test_inv21_a_line_has_one_imputation_in_force(ain):
    who = agent()
    with caisse_scope(ain):
        line = bank_line(ain, 30_00, "VIR", on=DAY)
        imputation_of(line, who, cents=30_00)
        with pytest.raises(IntegrityError, match="inv21_line_imputed_once"):
            imputation_of(line, who, cents=30_00)
