"""The pages and addresses of exports, as agents use them."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from kombu.exceptions import OperationalError

from caf_portal.database.scope import national_scope
from caisses.models.habilitation import Role
from comptabilite.models import Export
from comptabilite.services.building_exports import build_export
from comptabilite.tasks import compare_export
from tests.caisses.factories import agent_of, entered, national_agent
from tests.comptabilite.exports import books
from tests.comptabilite.exports.books import payment

pytestmark = [pytest.mark.django_db]

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
PAGES = "/agents/comptabilite/export/"


@pytest.fixture(autouse=True)
def _closed(db: None) -> None:
    with national_scope():
        books.write(payment(date(2026, 3, 2), "PAY-0001", 24_000))
        books.close(since=date(2026, 3, 1), until=date(2026, 3, 4))


@pytest.fixture
def accountant() -> Client:
    with national_scope():
        return entered(agent_of("011", login="compta", role=Role.COMPTABLE))


def ask(client: Client, **changes: Any) -> Any:
    with national_scope():
        caisse = books.fund().pk
    posted = {
        "caisse": caisse,
        "format": "FEC",
        "first_on": "2026-03-01",
        "last_on": "2026-03-04",
        "journal": "",
        "encoding": "utf-8",
        **changes,
    }
    return client.post(f"{PAGES}add/", posted, follow=True)


def asked_and_built() -> Export:
    with national_scope():
        export = Export.objects.latest("pk")
    return build_export(export_id=export.pk, caisse_id=export.caisse_id, now=NOW)


def test_an_accountant_asks_follows_and_downloads(accountant: Client):
    waiting = ask(accountant)
    export = asked_and_built()
    page = accountant.get(f"{PAGES}{export.pk}/change/").content.decode()
    response = accountant.get(f"{PAGES}{export.pk}/fichier/FICHIER/")

    assert 'http-equiv="refresh"' in waiting.content.decode()
    assert 'http-equiv="refresh"' not in page
    assert export.sha256 in page
    assert hashlib.sha256(response.getvalue()).hexdigest() == export.sha256
    assert response.headers["Content-Disposition"] == f'attachment; filename="{export.filename}"'
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert int(response.headers["Content-Length"]) == export.size_bytes


def test_the_page_under_way_shows_how_far_it_is_and_may_be_left_still(accountant: Client):
    ask(accountant)
    with national_scope():
        Export.objects.update(status="EN_COURS", done_lines=1, total_lines=2)
        pk = Export.objects.get().pk

    page = accountant.get(f"{PAGES}{pk}/change/?suivre=non").content.decode()

    assert '<progress max="2" value="1" aria-label="50 % de 2 lignes">' in page
    assert "50 % de 2 lignes" in accountant.get(PAGES).content.decode()
    assert 'http-equiv="refresh"' not in page


def test_what_is_refused_is_said_on_the_form(accountant: Client):
    page = ask(accountant, last_on="2026-03-20").content.decode()

    assert "clôturées jusqu’au 04/03/2026" in page


def test_another_agent_of_the_fund_reads_the_list_and_nothing_more(accountant: Client):
    ask(accountant)
    export = asked_and_built()
    with national_scope():
        other = entered(agent_of("011", login="agent"))

    assert other.get(f"{PAGES}{export.pk}/change/").status_code == 200
    assert other.get(f"{PAGES}add/").status_code == 403
    assert other.get(f"{PAGES}{export.pk}/fichier/FICHIER/").status_code == 403
    assert other.post(f"{PAGES}{export.pk}/refaire/").status_code == 403
    assert other.get("/api/v1/exports/").json()["results"] == []


def test_inv13_an_export_of_another_fund_does_not_exist(accountant: Client):
    ask(accountant)
    export = asked_and_built()
    with national_scope():
        stranger = entered(agent_of("331", login="gironde", role=Role.COMPTABLE))

    assert stranger.get(f"{PAGES}{export.pk}/fichier/FICHIER/").status_code == 404
    assert stranger.get(f"/api/v1/exports/{export.public_id}/").status_code == 404
    assert stranger.get(f"/api/v1/exports/{export.public_id}/fichiers/FICHIER/").status_code == 404
    assert stranger.get("/api/v1/exports/").json()["results"] == []
    assert accountant.get(f"/api/v1/exports/{export.public_id}/").status_code == 200, "the control"


def test_the_api_gives_the_same_bytes(accountant: Client):
    ask(accountant, format="JSONL")
    export = asked_and_built()

    (listed,) = accountant.get("/api/v1/exports/").json()["results"]
    (file,) = listed["files"]
    response = accountant.get(f"/api/v1/exports/{listed['public_id']}/fichiers/{file['part']}/")
    missing = accountant.get(f"/api/v1/exports/{listed['public_id']}/fichiers/SCELLES/")

    assert hashlib.sha256(response.getvalue()).hexdigest() == file["sha256"] == export.sha256
    assert missing.status_code == 404
    assert missing.headers["Content-Type"] == "application/problem+json"


def test_building_again_is_asked_on_the_page_and_shown_there(
    accountant: Client, monkeypatch: pytest.MonkeyPatch
):
    ask(accountant)
    export = asked_and_built()
    monkeypatch.setattr(
        compare_export, "apply_async", lambda *, kwargs, expires: compare_export(**kwargs)
    )

    said = accountant.post(f"{PAGES}{export.pk}/refaire/", follow=True).content.decode()

    assert "mêmes octets" in said


def test_building_again_without_a_queue_is_said(
    accountant: Client, monkeypatch: pytest.MonkeyPatch
):
    ask(accountant)
    export = asked_and_built()

    def stopped(**_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(compare_export, "apply_async", stopped)
    page = accountant.post(f"{PAGES}{export.pk}/refaire/", follow=True).content.decode()

    assert "réessayez dans un instant" in page


def test_the_national_site_asks_for_any_fund():
    with national_scope():
        national = entered(national_agent())
        caisse = books.fund().pk
    posted = {
        "caisse": caisse,
        "format": "CSV",
        "first_on": "2026-03-01",
        "last_on": "2026-03-04",
        "encoding": "utf-8",
    }

    response = national.post("/national/comptabilite/export/add/", posted, follow=True)

    assert response.status_code == 200
    assert asked_and_built().filename == "011_20260301_20260304.csv"


def test_the_command_builds_again_and_tells(
    accountant: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    ask(accountant, format="JSONL")
    export = asked_and_built()

    call_command("rebuild_export", str(export.public_id), caisse="011")
    monkeypatch.setattr("comptabilite.exports.json_lines.VERSION", 2)

    assert export.sha256 in capsys.readouterr().out
    with pytest.raises(CommandError, match="not the same"):
        call_command("rebuild_export", str(export.public_id), caisse="011")
    with pytest.raises(CommandError, match="no export"):
        call_command("rebuild_export", str(export.public_id), caisse="331")
