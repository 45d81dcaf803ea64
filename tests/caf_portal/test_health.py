"""``/readyz`` gives no work to a process that the walls between funds do not hold."""

import pytest
from django.db import Error, connections

from caf_portal import health

pytestmark = pytest.mark.django_db


class Broken:
    """A connection that was lost."""

    def cursor(self):
        raise Error("gone")


def test_the_process_answers_without_asking_anybody(client, monkeypatch):
    monkeypatch.setattr(health, "connection", Broken())

    assert client.get("/healthz").json() == {"status": "ok"}


def test_it_is_ready_as_the_role_that_owns_nothing(client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "database": True,
        "migrations": True,
        "walls": True,
        "redis": True,
    }


@pytest.mark.django_db(databases=["default", "owner"])
def test_it_is_not_ready_with_the_credentials_of_the_owner(client, monkeypatch):
    monkeypatch.setattr(health, "connection", connections["owner"])

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["walls"]) == (503, False)


def test_it_is_not_ready_without_a_database(client, monkeypatch):
    monkeypatch.setattr(health, "connection", Broken())

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert not any(answer.json()[name] for name in ("database", "walls"))
