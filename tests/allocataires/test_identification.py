"""Identification by letter: it opens one debt, tells nothing more, and cannot be guessed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from allocataires.models import Creance, IdentificationAttempt
from allocataires.reference import Reference, ReferenceRefused
from allocataires.services.identification import (
    NotRecognised,
    TooManyAttempts,
    forget_attempts,
    identify_by_letter,
)
from allocataires.session import Debtor
from allocataires.tasks import forget_identification_attempts
from caf_portal.database.scope import national_scope
from tests.allocataires.factories import CreanceFactory

NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
BORN = date(1990, 5, 17)
HERE = "192.0.2.7"


@pytest.fixture
def creance(db: None) -> Creance:
    with national_scope():
        return CreanceFactory(allocataire__numero="1234567", rang="005")


def identify(
    reference: str = "011 1234567 IN5 005 31",
    *,
    birth_on: date = BORN,
    address: str = HERE,
    now: datetime = NOW,
) -> Debtor:
    return identify_by_letter(
        typed_reference=reference, birth_on=birth_on, address=address, now=now
    )


def fail(times: int, **kwargs: object) -> None:
    for _ in range(times):
        with pytest.raises(NotRecognised):
            identify(birth_on=date(1900, 1, 1), **kwargs)  # type: ignore[arg-type]


def reference(numero: str) -> str:
    return str(Reference("011", numero, "IN5", "005"))


def test_a_letter_and_its_birth_date_open_its_own_debt_only(creance: Creance) -> None:
    debtor = identify()

    assert debtor == Debtor(creance.caisse_id, creance.allocataire_id, creance.pk)
    assert debtor.by_letter


@pytest.mark.parametrize(
    ("typed", "birth_on"),
    [
        ("011 1234567 IN5 005", date(1990, 5, 18)),
        ("011 1234567 IN5 006", BORN),
        ("011 1234567 IN1 005", BORN),
        ("011 7654321 IN5 005", BORN),
        ("751 1234567 IN5 005", BORN),
        ("999 1234567 IN5 005", BORN),
    ],
    ids=["date", "rang", "nature", "person", "fund", "no such fund"],
)
def test_a_wrong_date_and_an_unknown_reference_get_the_same_answer(
    creance: Creance, typed: str, birth_on: date
) -> None:
    with pytest.raises(NotRecognised) as refusal:
        identify(str(Reference(*typed.split())), birth_on=birth_on)

    assert str(refusal.value) == ""


def test_a_typing_mistake_is_told_apart_and_costs_no_try(creance: Creance) -> None:
    with pytest.raises(ReferenceRefused):
        identify("011 1234567 IN5 005 32")

    assert not IdentificationAttempt.objects.exists()


def test_a_reference_may_be_tried_so_many_times_from_anywhere(
    creance: Creance, settings: Settings
) -> None:
    for n in range(settings.IDENTIFICATION_PER_REFERENCE):
        fail(1, address=f"192.0.2.{n}", now=NOW + timedelta(seconds=n))

    with pytest.raises(TooManyAttempts) as refusal:
        identify(address="198.51.100.1", now=NOW + timedelta(minutes=1))

    window = timedelta(minutes=settings.IDENTIFICATION_WINDOW_MINUTES)
    assert refusal.value.until == NOW + window


def test_an_address_may_try_so_many_references(creance: Creance, settings: Settings) -> None:
    settings.IDENTIFICATION_PER_ADDRESS = 3
    for n in range(3):
        fail(1, reference=reference(f"{n:07d}"))

    with pytest.raises(TooManyAttempts):
        identify()
    assert identify(address="198.51.100.1").creance_id == creance.pk


def test_neighbours_on_one_ipv6_network_share_their_tries(
    creance: Creance, settings: Settings
) -> None:
    settings.IDENTIFICATION_PER_ADDRESS = 1
    fail(1, address="2001:db8:1:2::1")

    with pytest.raises(TooManyAttempts):
        identify(address="2001:db8:1:2:ffff::9")
    assert identify(address="2001:db8:1:3::1").by_letter
    assert identify(address="::ffff:192.0.2.9").by_letter


def test_refused_tries_do_not_push_the_end_of_the_wait_away(
    creance: Creance, settings: Settings
) -> None:
    fail(settings.IDENTIFICATION_PER_REFERENCE)
    for minute in range(1, settings.IDENTIFICATION_WINDOW_MINUTES):
        with pytest.raises(TooManyAttempts) as refusal:
            identify(now=NOW + timedelta(minutes=minute))

    assert identify(now=refusal.value.until).creance_id == creance.pk


def test_it_says_when_exactly_one_more_try_is_taken(creance: Creance, settings: Settings) -> None:
    fail(settings.IDENTIFICATION_PER_REFERENCE)
    with pytest.raises(TooManyAttempts) as refusal:
        identify()

    with pytest.raises(TooManyAttempts):
        identify(now=refusal.value.until - timedelta(microseconds=1))
    assert identify(now=refusal.value.until).by_letter


def test_what_is_kept_of_a_try_tells_neither_the_address_nor_the_reference(
    creance: Creance,
) -> None:
    identify()

    attempt = IdentificationAttempt.objects.get()
    kept = attempt.address_digest + attempt.reference_digest
    assert len(kept) == 128
    assert HERE not in kept
    assert "1234567" not in kept


def test_the_same_reference_written_otherwise_is_the_same_reference(creance: Creance) -> None:
    identify("011 1234567 IN5 005 31")
    identify("0111234567in500531")

    digests = set(IdentificationAttempt.objects.values_list("reference_digest", flat=True))
    assert len(digests) == 1


def test_attempts_are_forgotten_after_a_day(db: None) -> None:
    for hours in (1, 23, 25, 48):
        IdentificationAttempt.objects.create(
            address_digest="a", reference_digest="r", at=NOW - timedelta(hours=hours)
        )

    assert forget_attempts(now=NOW, older_than=timedelta(days=1)) == 2
    assert IdentificationAttempt.objects.count() == 2


def test_the_nightly_task_forgets(db: None) -> None:
    IdentificationAttempt.objects.create(address_digest="a", reference_digest="r", at=NOW)

    assert forget_identification_attempts.name == "allocataires.forget_identification_attempts"
    assert forget_identification_attempts() == int(datetime.now(UTC) > NOW + timedelta(days=1))


@pytest.mark.usefixtures("committed_db")
def test_it_refuses_to_run_where_its_trace_could_be_rolled_back() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        identify()


@pytest.mark.usefixtures("committed_db")
def test_tries_sent_at_the_same_time_do_not_slip_past_the_limit(
    settings: Settings,
) -> None:
    with national_scope():
        CreanceFactory(allocataire__numero="1234567", rang="005")

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(_one_guess, range(24)))

    assert answers.count("judged") <= settings.IDENTIFICATION_PER_REFERENCE
    assert answers.count("judged") + answers.count("refused") == 24
    assert IdentificationAttempt.objects.count() == answers.count("judged")


@pytest.mark.usefixtures("committed_db")
def test_counting_before_writing_would_let_them_all_through(settings: Settings) -> None:
    """The control of the test above: the order of the two steps is what stops the race."""
    tries = settings.IDENTIFICATION_PER_REFERENCE + 3
    everybody_counted = Barrier(tries, timeout=20)

    def count_then_write(_n: int) -> bool:
        try:
            room = IdentificationAttempt.objects.count() < settings.IDENTIFICATION_PER_REFERENCE
            everybody_counted.wait()
            IdentificationAttempt.objects.create(address_digest="a", reference_digest="r", at=NOW)
            return room
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=tries) as pool:
        assert all(pool.map(count_then_write, range(tries)))


def _one_guess(n: int) -> str:
    try:
        identify(birth_on=date(1900, 1, 1), address=f"198.51.100.{n}")
    except NotRecognised:
        return "judged"
    except TooManyAttempts:
        return "refused"
    finally:
        connection.close()
    return "opened"


def test_a_reference_may_be_tried_so_many_times_a_day_however_patiently(
    creance: Creance, settings: Settings
) -> None:
    settings.IDENTIFICATION_PER_REFERENCE = 5
    settings.IDENTIFICATION_PER_REFERENCE_A_DAY = 12
    for n in range(12):
        fail(1, address=f"192.0.2.{n}", now=NOW + timedelta(minutes=20 * n))

    with pytest.raises(TooManyAttempts) as refusal:
        identify(address="198.51.100.1", now=NOW + timedelta(hours=12))

    assert refusal.value.until == NOW + timedelta(days=1)
    assert identify(now=NOW + timedelta(days=1)).by_letter


def test_what_the_daily_limit_counts_is_not_forgotten_before(
    creance: Creance, settings: Settings
) -> None:
    settings.IDENTIFICATION_PER_REFERENCE_A_DAY = 1
    fail(1)
    almost_a_day = NOW + timedelta(days=1) - timedelta(seconds=1)

    forget_attempts(now=almost_a_day)

    with pytest.raises(TooManyAttempts):
        identify(now=almost_a_day)
