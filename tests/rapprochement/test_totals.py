"""What is read in totals is what the lines say, whatever the history: late, corrected, reversed."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import Error, connection, transaction

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie, Ecriture
from comptabilite.services.settling import settle_anomalie
from payments.services.invariants import find_breaches
from rapprochement.models import Imputation, LigneBanque, TotalFichier, TotalJour
from rapprochement.pictures import figures
from rapprochement.pictures.periods import Step, spans
from rapprochement.services.closing import close_day
from rapprochement.services.imputing import impute_bank_lines, impute_by_agent
from rapprochement.services.matching import match_gateway
from rapprochement.services.proving import prove_day
from rapprochement.services.reimputing import correct_imputation
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import (
    account_of,
    bank_line,
    file_of,
    gateway_line,
    jt_of,
    paid,
    remise_of,
    told,
)
from tests.rapprochement.whole_history import everything_computed_twice

FIRST = date(2026, 11, 20)
#: Given back from the back office of the platform, which says so.
GIVEN_BACK = {
    "vads_operation_type": "CREDIT",
    "vads_effective_amount": "4000",
    "vads_amount": "4000",
    "vads_trans_status": "CAPTURED",
    "vads_url_check_src": "MERCH_BO",
}

pytestmark = pytest.mark.django_db


def at(days: int):
    """That many days after the first one, in the afternoon."""
    return NOW + timedelta(days=days)


def on(days: int) -> date:
    return FIRST + timedelta(days=days)


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def comptable(ain):
    with national_scope():
        agent = agent_of("011", role="COMPTABLE", login="comptable")
    with caisse_scope(ain):
        account_of(ain, expected_daily=False)
        for days in range(-1, 6):
            file_of(ain, "JT", on(days), received_at=at(days))
    return agent


def debt():
    with national_scope():
        return CreanceFactory(initial_cents=240_00)


def look(ain: int, days: int) -> None:
    """Match, prove the days that are open up to this one, and draw each picture."""
    match_gateway(caisse_id=ain, now=at(days + 1))
    impute_bank_lines(caisse_id=ain, now=at(days + 1))
    for day in range(days + 1):
        prove_day(caisse_id=ain, day_on=on(day), now=at(days + 1))
    for step in Step:
        with caisse_scope(ain):
            figures.figures_by_fund(
                caisse_ids=[ain], step=step, spans=spans(step, today=on(days + 1))
            )


def close(ain: int, days: int, agent) -> None:
    """Explain what is left, and close."""
    look(ain, days)
    with caisse_scope(ain):
        for line in Anomalie.objects.still_open().filter(caisse_id=ain).exclude(kind="BANK_LINE"):
            settle_anomalie(anomalie_id=line.pk, agent=agent, note="Vu", now=at(days + 1))
        close_day(caisse_id=ain, day_on=on(days), agent=agent, now=at(days + 1))


def impute(line: LigneBanque, agent, kind: str, *, days: int, **choices) -> Imputation:
    with caisse_scope(line.caisse_id):
        return impute_by_agent(
            ligne_id=line.pk, kind=kind, agent=agent, note="Essai", now=at(days), **choices
        )


def correct(imputation: Imputation, agent, *, days: int) -> None:
    with caisse_scope(imputation.caisse_id):
        correct_imputation(
            imputation_id=imputation.pk, reason="Mauvaise nature", agent=agent, now=at(days)
        )


def test_inv17_totals_are_those_of_the_whole_history_whatever_happened(ain, comptable, monkeypatch):
    with everything_computed_twice(monkeypatch) as proved:
        first = paid(debt())
        second = paid(debt())
        paid(debt(), vads_amount="2900", vads_effective_amount="2900")
        with caisse_scope(ain):
            lines = [jt_of(first), jt_of(second)]
            remise = remise_of(ain, *lines)
            line = bank_line(ain, remise.net_cents, "VIR", on=on(0), received_at=at(0))
        wrong = impute(line, comptable, "REMISE", days=0, remise_ids=[remise.pk])
        look(ain, 0)
        close(ain, 0, comptable)

        # What a closed day hears of later: a line of the platform, and one of the bank.
        with caisse_scope(ain):
            file_of(ain, "JRI", on(0), received_at=at(2))
            gateway_line(ain, "JRI", -5_00, trans_id="000005")
            late = bank_line(ain, 75_00, "VIREMENT", on=on(0), received_at=at(2))
        unknown = impute(late, comptable, "ATTENTE", days=2)
        close(ain, 1, comptable)

        # What was said of a closed day is taken back: reversals on the first day that is open.
        correct(wrong, comptable, days=2)
        correct(unknown, comptable, days=2)
        told(first.payment, uuid4(), now=at(2), **GIVEN_BACK)
        look(ain, 2)
        impute(line, comptable, "REMISE", days=3, remise_ids=[remise.pk])
        impute(late, comptable, "ETRANGERE", days=3)
        close(ain, 2, comptable)
        paid(debt(), now=at(3))
        look(ain, 3)

    assert {on(0), on(1), on(2), on(3)} <= set(proved)
    with caisse_scope(ain):
        # Taken back and brought again on the same day.
        assert TotalJour.objects.filter(event="REMITTANCE", day_on=on(2), amount_cents=0).exists()
        assert TotalJour.objects.filter(event="CARD_REFUND").exists()
        assert Ecriture.objects.filter(reverses__isnull=False).count() == 2
    assert [each for each in find_breaches() if each.rule.startswith("inv17")] == []


def test_the_comparison_finds_a_total_that_is_wrong(ain, comptable, monkeypatch):
    first = paid(debt())
    with caisse_scope(ain):
        jt_of(first)
        TotalFichier.objects.create(
            caisse_id=ain,
            fichier=file_of(ain, "JT", on(0)),
            day_on=on(0),
            operations=1,
            amount_cents=1,
        )

    with everything_computed_twice(monkeypatch), pytest.raises(AssertionError, match="the lines"):
        prove_day(caisse_id=ain, day_on=on(0), now=at(1))


def test_inv17_a_closing_totals_what_was_written_before_it_and_nothing_twice(ain, comptable):
    paid(debt(), now=at(-1))
    transaction_of_the_day = paid(debt())
    with caisse_scope(ain):
        jt_of(transaction_of_the_day)
        file_of(ain, "JT", on(-2), received_at=at(-2))
    prove_day(caisse_id=ain, day_on=on(-1), now=at(1))
    close_from = [-1, 0]

    for days in close_from:
        close_one(ain, days, comptable)

    with caisse_scope(ain):
        said = TotalJour.objects.order_by("day_on").values_list(
            "day_on", "event", "ecritures", "amount_cents"
        )
        assert list(said) == [
            (on(-1), "CARD_PAYMENT", 1, 240_00),
            (on(0), "CARD_PAYMENT", 1, 240_00),
        ]


def close_one(ain: int, days: int, agent) -> None:
    match_gateway(caisse_id=ain, now=at(days + 1))
    prove_day(caisse_id=ain, day_on=on(days), now=at(days + 1))
    with caisse_scope(ain):
        for line in Anomalie.objects.still_open().filter(caisse_id=ain):
            settle_anomalie(anomalie_id=line.pk, agent=agent, note="Vu", now=at(days + 1))
        close_day(caisse_id=ain, day_on=on(days), agent=agent, now=at(days + 1))


@pytest.mark.parametrize("table", ["rapprochement_totaljour", "rapprochement_totalfichier"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET amount_cents = 0"])
def test_inv01_a_total_is_neither_changed_nor_erased(ain, table, act):
    with (
        caisse_scope(ain),
        pytest.raises(Error),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format(table))
