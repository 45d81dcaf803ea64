"""The work list as agents, accountants and the nation see it and use it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Anomalie, TraceAnomalie
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.owning import take
from tests.caisses.factories import agent_of, entered, national_agent

pytestmark = pytest.mark.django_db
LIST = "/agents/comptabilite/anomalie/"


@pytest.fixture(autouse=True)
def _everywhere():
    with national_scope():
        yield


@pytest.fixture
def agent():
    return agent_of("011")


def opened(subject: str, *, kind: str = "OVERDUE_INSTALMENT", days: int = 0, code: str = "011"):
    open_anomalie(
        caisse_id=Caisse.objects.get(code=code).pk,
        kind=AnomalieKind(kind),
        subject=subject,
        detail=f"Constat {subject}.",
        amount_cents=12_34,
        now=timezone.now() - timedelta(days=days),
    )
    return Anomalie.objects.get(subject=subject)


def listed(client, query: str = "", address: str = LIST) -> list[str]:
    return [row.subject for row in client.get(f"{address}{query}").context["cl"].result_list]


def act(client, line: Anomalie, **asked: str):
    return client.post(f"{LIST}{line.pk}/suivre/", asked, follow=True)


def test_mine_come_first_then_nobodys_then_the_others_each_from_the_oldest(agent):
    colleague = agent_of("011", login="collegue")
    for subject, days in (("neuve", 0), ("ancienne", 9), ("a-moi", 2), ("a-elle", 30)):
        opened(subject, days=days)
    take(anomalie_id=Anomalie.objects.get(subject="a-moi").pk, agent=agent, now=timezone.now())
    take(anomalie_id=Anomalie.objects.get(subject="a-elle").pk, agent=colleague, now=timezone.now())
    client = entered(agent)

    assert listed(client) == ["a-moi", "ancienne", "neuve", "a-elle"]
    assert listed(client, "?suivi=moi") == ["a-moi"]
    assert listed(client, "?suivi=personne") == ["ancienne", "neuve"]
    assert listed(client, "?suivi=autres") == ["a-elle"]
    assert listed(client, "?age=7") == ["ancienne", "a-elle"]
    assert listed(client, "?age=retard") == ["ancienne", "a-elle"]
    assert listed(client, "?kind__exact=SURPLUS") == []


def test_settled_lines_are_shown_when_asked_for(agent):
    opened("ouverte")
    line = opened("reglee")
    Anomalie.objects.filter(pk=line.pk).update(settled_at=timezone.now(), settled_note="Fait.")
    client = entered(agent)

    assert listed(client) == ["ouverte"]
    assert listed(client, "?suite=reglees") == ["reglee"]
    assert set(listed(client, "?suite=toutes")) == {"ouverte", "reglee"}


def test_the_list_tells_the_kinds_their_number_and_what_is_late(agent):
    opened("x", days=4)
    opened("y", days=1)
    opened("z", kind="SURPLUS")

    page = entered(agent).get(LIST)

    assert [(each.kind, each.lines, each.late) for each in page.context["kinds"]] == [
        ("OVERDUE_INSTALMENT", 2, True),
        ("SURPLUS", 1, False),
    ]
    assert '4 jours <strong class="en-retard">en retard</strong>' in page.content.decode()


def test_the_list_reads_as_much_for_thirty_lines_as_for_three(agent):
    client = entered(agent)
    for number in range(3):
        opened(f"x{number}")
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(LIST)
    for number in range(3, 30):
        opened(f"x{number}")

    with CaptureQueriesContext(connection) as many:
        page = client.get(LIST)

    assert len(page.context["cl"].result_list) == 30
    assert len(many) == len(few) <= 20


def test_an_agent_takes_notes_and_gives_back(agent):
    line = opened("x")
    client = entered(agent)

    taken = act(client, line, quoi="prendre").content.decode()
    act(client, line, quoi="noter", note="Appelée, sans réponse.")
    shown = act(client, line, quoi="rendre").content.decode()

    assert "Vous suivez cette ligne" in taken
    assert "Personne ne suit cette ligne" in shown
    assert "Appelée, sans réponse." in shown
    kinds = (
        TraceAnomalie.objects.filter(anomalie=line).order_by("pk").values_list("kind", flat=True)
    )
    assert list(kinds) == ["OUVERTE", "PRISE", "NOTE", "RENDUE"]


def test_an_agent_hands_a_line_to_a_colleague_and_to_nobody_else(agent):
    line = opened("x")
    colleague = agent_of("011", login="collegue")
    stranger = agent_of("331")
    client = entered(agent)

    offered = client.get(f"{LIST}{line.pk}/change/").context["colleagues"]
    refused = act(client, line, quoi="confier", a=str(stranger.pk)).content.decode()
    act(client, line, quoi="confier", a=str(colleague.pk))

    assert {each.username for each in offered} == {"agent-011", "collegue"}
    assert "Choisissez un agent de cette caisse." in refused
    line.refresh_from_db()
    assert line.owner == colleague


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"quoi": "effacer"},
        {"quoi": "confier", "a": "x"},
        {"quoi": "confier", "a": "9" * 40},
        {"quoi": "noter", "note": "  "},
        {"quoi": "rendre"},
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(agent, asked):
    line = opened("x")

    page = act(entered(agent), line, **asked)

    assert page.status_code == 200
    assert [str(message.level_tag) for message in page.context["messages"]] == ["error"]
    line.refresh_from_db()
    assert (line.owner, line.settled_at) == (None, None)


def test_several_lines_are_taken_at_once_but_those_of_colleagues(agent):
    mine, theirs = opened("x"), opened("y")
    take(anomalie_id=theirs.pk, agent=agent_of("011", login="collegue"), now=timezone.now())
    chosen = {"action": "take_selected", "_selected_action": [mine.pk, theirs.pk]}

    page = entered(agent).post(LIST, chosen, follow=True)

    assert [str(message) for message in page.context["messages"]] == [
        "Vous suivez 1 ligne choisie.",
        "1 ligne est déjà suivie ou réglée.",
    ]
    assert list(Anomalie.objects.filter(owner=agent)) == [mine]


def test_an_agent_reads_why_a_note_is_not_enough_and_an_accountant_explains(agent):
    line = opened("solde banque 2026-11-20", kind="RESIDUAL")
    address = f"{LIST}{line.pk}/change/"
    client = entered(agent)

    page = client.get(address).content.decode()
    posted = client.post(address, {"settled_note": "Vu."})
    accountant = entered(agent_of("011", login="comptable", role=Role.COMPTABLE))
    accountant.post(address, {"settled_note": "Frais de tenue de compte."})

    assert "Seul un comptable peut expliquer cette ligne." in page
    assert 'name="settled_note"' not in page
    assert posted.status_code == 403
    line.refresh_from_db()
    assert line.settled_note == "Frais de tenue de compte."


def test_a_bank_line_offers_no_note_to_anybody(agent):
    line = opened("banque x", kind="BANK_LINE")

    for who in (agent, agent_of("011", login="comptable", role=Role.COMPTABLE)):
        page = entered(who).get(f"{LIST}{line.pk}/change/").content.decode()
        assert 'name="settled_note"' not in page
        assert "elle n’est réglée que par son imputation" in page


def test_the_nation_sees_the_fund_whose_line_is_the_oldest_first(agent):
    opened("x", days=2)
    opened("y", days=40, code="331")
    opened("z", days=5, code="331")
    address = "/national/comptabilite/anomalie/par-caisse/"

    funds = entered(national_agent()).get(address).context["funds"]
    own = entered(agent).get("/agents/comptabilite/anomalie/par-caisse/").context["funds"]

    assert [(each.code, each.lines, each.late, each.unowned, each.days) for each in funds] == [
        ("331", 2, 2, 2, 40),
        ("011", 1, 0, 1, 2),
    ]
    assert [each.code for each in own] == ["011"]


def test_an_agent_of_another_fund_neither_sees_nor_takes_the_line(agent):
    line = opened("x")
    stranger = entered(agent_of("331"))

    assert listed(stranger) == []
    assert stranger.post(f"{LIST}{line.pk}/suivre/", {"quoi": "prendre"}).status_code == 404
    line.refresh_from_db()
    assert line.owner is None


def test_following_is_asked_by_post_only(agent):
    line = opened("x")

    assert entered(agent).get(f"{LIST}{line.pk}/suivre/").status_code == 405
