"""The day of the books is that of Paris, in every fund, whatever its own clock says.

Between 23:30 and 00:30, on the two Sundays on which clocks change (of 23 and 25 hours), at the end
of the year; in the Ain, and where the local day is another one: Mayotte and Réunion are ahead of
Paris, Guadeloupe behind. Instants are kept too, in UTC.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Ecriture, Validation
from payments.models import Boutique
from rapprochement.models import LignePlateforme
from rapprochement.models.files import Arrivee
from rapprochement.pictures.figures import figures_by_fund
from rapprochement.pictures.periods import Span, Step
from rapprochement.services.closing import ClosingRefused, close_day
from rapprochement.services.matching import match_gateway
from rapprochement.services.proving import prove_day
from rapprochement.services.receiving import receive_file
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.caisses.factories import agent_of
from tests.rapprochement.gateway_rows import file_of, paid, shop_of
from tests.rapprochement.readers.gateway_files import jt_file, jt_line

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
#: The code of a fund, and the clock on its wall.
FUNDS = {
    "011": ZoneInfo("Europe/Paris"),
    "971": ZoneInfo("America/Guadeloupe"),
    "974": ZoneInfo("Indian/Reunion"),
    "976": ZoneInfo("Indian/Mayotte"),
}
#: A few minutes around midnight in Paris: the instant, and the day of the books.
INSTANTS = {
    "winter-evening": (datetime(2027, 2, 10, 22, 30, tzinfo=UTC), date(2027, 2, 10)),
    "winter-last-second": (datetime(2027, 2, 10, 22, 59, 59, tzinfo=UTC), date(2027, 2, 10)),
    "before-23-hours": (datetime(2027, 3, 27, 22, 30, tzinfo=UTC), date(2027, 3, 27)),
    "first-of-23-hours": (datetime(2027, 3, 27, 23, 30, tzinfo=UTC), date(2027, 3, 28)),
    "last-of-23-hours": (datetime(2027, 3, 28, 21, 30, tzinfo=UTC), date(2027, 3, 28)),
    "after-23-hours": (datetime(2027, 3, 28, 22, 30, tzinfo=UTC), date(2027, 3, 29)),
    "before-25-hours": (datetime(2027, 10, 30, 21, 30, tzinfo=UTC), date(2027, 10, 30)),
    "first-of-25-hours": (datetime(2027, 10, 30, 22, 30, tzinfo=UTC), date(2027, 10, 31)),
    "last-of-25-hours": (datetime(2027, 10, 31, 22, 30, tzinfo=UTC), date(2027, 10, 31)),
    "after-25-hours": (datetime(2027, 10, 31, 23, 30, tzinfo=UTC), date(2027, 11, 1)),
    "old-year": (datetime(2027, 12, 31, 22, 30, tzinfo=UTC), date(2027, 12, 31)),
    "new-year": (datetime(2027, 12, 31, 23, 30, tzinfo=UTC), date(2028, 1, 1)),
}
in_each_fund = pytest.mark.parametrize("code", FUNDS)
at_each_instant = pytest.mark.parametrize(("instant", "day"), INSTANTS.values(), ids=INSTANTS)


@pytest.fixture(autouse=True)
def _on_payzen() -> None:
    """Réunion too: its other platform, in service by default, writes no files."""
    with national_scope():
        shops = Boutique.objects.filter(caisse__code="974", mode="TEST")
        shops.filter(platform="PAYFIP").update(active=False)
        shops.filter(platform="PAYZEN").update(active=True)


def fund(code: str) -> int:
    return Caisse.objects.get(code=code).pk


def pay_at(code: str, instant: datetime):
    """A debt of the fund, paid by card at this instant; the transaction that was told."""
    with national_scope():
        person = AllocataireFactory(caisse=Caisse.objects.get(code=code))
        debt = CreanceFactory(allocataire=person, notified_on=date(2026, 5, 11))
    return paid(debt, now=instant)


def files_around(code: str, day: date, *told) -> None:
    """The platform's JT files of the UTC days around, with the lines of these transactions."""
    caisse_id = fund(code)
    with caisse_scope(caisse_id):
        site_id = shop_of(caisse_id).site_id
    for utc_day in (day - timedelta(days=1), day, day + timedelta(days=1)):
        lines = [
            jt_line(
                trans_id=f"{rank:06}",
                cents=each.amount_cents,
                at=at,
                order_id=each.payment.reference,
                uuid=each.uuid,
            )
            for rank, (each, at) in enumerate(told, start=1)
            if at.date() == utc_day
        ]
        name, content = jt_file(lines, site_id, utc_day, header=bool(lines))
        now = datetime.combine(utc_day + timedelta(days=1), datetime.min.time(), UTC)
        receive_file(content=content, filename=name, arrivee=Arrivee.DOSSIER, now=now)


def accountant_of(code: str):
    with national_scope():
        return agent_of(code, role=Role.COMPTABLE, login="comptable")


