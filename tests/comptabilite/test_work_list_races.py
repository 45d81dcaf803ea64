"""Two agents on one line at once, over real connections; the race has its control."""

from datetime import UTC, datetime

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie, TraceAnomalie
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services import owning
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.owning import AlreadyTaken, take
from comptabilite.services.settling import AlreadySettled, settle_anomalie
from tests.caisses.factories import agent_of
from tests.payments.test_races import at_once
from tests.payments.test_refund_races import slowly

pytestmark = pytest.mark.usefixtures("committed_db")
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def line():
    with national_scope():
        caisse_id = Caisse.objects.get(code="011").pk
        open_anomalie(
            caisse_id=caisse_id,
            kind=AnomalieKind.OVERDUE_INSTALMENT,
            subject="x",
            detail="Constat.",
            now=NOW,
        )
        return Anomalie.objects.get()


@pytest.fixture
def agents():
    with national_scope():
        return agent_of("011", login="une"), agent_of("011", login="autre")


def taken_by(agent, line):
    with caisse_scope(line.caisse_id):
        return take(anomalie_id=line.pk, agent=agent, now=NOW)


def traces(kind):
    with national_scope():
        return TraceAnomalie.objects.filter(kind=kind).count()


def test_without_the_lock_two_agents_take_the_same_line(monkeypatch, line, agents):
    monkeypatch.setattr(Anomalie.objects._queryset_class, "locked", lambda self: self)
    monkeypatch.setattr(type(Anomalie.objects), "locked", lambda self: self.get_queryset())
    slowly(monkeypatch, owning, "_given")

    results = at_once(*(lambda agent=agent: taken_by(agent, line) for agent in agents))

    assert [type(each) for each in results] == [Anomalie, Anomalie]
    assert traces("PRISE") == 2, "each believes to follow it"


def test_two_agents_who_take_at_once_one_has_it_and_the_other_is_told(monkeypatch, line, agents):
    slowly(monkeypatch, owning, "_given")

    results = at_once(*(lambda agent=agent: taken_by(agent, line) for agent in agents))

    assert {type(each) for each in results} == {Anomalie, AlreadyTaken}
    assert traces("PRISE") == 1


def test_two_agents_who_settle_at_once_leave_one_end(line, agents):
    def settle(agent):
        with caisse_scope(line.caisse_id):
            return settle_anomalie(anomalie_id=line.pk, agent=agent, note="Fait.", now=NOW)

    results = at_once(*(lambda agent=agent: settle(agent) for agent in agents))

    assert {type(each) for each in results} == {Anomalie, AlreadySettled}
    assert traces("REGLEE") == 1


def test_two_programs_that_tell_one_fact_at_once_open_one_line(agents):
    with national_scope():
        caisse_id = Caisse.objects.get(code="011").pk

    def tell():
        with caisse_scope(caisse_id):
            open_anomalie(
                caisse_id=caisse_id,
                kind=AnomalieKind.RESIDUAL,
                subject="ligne 1",
                detail="Constat.",
                amount_cents=1_00,
                now=NOW,
            )

    at_once(tell, tell)

    with national_scope():
        assert Anomalie.objects.filter(kind="RESIDUAL").count() == 1
