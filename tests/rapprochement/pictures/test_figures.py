"""The figures of the dashboards are those of the journals, by Paris day, fund by fund."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from caisses.perms import Rights
from comptabilite.models import Anomalie, Compte, Ecriture, Ligne
from comptabilite.models.events import Evenement
from comptabilite.services.settling import settle_by_fact
from rapprochement.models import Rapprochement
from rapprochement.pictures.figures import figures_by_fund, together, whole_period
from rapprochement.pictures.periods import Span, Step, spans
from rapprochement.pictures.today import figures_of_today
from rapprochement.services.proving import prove_day
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import paid

TODAY = date(2026, 11, 20)
#: What a reversal has in common with what it reverses.
COPIED = ("caisse_id", "journal_id", "event", "accounting_on", "origin_on", "label", "piece")

pytestmark = pytest.mark.django_db


def debt(cents: int = 240_00):
    with national_scope():
        return CreanceFactory(initial_cents=cents)


def fund_figures(caisse_id, *, step=Step.JOUR, today=TODAY):
    with caisse_scope(caisse_id):
        found = figures_by_fund(caisse_ids=[caisse_id], step=step, spans=spans(step, today=today))
    return found[caisse_id]


def on(lines, day):
    (line,) = [line for line in lines if line.span.first_on <= day <= line.span.last_on]
    return line


@pytest.fixture
def ain() -> int:
    return Caisse.objects.get(code="011").pk


def test_days_without_money_are_zeros_and_days_without_proof_are_unknown(ain):
    lines = fund_figures(ain)

    assert len(lines) == 30
    assert {line.money.net_cents for line in lines} == {0}
    assert {line.proved for line in lines} == {None}
    assert {line.age_days for line in lines} == {None}


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 20, 22, 59, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 23, 1, tzinfo=UTC), date(2026, 11, 21)),
        # The clocks go back on October 25th, and went forward on March 28th (2027).
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 26)),
        (datetime(2027, 3, 27, 23, 30, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 3, 28, 22, 30, tzinfo=UTC), date(2027, 3, 29)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 1, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
@pytest.mark.parametrize("step", Step)
def test_a_payment_is_of_its_day_in_paris(ain, instant, day, step):
    paid(debt(), now=instant)

    lines = fund_figures(ain, step=step, today=day + timedelta(days=1))

    assert on(lines, day).money.paid_cents == 240_00
    assert sum(line.money.paid_cents for line in lines) == 240_00


@pytest.mark.parametrize(
    ("opened", "settled", "ages"),
    [
        (datetime(2026, 11, 17, 22, 59, tzinfo=UTC), None, [None, 0, 1, 2, 3]),
        (datetime(2026, 11, 17, 23, 0, tzinfo=UTC), None, [None, None, 0, 1, 2]),
        (
            datetime(2026, 11, 17, 12, 0, tzinfo=UTC),
            datetime(2026, 11, 18, 22, 59, tzinfo=UTC),
            [None, 0, None, None, None],
        ),
        (
            datetime(2026, 11, 17, 12, 0, tzinfo=UTC),
            datetime(2026, 11, 18, 23, 0, tzinfo=UTC),
            [None, 0, 1, None, None],
        ),
    ],
)
def test_the_age_is_that_of_the_oldest_one_open_when_the_day_ends(ain, opened, settled, ages):
    with caisse_scope(ain):
        Anomalie.objects.create(
            caisse_id=ain, kind="SURPLUS", subject="x", detail="d", opened_at=opened
        )
        if settled:
            settle_by_fact(
                caisse_id=ain, kinds=["SURPLUS"], subjects=["x"], note="Vu.", now=settled
            )

    assert [line.age_days for line in fund_figures(ain)][-5:] == ages


def test_the_sums_are_those_of_the_journals_lines_and_of_the_home_page(ain):
    paid(debt(100_00))
    paid(debt(50_00), now=NOW - timedelta(days=3))
    paid(debt(70_00), now=NOW - timedelta(days=40))
    paid(debt(30_00), vads_amount="2900", vads_effective_amount="2900")

    lines = fund_figures(ain)

    first, last = lines[0].span.first_on, lines[-1].span.last_on
    with caisse_scope(ain):
        of_511 = Ligne.objects.filter(
            compte=Compte.objects.get(caisse_id=ain, number="5115"),
            ecriture__accounting_on__range=(first, last),
        )
        booked = dict.fromkeys(Evenement.values, 0)
        for line in of_511.select_related("ecriture"):
            booked[line.ecriture.event] += line.debit_cents - line.credit_cents
    whole = whole_period(lines)
    assert whole.money.paid_cents == booked["CARD_PAYMENT"] == 150_00
    assert whole.money.unidentified_cents == booked["UNIDENTIFIED_RECEIPT"] == 29_00
    assert whole.money.net_cents == sum(booked.values())
    with national_scope():
        (today,) = figures_of_today(rights=Rights(False, frozenset({ain})), now=NOW)
    assert (today.paid, today.paid_cents) == (
        lines[-1].money.payments,
        lines[-1].money.paid_cents,
    )
    assert today.paid_cents == 100_00, "the control: today has money"


def test_a_reversal_takes_away_what_it_reverses(ain):
    paid(debt(100_00))
    paid(debt(30_00))
    with caisse_scope(ain):
        original = Ecriture.objects.filter(caisse_id=ain).order_by("pk")[0]
        lines = list(original.lignes.order_by("position"))
        values = {field: getattr(original, field) for field in COPIED}
        reversal = Ecriture.objects.create(
            **values, source_id=uuid4(), recorded_at=NOW, reverses=original, reason="Erreur"
        )
        for line in lines:
            line.debit_cents, line.credit_cents = line.credit_cents, line.debit_cents
            line.pk, line.ecriture = None, reversal
        Ligne.objects.bulk_create(lines)

    money = fund_figures(ain)[-1].money

    assert (money.paid_cents, money.net_cents) == (30_00, 30_00)
    assert money.payments == 2, "both were paid"


def test_the_days_money_is_that_of_its_proof(ain):
    paid(debt(100_00))
    proof = prove_day(caisse_id=ain, day_on=TODAY, now=NOW)

    line = fund_figures(ain)[-1]

    assert line.money.net_cents == proof.ledger_cents == 100_00
    assert line.proved.unexplained_cents == proof.unexplained_cents > 0
    assert line.proved.owed_cents == proof.owed_cents
    assert line.proved.proof_id == proof.pk


def test_a_week_sums_what_is_to_explain_and_keeps_what_is_owed_at_its_end(ain):
    with caisse_scope(ain):
        for day, cents in ((16, 1_00), (18, 2_00)):
            Rapprochement.objects.create(
                caisse_id=ain,
                day_on=date(2026, 11, day),
                computed_at=NOW,
                owed_cents=cents * 10,
                unexplained=1,
                unexplained_cents=cents,
            )

    line = fund_figures(ain, step=Step.SEMAINE)[-1]

    assert line.span == Span(date(2026, 11, 16), TODAY)
    assert (line.proved.days, line.proved.unexplained_cents, line.proved.owed_cents) == (
        2,
        3_00,
        20_00,
    )


def test_another_funds_money_is_never_in(ain):
    other = Caisse.objects.get(code="331").pk
    paid(debt(100_00))

    with caisse_scope(ain):
        both = figures_by_fund(
            caisse_ids=[ain, other], step=Step.JOUR, spans=spans(Step.JOUR, today=TODAY)
        )
    with caisse_scope(other):
        wall = figures_by_fund(
            caisse_ids=[ain], step=Step.JOUR, spans=spans(Step.JOUR, today=TODAY)
        )

    assert whole_period(both[other]).money.net_cents == 0
    assert whole_period(wall[ain]).money.net_cents == 0, "behind the wall, nothing"
    assert together([both[ain][-1], both[other][-1]]).money.paid_cents == 100_00, "the control"


def test_as_many_statements_for_101_funds_as_for_one(ain, django_assert_num_queries):
    every = list(Caisse.objects.values_list("pk", flat=True))

    with national_scope():
        for funds in ([ain], every):
            with django_assert_num_queries(3):
                found = figures_by_fund(
                    caisse_ids=funds, step=Step.MOIS, spans=spans(Step.MOIS, today=TODAY)
                )
    assert len(found) == 101
