"""The dashboard: one's own funds, a table that says what the charts draw, and no markup to fear."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import etree, html

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie
from rapprochement.models import Rapprochement
from rapprochement.services.proving import prove_day
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered, national_agent
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import paid

AGENTS, NATIONAL = "/agents/tableau-de-bord/", "/national/tableau-de-bord/"
#: The series of each chart, and the column of the table that says the same.
COLUMNS = {"Encaissé": 0, "À identifier": 1, "Rendu": 2, "Repris (impayés)": 3}
COLUMNS |= {"À expliquer": 4, "Chez la plateforme": 5, "Âge en jours": 7}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def ain():
    """A fund with money of three days, a proof with something to explain, an old anomaly."""
    caisse = Caisse.objects.get(code="011")
    for days, cents in ((0, 240_00), (2, 1_50), (20, 99_999_99)):
        with national_scope():
            creance = CreanceFactory(initial_cents=cents)
        paid(creance, now=NOW - timedelta(days=days))
    with national_scope():
        creance = CreanceFactory()
    paid(creance, vads_amount="2900", vads_effective_amount="2900")
    prove_day(caisse_id=caisse.pk, day_on=NOW.date(), now=NOW)
    opened = NOW - timedelta(days=12)
    with caisse_scope(caisse.pk):
        Anomalie.objects.create(
            caisse=caisse, kind="SHOP_DRIFT", subject="<b>", detail="d", opened_at=opened
        )
    return caisse


def agent(*codes: str):
    with national_scope():
        return entered(agent_of(*codes))


def national():
    with national_scope():
        return entered(national_agent())


def charts_in(content: bytes) -> list[etree._Element]:
    found = re.findall(rb'<svg class="picture-chart".*?</svg>', content, flags=re.DOTALL)
    return [etree.fromstring(one) for one in found]


def rows_in(content: bytes) -> dict[str, list[str]]:
    """The table's cells, as read, by the first days as the charts name them."""
    table = html.fromstring(content.decode()).xpath("//table[caption[@id='chiffres']]")[0]
    rows = table.xpath("./tbody/tr")
    return {
        row.xpath("string(th/a/text())")[:5]: [
            " ".join(cell.xpath("string(text() | a/text())").split()) or cell.text_content().strip()
            for cell in row.xpath("td")
        ]
        for row in rows
    }


def told_by(charts: list[etree._Element]) -> dict[tuple[str, str], str]:
    """(day, series) to the value in words, for each bar."""
    words = [title.text for chart in charts for title in chart.findall("rect/title")]
    parted = [re.fullmatch(r"(\S+), (.+?) : (.+)", one).groups() for one in words]
    return {(day, name): value for day, name, value in parted}


def test_the_table_says_what_the_charts_draw(ain):
    content = agent("011").get(AGENTS).content

    drawn, rows = told_by(charts_in(content)), rows_in(content)

    assert len(rows) == 30
    assert drawn["20/11", "Encaissé"] == "240,00\u00a0€"
    assert drawn["20/11", "À identifier"] == "29,00\u00a0€"
    assert drawn["20/11", "Âge en jours"] == "12 jours"
    assert {name for _day, name in drawn} > {"À expliquer", "Encaissé"}
    for (day, name), value in drawn.items():
        assert rows[day][COLUMNS[name]].split() == value.split(), (day, name)
    for day, cells in rows.items():
        for name, column in COLUMNS.items():
            silent = cells[column].replace("\u00a0", " ") in {
                "0,00 €",
                "pas prouvé",
                "aucune",
                "moins d’un jour",
            }
            assert silent == ((day, name) not in drawn), (day, name)


def test_charts_are_well_formed_and_bring_nothing_that_the_policy_refuses(ain):
    charts = charts_in(agent("011").get(AGENTS).content)

    assert len(charts) == 4
    for chart in charts:
        assert chart.get("role") == "img"
        assert chart.findtext("title")
        assert chart.findtext("desc")
        known = {"svg", "title", "desc", "line", "text", "rect", "circle"}
        for element in chart.iter():
            assert element.tag in known
            names = {name.lower() for name in element.attrib}
            assert not {name for name in names if name.startswith(("on", "style"))}
            assert not names & {"href", "src", "{http://www.w3.org/1999/xlink}href"}


def test_an_agent_sees_the_own_fund_only(ain):
    elsewhere = agent("331")

    own = elsewhere.get(AGENTS)

    assert own.context["whole"].money.net_cents == 0
    assert own.context["whole"].waiting is None
    assert elsewhere.get(f"{AGENTS}?caisse=011").status_code == 404
    assert elsewhere.get(NATIONAL).status_code == 302
    assert b"011 " not in own.content


def test_an_agent_of_two_funds_chooses_among_them(ain):
    client = agent("011", "331")

    both, one = client.get(AGENTS), client.get(f"{AGENTS}?caisse=331")

    assert [line.caisse.code for line in both.context["ranking"]] == ["011", "331"]
    assert both.context["whole"].money.paid_cents == 240_00 + 1_50 + 99_999_99
    assert one.context["whole"].money.paid_cents == 0
    assert one.context["ranking"] == []


def test_the_fund_that_waits_most_comes_first(ain):
    older = Caisse.objects.get(code="751")
    unexplained = Caisse.objects.get(code="331")
    with caisse_scope(older.pk):
        opened = NOW - timedelta(days=40)
        Anomalie.objects.create(
            caisse=older, kind="SURPLUS", subject="s", detail="d", opened_at=opened
        )
    with caisse_scope(unexplained.pk):
        day = timezone.localdate() - timedelta(days=1)
        Rapprochement.objects.create(
            caisse=unexplained, day_on=day, computed_at=NOW, unexplained=1, unexplained_cents=1
        )

    ranking = national().get(NATIONAL).context["ranking"]

    assert len(ranking) == 101
    assert [line.caisse.code for line in ranking[:3]] == ["751", "011", "331"]


@pytest.mark.parametrize("step", ["jour", "semaine", "mois", "n’importe quoi"])
def test_the_national_page_costs_the_same_whatever_there_is(
    ain, step, django_assert_max_num_queries
):
    client = national()

    # The session, the agent, the rights, the funds, the money, the proofs, the anomalies.
    with django_assert_max_num_queries(14):
        page = client.get(NATIONAL, {"pas": step})

    assert page.status_code == 200
    assert page.context["whole"].money.paid_cents >= 240_00 + 1_50


@pytest.mark.parametrize("address", ["/agents/", "/national/"])
def test_the_home_page_leads_there(ain, address):
    content = national().get(address).content.decode()

    assert f'href="{address}tableau-de-bord/"' in content


def test_the_page_is_only_read(ain):
    assert agent("011").post(AGENTS).status_code == 405
    assert entered_nobody().get(AGENTS).status_code == 302


def entered_nobody():
    with national_scope():
        return entered(agent_of(login="personne"))
