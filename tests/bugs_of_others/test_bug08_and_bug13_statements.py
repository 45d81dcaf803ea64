"""Bugs of others that statements could bring back: money taken back weeks later, a file missing."""

from datetime import UTC, date, datetime

import pytest

from caf_portal.database.scope import national_scope
from rapprochement.services.missing_files import note_missing_files
from tests.allocataires.factories import CreanceFactory
from tests.payments.refunds import pay
from tests.rapprochement.test_chargebacks import balance, record, told
from tests.rapprochement.test_missing_files import MONDAY, jt_of, missing

pytestmark = pytest.mark.django_db
TWO_WEEKS_LATER = datetime(2026, 12, 4, 11, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


def test_bug08_a_payment_that_the_bank_takes_back_two_weeks_later_is_owed_again():
    with national_scope():
        creance = CreanceFactory()
    paid = pay(creance)

    file = told(paid, 240_00, day=date(2026, 12, 4), now=TWO_WEEKS_LATER)
    recorded = record(file, now=TWO_WEEKS_LATER)

    assert (recorded, balance(creance)) == (1, 240_00)


def test_bug13_a_daily_file_that_lacks_is_raised_by_noon_and_settled_by_its_arrival():
    jt_of("011", MONDAY)

    note_missing_files(now=NOON)
    before = missing()
    jt_of("011", date(2026, 11, 24))

    assert [subject[-10:] for subject in before] == ["2026-11-24"]
    assert missing() == []
