"""The agents' work list: each line is settled once, by somebody, with a note."""

from datetime import UTC, datetime, timedelta

import pytest

from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.settling import AlreadySettled, NoteMissing, settle_anomalie
from tests.caisses.factories import agent_of, entered

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def agent():
    with national_scope():
        yield agent_of("011")


@pytest.fixture
def anomalie(agent) -> Anomalie:
    open_anomalie(
        caisse_id=Caisse.objects.get(code="011").pk,
        kind=AnomalieKind.SURPLUS,
        subject="P-1",
        detail="Somme au-delà du reste dû.",
        amount_cents=12_34,
        now=NOW,
    )
    return Anomalie.objects.get()


def test_settling_writes_who_when_and_what(agent, anomalie):
    settled = settle_anomalie(anomalie_id=anomalie.pk, agent=agent, note=" Rendu. ", now=NOW)

    assert (settled.settled_by, settled.settled_at, settled.settled_note) == (agent, NOW, "Rendu.")


def test_an_anomaly_is_settled_once(agent, anomalie):
    settle_anomalie(anomalie_id=anomalie.pk, agent=agent, note="Rendu.", now=NOW)

    with pytest.raises(AlreadySettled):
        settle_anomalie(
            anomalie_id=anomalie.pk, agent=agent, note="Autre", now=NOW + timedelta(hours=1)
        )

    anomalie.refresh_from_db()
    assert (anomalie.settled_note, anomalie.settled_at) == ("Rendu.", NOW)


def test_a_note_is_needed(agent, anomalie):
    with pytest.raises(NoteMissing):
        settle_anomalie(anomalie_id=anomalie.pk, agent=agent, note="  ", now=NOW)


def test_the_list_shows_the_open_ones_with_their_amount(agent, anomalie):
    page = entered(agent).get("/agents/comptabilite/anomalie/?suite=ouvertes").content.decode()

    assert "12,34\u00a0€" in page
    assert "Trop-perçu" in page


def test_an_agent_settles_in_the_admin_and_it_stays_so(agent, anomalie):
    client = entered(agent)
    address = f"/agents/comptabilite/anomalie/{anomalie.pk}/change/"

    empty = client.post(address, {"settled_note": ""})
    done = client.post(address, {"settled_note": "Rendu à la personne."}, follow=True)
    again = client.post(address, {"settled_note": "Autre chose"})

    assert empty.status_code == 200
    assert "La ligne est réglée" in done.content.decode()
    assert again.status_code == 403
    anomalie.refresh_from_db()
    assert (anomalie.settled_by, anomalie.settled_note) == (agent, "Rendu à la personne.")
    assert "Rendu à la personne." in client.get(address).content.decode()


def test_the_facts_cannot_be_changed(agent, anomalie):
    words = {"settled_note": "Rendu.", "detail": "Rien à voir", "amount_cents": "1", "subject": "X"}

    entered(agent).post(f"/agents/comptabilite/anomalie/{anomalie.pk}/change/", words)

    anomalie.refresh_from_db()
    assert (anomalie.detail, anomalie.amount_cents) == ("Somme au-delà du reste dû.", 12_34)
