"""Two clicks ask for a closing at once, and two workers take it, over real connections."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError
from django.utils import timezone

from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.paris import paris_date
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Cloture, DemandeCloture
from comptabilite.models.cloture import Periode
from rapprochement.services import asked_closings
from rapprochement.services.closing import ClosingRefused
from tests.caisses.factories import agent_of
from tests.comptabilite.factories import add_lines, bare_ecriture
from tests.payments.test_races import at_once
from tests.payments.test_refund_races import slowly
from tests.rapprochement.gateway_rows import file_of

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def ain():
    with national_scope():
        return Caisse.objects.get(code="011").pk


@pytest.fixture
def comptable():
    with national_scope():
        return agent_of("011", role=Role.COMPTABLE)


@pytest.fixture
def yesterday(ain):
    day = paris_date(timezone.now()) - timedelta(days=1)
    with caisse_scope(ain):
        for days in range(-2, 2):
            file_of(ain, "JT", day + timedelta(days=days))
        add_lines(bare_ecriture(caisse_id=ain, accounting_on=day), (100, 0), (0, 100))
    return day


def ask(ain, comptable, day):
    with caisse_scope(ain):
        return asked_closings.ask_closing(
            caisse_id=ain,
            last_on=day,
            periode=Periode.JOUR,
            alone=True,
            agent=comptable,
            now=timezone.now(),
        )


def two_clicks(monkeypatch, ain, comptable, day):
    """Both looked for another request before either wrote."""
    slowly(monkeypatch, asked_closings, "refuse_out_of_turn")
    return at_once(*[partial(ask, ain, comptable, day)] * 2)


def test_two_clicks_at_once_ask_once_and_one_is_told(monkeypatch, ain, comptable, yesterday):
    results = two_clicks(monkeypatch, ain, comptable, yesterday)

    assert {type(each) for each in results} == {DemandeCloture, ClosingRefused}


def test_without_taking_turns_the_database_alone_stops_the_second_click(
    monkeypatch, ain, comptable, yesterday
):
    monkeypatch.setattr(asked_closings, "one_at_a_time", lambda *_words: None)

    results = two_clicks(monkeypatch, ain, comptable, yesterday)

    assert any(isinstance(each, IntegrityError) for each in results)


def two_workers(monkeypatch, ain, demande):
    slowly(monkeypatch, asked_closings, "_taken")
    work = partial(
        asked_closings.work_on_request, demande_id=demande.pk, caisse_id=ain, now=timezone.now()
    )
    return at_once(work, work)


def test_two_workers_at_once_close_it_once(monkeypatch, ain, comptable, yesterday):
    demande = ask(ain, comptable, yesterday)

    assert two_workers(monkeypatch, ain, demande) == [None, None]

    with national_scope():
        ended = DemandeCloture.objects.get()
        assert Cloture.objects.count() == 1
    assert (ended.attempts, ended.days_closed, ended.refusal) == (1, 1, "")
