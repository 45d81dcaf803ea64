"""A day closes once proved, in its turn, by the fund's accountant; then it takes nothing."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Cloture, Ecriture, Validation
from comptabilite.models.events import Evenement
from comptabilite.services.writing import Part, write_ecriture
from rapprochement.services.closing import (
    ClosingRefused,
    close_day,
    close_days_until,
    close_month,
    close_year,
)
from rapprochement.services.matching import match_gateway
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, national_agent
from tests.comptabilite.factories import add_lines, bare_ecriture
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import file_of, jt_of, paid

DAY = date(2026, 11, 20)
NEXT_DAY = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def comptable():
    with national_scope():
        return agent_of("011", role=Role.COMPTABLE, login="comptable")


@pytest.fixture
def files(ain):
    """The platform's file of each day around."""
    with caisse_scope(ain):
        for days in range(-2, 15):
            file_of(ain, "JT", DAY + timedelta(days=days))


def closed(ain, comptable, day_on=DAY, now=NEXT_DAY):
    with caisse_scope(ain):
        return close_day(caisse_id=ain, day_on=day_on, agent=comptable, now=now)


def refusal(ain, comptable, day_on=DAY, now=NEXT_DAY):
    with pytest.raises(ClosingRefused) as refused:
        closed(ain, comptable, day_on, now)
    return str(refused.value)


def write_on(ain, *days, cents=100):
    """An écriture of a few cents a day, between two lines of one account."""
    with caisse_scope(ain):
        made = []
        for day in days:
            made.append(bare_ecriture(caisse_id=ain, accounting_on=day))
            add_lines(made[-1], (cents, 0), (0, cents))
        return made


def debt():
    with national_scope():
        return CreanceFactory()


def numbers():
    with national_scope():
        rows = Validation.objects.order_by("journal__code", "exercice", "number")
        return list(rows.values_list("journal__code", "exercice", "number"))


@pytest.mark.usefixtures("files")
def test_a_proved_day_closes_and_its_ecritures_are_final(ain, comptable):
    told = paid(debt())
    with caisse_scope(ain):
        jt_of(told)
    match_gateway(caisse_id=ain, now=NEXT_DAY)

    cloture = closed(ain, comptable)

    assert (cloture.ecritures, cloture.debit_cents) == (2, 2 * 240_00), "the debt and its payment"
    assert (cloture.proof["gateway_cents"], cloture.proof["ledger_cents"]) == (240_00, 240_00)
    assert (cloture.residual_cents, cloture.proof["residus"][0]["kind"]) == (240_00, "EN_CHEMIN")
    with national_scope():
        final = Validation.objects.get(journal__code="CBL")
        assert (final.number, final.exercice, final.validated_on) == (1, 2026, date(2026, 11, 21))
        assert (final.previous_hash, final.cloture) == ("0" * 64, cloture)


@pytest.mark.usefixtures("files")
def test_a_day_with_something_to_explain_does_not_close_and_says_what(ain, comptable):
    paid(debt())

    said = refusal(ain, comptable)

    assert "1 écart à expliquer" in said
    assert "240,00" in said
    assert "Ouvrez le rapprochement de ce jour" in said
    assert numbers() == []


@pytest.mark.usefixtures("files")
def test_days_close_once_over_one_after_the_other(ain, comptable):
    write_on(ain, DAY, DAY + timedelta(days=2))
    two_days_later = NEXT_DAY + timedelta(days=2)

    assert "n’est pas terminé" in refusal(ain, comptable, now=NOW)
    assert "20 novembre 2026" in refusal(ain, comptable, DAY + timedelta(days=1), two_days_later)
    closed(ain, comptable, now=two_days_later)
    assert "déjà clôturé" in refusal(ain, comptable, now=two_days_later)
    assert "21 novembre 2026" in refusal(ain, comptable, DAY + timedelta(days=2), two_days_later)
    assert closed(ain, comptable, DAY + timedelta(days=1), two_days_later).ecritures == 0


@pytest.mark.usefixtures("files")
def test_a_day_ends_at_midnight_in_paris(ain, comptable):
    write_on(ain, DAY)
    before = datetime(2026, 11, 20, 22, 59, tzinfo=UTC)

    assert "n’est pas terminé" in refusal(ain, comptable, now=before)
    assert closed(ain, comptable, now=before + timedelta(minutes=1)).last_on == DAY


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("role", ["agent", "elsewhere", "national"])
def test_only_an_accountant_of_the_fund_closes(ain, role):
    with national_scope():
        agent = {
            "agent": lambda: agent_of("011"),
            "elsewhere": lambda: agent_of("331", role=Role.COMPTABLE),
            "national": national_agent,
        }[role]()

    assert "comptable de cette caisse" in refusal(ain, agent)


