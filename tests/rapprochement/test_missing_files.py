"""A missing daily file is raised by noon, once, and settled when it comes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from caf_portal.database.scope import national_scope
from comptabilite.models import Anomalie
from rapprochement.services.missing_files import note_missing_files
from tests.rapprochement.readers.bank_statements import Line, Statement
from tests.rapprochement.readers.cfonb_files import cfonb_file
from tests.rapprochement.readers.gateway_files import jt_file, jt_line
from tests.rapprochement.statements import account_of, received, shop_of

pytestmark = pytest.mark.django_db

#: Noon in Paris, a Tuesday.
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
FRIDAY, SUNDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 22), date(2026, 11, 23)


def jt_of(code: str, day: date) -> None:
    columns = list(jt_line(trans_id="000001", cents=1, at=NOON))
    name, content = jt_file([], shop_of(code).site_id, day, columns=columns)
    received(content, name)


def missing(*, still_open: bool = True) -> list[str]:
    with national_scope():
        found = Anomalie.objects.filter(kind="MISSING_FILE", settled_at__isnull=still_open)
        return sorted(found.values_list("subject", flat=True))


def test_the_jt_of_yesterday_is_missed_at_noon_and_settled_when_it_comes():
    site = shop_of("011").site_id
    jt_of("011", SUNDAY)

    assert note_missing_files(now=NOON) == 1
    assert missing() == [f"JT {site} TEST 2026-11-23"]

    note_missing_files(now=NOON)
    jt_of("011", MONDAY)

    assert missing() == []
    assert missing(still_open=False) == [f"JT {site} TEST 2026-11-23"]


def test_a_hole_between_two_files_is_missed_too():
    jt_of("011", FRIDAY)
    jt_of("011", MONDAY)

    assert note_missing_files(now=NOON) == 2


def test_a_fund_that_never_loaded_a_file_is_told_nothing():
    shop_of("011")
    account_of("011")

    assert note_missing_files(now=NOON) == 0
    assert missing() == []


def test_a_statement_of_the_previous_working_day_is_missed_on_working_days_only():
    account = account_of("011")
    received(cfonb_file(Statement((Line(1_00),), to_on=FRIDAY)))

    assert note_missing_files(now=NOON - timedelta(days=1)) == 0, "Monday: Friday is there"
    assert note_missing_files(now=NOON - timedelta(days=2)) == 0, "Sunday"
    assert note_missing_files(now=NOON) == 1
    assert missing() == [f"RELEVE {account.iban} 2026-11-23"]

    received(cfonb_file(Statement((Line(1_00),), 1_00, None, FRIDAY, MONDAY)))

    assert missing() == []


def test_a_statement_that_follows_settles_every_day_before_it():
    account_of("011")
    received(cfonb_file(Statement((Line(1_00),), to_on=FRIDAY)))
    note_missing_files(now=NOON)
    assert len(missing()) == 1

    # Nothing moved on Monday: Tuesday's statement opens on Tuesday with Friday's balance.
    tuesday = MONDAY + timedelta(days=1)
    received(cfonb_file(Statement((Line(1_00),), 1_00, None, tuesday, tuesday)))

    assert missing() == []


def test_an_account_that_no_statement_is_expected_of_each_day_is_not_missed():
    account_of("011", expected_daily=False)
    received(cfonb_file(Statement((Line(1_00),), to_on=FRIDAY)))

    assert note_missing_files(now=NOON) == 0