def midnight_after(day: date) -> datetime:
    """The instant at which the day ends, in Paris."""
    after = day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=PARIS).astimezone(UTC)


def close(code: str, day: date, agent, *, now: datetime):
    caisse_id = fund(code)
    with caisse_scope(caisse_id):
        return close_day(caisse_id=caisse_id, day_on=day, agent=agent, now=now)


@in_each_fund
@at_each_instant
def test_a_payment_is_written_and_shown_on_the_day_of_paris(code, instant, day):
    pay_at(code, instant)

    caisse_id = fund(code)
    days = [Span(each, each) for each in (day - timedelta(1), day, day + timedelta(1))]
    with caisse_scope(caisse_id):
        written = Ecriture.objects.get()
        shown = figures_by_fund(caisse_ids=[caisse_id], step=Step.JOUR, spans=days)[caisse_id]
    assert (written.origin_on, written.accounting_on) == (day, day)
    assert written.recorded_at == instant
    assert [each.money.paid_cents for each in shown] == [0, 240_00, 0]


@in_each_fund
@at_each_instant
def test_the_platforms_line_is_of_the_same_day_and_the_day_is_proved(code, instant, day):
    told = pay_at(code, instant)
    files_around(code, day, (told, instant))
    caisse_id = fund(code)

    match_gateway(caisse_id=caisse_id, now=midnight_after(day))
    proof = prove_day(caisse_id=caisse_id, day_on=day, now=midnight_after(day))

    with caisse_scope(caisse_id):
        line = LignePlateforme.objects.get()
    assert (line.happened_at, line.day_on) == (instant, day)
    assert (proof.gateway_cents, proof.ledger_cents) == (240_00, 240_00)
    assert proof.unexplained == 0


def test_the_clocks_of_these_funds_do_differ_from_that_of_paris():
    """Without this, the tests above would prove nothing of the funds overseas."""
    differing = {
        code: sum(at.astimezone(clock).date() != day for at, day in INSTANTS.values())
        for code, clock in FUNDS.items()
    }

    assert differing == {"011": 0, "971": 5, "974": 7, "976": 7}


@in_each_fund
@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2027, 2, 10), 24),
        (date(2027, 3, 28), 23),
        (date(2027, 10, 31), 25),
        (date(2027, 12, 31), 24),
    ],
    ids=["24-hours", "23-hours", "25-hours", "last-of-the-year"],
)
def test_a_day_closes_at_midnight_in_paris_with_its_first_and_last_minutes(code, day, hours):
    start, end = midnight_after(day - timedelta(days=1)), midnight_after(day)
    minute = timedelta(minutes=1)
    eve, first = pay_at(code, start - minute), pay_at(code, start + minute)
    last, next_one = pay_at(code, end - minute), pay_at(code, end + minute)
    files_around(
        code, day, (eve, start - minute), (first, start + minute), (last, end - minute),
        (next_one, end + minute),
    )  # fmt: skip
    with caisse_scope(fund(code)):
        file_of(fund(code), "JT", day - timedelta(days=2))
    match_gateway(caisse_id=fund(code), now=end)
    agent = accountant_of(code)
    close(code, day - timedelta(days=1), agent, now=end)

    with pytest.raises(ClosingRefused, match="n’est pas terminé"):
        close(code, day, agent, now=end - timedelta(seconds=1))
    closed = close(code, day, agent, now=end)

    assert end - start == timedelta(hours=hours)
    assert (closed.ecritures, closed.debit_cents) == (2, 480_00)
    assert closed.closed_at == end


def _cards():
    """What is final in the journal of cards."""
    return Validation.objects.filter(journal__code="CBL")


@in_each_fund
def test_numbers_start_again_with_the_year_of_paris_and_the_chain_goes_on(code):
    new_year = datetime(2027, 12, 31, 23, 0, tzinfo=UTC)
    minute = timedelta(minutes=1)
    told = [(pay_at(code, at), at) for at in (new_year - minute, new_year, new_year + minute)]
    files_around(code, date(2027, 12, 31), *told)
    with caisse_scope(fund(code)):
        file_of(fund(code), "JT", date(2028, 1, 1))
    match_gateway(caisse_id=fund(code), now=new_year)
    agent = accountant_of(code)
    close(code, date(2027, 12, 31), agent, now=new_year + minute)
    close(code, date(2028, 1, 1), agent, now=new_year + timedelta(days=2))

    with caisse_scope(fund(code)):
        old, first, second = _cards().order_by("exercice", "number")
    assert [(each.exercice, each.number) for each in (old, first, second)] == [
        (2027, 1),
        (2028, 1),
        (2028, 2),
    ]
    assert old.previous_hash == "0" * 64
    assert (first.previous_hash, second.previous_hash) == (old.hash, first.hash)
    assert (old.validated_on, first.validated_on) == (date(2028, 1, 1), date(2028, 1, 3))
