"""The same document asked for twice at once has one code; the control shows that it is a race."""

import time
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError

from allocataires.models import Creance, Preuve
from allocataires.services import preuves
from allocataires.services.documents import issue_releve
from caf_portal.database.scope import caisse_scope, national_scope
from tests.allocataires.factories import CreanceFactory
from tests.payments.test_races import PAUSE, at_once

pytestmark = pytest.mark.usefixtures("committed_db")
NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


@pytest.fixture
def creance() -> Creance:
    with national_scope():
        return CreanceFactory()


@pytest.fixture(autouse=True)
def slow_between_the_look_and_the_insert(monkeypatch: pytest.MonkeyPatch) -> None:
    real = preuves._drawn

    def slow(*args: object) -> Preuve:
        time.sleep(PAUSE)
        return real(*args)

    monkeypatch.setattr(preuves, "_drawn", slow)


def asked(creance: Creance) -> bytes:
    with caisse_scope(creance.caisse_id):
        found = Creance.objects.select_related("caisse").get(pk=creance.pk)
        return issue_releve(creance=found, on=date(2026, 6, 1), now=NOW)


def test_two_requests_at_once_have_one_proof(creance):
    results = at_once(lambda: asked(creance), lambda: asked(creance))

    assert [result for result in results if not isinstance(result, bytes)] == []
    with national_scope():
        assert Preuve.objects.count() == 1


def test_without_the_conflict_ignored_they_do_collide(creance, monkeypatch):
    real = type(Preuve.objects.all()).bulk_create
    monkeypatch.setattr(
        type(Preuve.objects.all()),
        "bulk_create",
        lambda self, rows, **_values: real(self, rows),
    )

    results = at_once(lambda: asked(creance), lambda: asked(creance))

    assert any(isinstance(result, IntegrityError) for result in results)
