"""The demonstration has a past: closed days, open ones to explain, and a bank that goes on."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from caf_portal.database.scope import national_scope
from comptabilite.models import Anomalie, Cloture
from payments.demo.loading import load_demo
from payments.services.invariants import find_breaches
from rapprochement.demo.accounts import load_demo_accounts
from rapprochement.demo.history import CLOSED, DAYS, load_demo_history
from rapprochement.models import Rapprochement, Releve

pytestmark = pytest.mark.usefixtures("committed_db")

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def demonstration(committed_db, settings):
    settings.DEMO = True
    load_demo(now=NOW, population={"011": 150})
    load_demo_accounts()


def count_rows():
    """As the command does: without it, the database may take minutes over what was just written."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    connections["owner"].close()


@pytest.mark.usefixtures("demonstration")
def test_the_days_before_today_are_played_once():
    assert load_demo_history(now=NOW, count_rows=count_rows) == DAYS
    assert load_demo_history(now=NOW) == 0

    with national_scope():
        days = list(Cloture.objects.order_by("first_on").values_list("first_on", flat=True))
        waiting = dict(Rapprochement.objects.values_list("day_on", "unexplained"))
        kinds = sorted(Anomalie.objects.still_open().values_list("kind", flat=True))
    assert days == [date(2026, 11, day) for day in range(14, 14 + CLOSED)]
    assert [waiting[date(2026, 11, day)] for day in range(14, 20)] == [0, 0, 0, 0, 2, 1]
    assert kinds == ["BANK_LINE", "BANK_LINE", "BANK_LINE", "CHARGEBACK"]
    assert find_breaches() == []


@pytest.mark.usefixtures("demonstration")
def test_the_first_statement_of_the_sandbox_can_follow():
    load_demo_history(now=NOW, count_rows=count_rows)

    # The sandbox's account has nothing in it the day before its first statement.
    with national_scope():
        last = Releve.objects.latest("last_on")
    assert (last.last_on, last.closing_cents) == (date(2026, 11, 19), 0)


def test_it_is_refused_outside_a_demonstration(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="invented past"):
        call_command("load_demo_history")