@pytest.mark.usefixtures("files")
def test_the_first_day_may_be_chosen_before_the_first_ecriture_and_not_after(ain, comptable):
    write_on(ain, DAY)

    assert "20 novembre" in refusal(
        ain, comptable, DAY + timedelta(days=1), NEXT_DAY + timedelta(2)
    )
    assert closed(ain, comptable, DAY - timedelta(days=1)).ecritures == 0
    assert closed(ain, comptable).ecritures == 1


@pytest.mark.usefixtures("files")
def test_a_late_event_goes_to_the_first_open_day_and_keeps_its_own(ain, comptable):
    write_on(ain, DAY)
    closed(ain, comptable)

    with caisse_scope(ain):
        late = write_ecriture(
            caisse_id=ain,
            event=Evenement.CARD_PAYMENT,
            parts=[Part(Evenement.CARD_PAYMENT, 500, "Créance", famille="RSA")],
            source_id=uuid4(),
            piece="P1",
            label="Paiement",
            now=NEXT_DAY + timedelta(days=3),
            fact_on=DAY,
        )

    assert (late.origin_on, late.accounting_on) == (DAY, DAY + timedelta(days=1))


@pytest.mark.usefixtures("files")
def test_inv17_a_closed_day_takes_nothing_by_any_hand(ain, comptable):
    write_on(ain, DAY)
    closed(ain, comptable)

    with pytest.raises(DatabaseError, match="inv17"), transaction.atomic():
        write_on(ain, DAY)

    with national_scope():
        assert Ecriture.objects.count() == 1


@pytest.mark.usefixtures("files")
def test_many_days_close_until_the_first_that_does_not_and_the_reason_is_told(ain, comptable):
    write_on(ain, DAY, DAY + timedelta(days=1))
    paid(debt(), now=NOW + timedelta(days=2))
    later = NEXT_DAY + timedelta(days=9)

    done, why = close_days_until(
        caisse_id=ain, last_on=DAY + timedelta(days=5), agent=comptable, now=later
    )

    assert [each.last_on for each in done] == [DAY, DAY + timedelta(days=1)]
    assert "22 novembre 2026" in why
    assert numbers() == [("CBL", 2026, 1), ("CBL", 2026, 2), ("PRE", 2026, 1)]


@pytest.mark.usefixtures("files")
def test_what_was_owed_before_the_portal_opened_is_final_with_the_first_day(ain, comptable):
    debt()
    write_on(ain, DAY)

    cloture = closed(ain, comptable)

    assert cloture.ecritures == 2
    with national_scope():
        old = Validation.objects.get(journal__code="PRE").ecriture
    assert (old.event, old.accounting_on) == ("DEBT_ESTABLISHED", date(2026, 5, 4))


def test_numbers_follow_in_each_journal_and_start_again_with_the_year(ain, comptable):
    days = [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)]
    write_on(ain, *days)
    write_on(ain, *days)
    with caisse_scope(ain):
        for day in days:
            file_of(ain, "JT", day)
        file_of(ain, "JT", date(2026, 12, 29))

    close_days_until(
        caisse_id=ain,
        last_on=days[-1],
        agent=comptable,
        now=datetime(2027, 1, 2, 8, 0, tzinfo=UTC),
    )

    assert numbers() == [
        *[("CBL", 2026, number) for number in (1, 2, 3, 4)],
        *[("CBL", 2027, number) for number in (1, 2)],
    ]


def test_a_month_then_a_year_close_once_all_their_days_are(ain, comptable):
    write_on(ain, date(2026, 12, 29), date(2026, 12, 31), cents=250)
    new_year = datetime(2027, 1, 2, 8, 0, tzinfo=UTC)
    said = {"caisse_id": ain, "day_on": date(2026, 12, 31), "agent": comptable, "now": new_year}
    with caisse_scope(ain):
        for day in (28, 29, 30, 31):
            file_of(ain, "JT", date(2026, 12, day))

    with caisse_scope(ain):
        with pytest.raises(ClosingRefused, match="jours ouverts"):
            close_month(**said)
        close_days_until(caisse_id=ain, last_on=date(2026, 12, 31), agent=comptable, now=new_year)
        with pytest.raises(ClosingRefused, match="mois de décembre 2026"):
            close_year(**said)
        month = close_month(**said)
        year = close_year(**said)
        with pytest.raises(ClosingRefused, match="déjà clôturé"):
            close_year(**said)
        before = {**said, "day_on": date(2019, 12, 31)}
        for close in (close_month, close_year):
            with pytest.raises(ClosingRefused, match="précède le premier jour clôturé"):
                close(**before)

    assert (month.first_on, month.ecritures, month.debit_cents) == (date(2026, 12, 1), 2, 500)
    assert (year.first_on, year.ecritures, year.proof) == (date(2026, 1, 1), 2, {"days": 3})
    with national_scope():
        assert Cloture.objects.filter(periode="JOUR").count() == 3
