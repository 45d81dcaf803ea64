"""Events by the API: in order, by pages, of the key's fund and of no other one."""

from datetime import datetime

import pytest
from django.test import Client

from allocataires.services.etapes import Why, move_creance
from allocataires.states import CreanceState
from allocataires.transitions import EtapeCause
from caf_portal.database.scope import national_scope
from echanges.api.event_serializers import PAYLOADS
from echanges.models import EvenementSortant
from echanges.models.sortie import EvenementKind
from tests.echanges.api.keys import NOW, calling, new_key
from tests.echanges.happenings import a_debt, a_payment, a_stop

pytestmark = pytest.mark.django_db
EVENTS = "/api/v1/evenements/"


@pytest.fixture
def client() -> Client:
    return calling(new_key("011")[1])


def test_an_event_is_told_whole(client: Client):
    creance = a_debt()
    with national_scope():
        move_creance(
            creance,
            CreanceState.SUSPENDUE,
            why=Why(EtapeCause.AGENT, note="Madame Exemple est malade."),
            now=NOW,
        )
        numero = creance.allocataire.numero

    body = client.get(EVENTS).json()

    with national_scope():
        published_at = EvenementSortant.objects.get().published_at
    (event,) = body.pop("results")
    assert body == {"next": None, "last_number": 1}
    assert datetime.fromisoformat(event.pop("published_at")) == published_at
    assert event == {
        "number": 1,
        "kind": "STATE",
        "occurred_at": "2026-11-20T10:30:00+01:00",
        "payload": {
            "creance": str(creance.public_id),
            "numero": numero,
            "nature": creance.nature,
            "rang": creance.rang,
            "from_state": "EN_RECOUVREMENT",
            "state": "SUSPENDUE",
            "cause": "AGENT",
            "on": "2026-11-20",
            "until_on": None,
        },
    }


def test_pages_follow_each_other_to_the_end(client: Client):
    for _ in range(5):
        a_stop()

    numbers, address = [], f"{EVENTS}?limite=2"
    while address:
        page = client.get(address).json()
        numbers.append([event["number"] for event in page["results"]])
        address = page["next"]

    assert numbers == [[1, 2], [3, 4], [5]]
    assert client.get(f"{EVENTS}?apres=5").json() == {
        "next": None,
        "last_number": 5,
        "results": [],
    }


@pytest.mark.parametrize(
    "asked", ["apres=-1", "apres=x", "apres=99999999999999999999", "limite=0", "limite=501"]
)
def test_a_cursor_that_makes_no_sense_is_refused_by_its_name(client: Client, asked: str):
    response = client.get(f"{EVENTS}?{asked}")

    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert list(response.json()["errors"]) == [asked.partition("=")[0]]


def test_inv13_a_fund_reads_its_own_events_only(client: Client):
    a_stop("331")
    stranger = calling(new_key("331")[1])

    assert client.get(EVENTS).json()["results"] == []
    assert len(stranger.get(EVENTS).json()["results"]) == 1, "the control"


def test_what_is_told_has_the_documented_form(client: Client):
    a_payment()
    a_stop()

    events = client.get(EVENTS).json()["results"]

    assert {event["kind"] for event in events} == {"PAYMENT", "MOUVEMENT", "STATE"}
    for event in events:
        form = PAYLOADS[EvenementKind(event["kind"])](data=event["payload"])
        assert form.is_valid(), form.errors
        assert set(event["payload"]) == set(form.fields)
