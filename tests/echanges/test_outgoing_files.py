"""Events as files: the same words as the API, with totals that an outside program can check."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from echanges.api.event_serializers import PAYLOADS
from echanges.models import EvenementSortant
from echanges.services import outgoing_files
from echanges.services.outgoing_files import (
    PAYLOAD_COLUMNS,
    OutgoingFormat,
    file_of,
    select_events,
)
from tests.echanges.api.keys import calling, new_key
from tests.echanges.happenings import NOW, a_payment, a_stop

pytestmark = pytest.mark.django_db


def written(file_format: OutgoingFormat, after: int = 0, code: str = "011") -> bytes:
    selection = select_events(caisse=Caisse.objects.get(code=code), after=after, now=NOW)
    return b"".join(file_of(selection, file_format))


def records(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.decode().splitlines()]


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_a_file_says_what_the_api_says():
    a_payment()
    told = calling(new_key("011")[1]).get("/api/v1/evenements/").json()["results"]

    _header, *events = records(written(OutgoingFormat.JSONL))

    assert len(events) == 3
    for event, api in zip(events, told, strict=True):
        assert (event["number"], event["kind"]) == (api["number"], api["kind"])
        assert event["payload"] == api["payload"]


@pytest.mark.parametrize("file_format", list(OutgoingFormat))
def test_the_header_holds_totals_that_the_lines_confirm(file_format):
    a_payment()
    a_stop()

    content = written(file_format)

    header, *events = (records if file_format == OutgoingFormat.JSONL else rows)(content)
    payments = [event for event in events if event["kind"] == "PAYMENT"]
    cents = [int(event.get("payload", event)["amount_cents"]) for event in payments]
    assert (header["type"], header["caisse"], header["schema"]) == ("entete", "011", "1")
    assert (int(header["premier"]), int(header["dernier"])) == (1, 4)
    assert int(header["paiements_lignes"]) == len(payments) == 1
    assert int(header["paiements_centimes"]) == sum(cents) == 240_00
    assert int(header["mouvements_centimes"]) == 240_00
    assert (int(header["etats_lignes"]), int(header["demandes_lignes"])) == (2, 0)
    lines = sum(int(value or 0) for name, value in header.items() if name.endswith("_lignes"))
    assert lines == len(events)


def test_a_file_begins_after_a_number_and_may_be_empty():
    for _ in range(3):
        a_stop()

    assert [each["number"] for each in records(written(OutgoingFormat.JSONL, 2))[1:]] == [3]
    (header,) = records(written(OutgoingFormat.JSONL, 3))
    assert (header["premier"], header["dernier"], header["etats_lignes"]) == (None, 3, 0)


def test_many_events_are_read_by_batches(monkeypatch):
    monkeypatch.setattr(outgoing_files, "_BATCH", 2)
    for _ in range(5):
        a_stop()

    numbers = [each["number"] for each in records(written(OutgoingFormat.JSONL))[1:]]

    assert numbers == [1, 2, 3, 4, 5]


def test_inv13_a_file_holds_one_fund():
    a_stop("011")
    a_stop("331")

    _header, *events = records(written(OutgoingFormat.JSONL, code="331"))

    assert [(each["caisse"], each["number"]) for each in events] == [("331", 1)]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(formula):
    with national_scope():
        EvenementSortant.objects.create(
            caisse=Caisse.objects.get(code="011"),
            number=1,
            kind="PAYMENT",
            source_key="essai",
            payload={"reference": formula, "amount_cents": -5},
            occurred_at=NOW,
            published_at=NOW,
        )

    _header, event = rows(written(OutgoingFormat.CSV))

    assert event["reference"] == f"'{formula}"
    assert event["amount_cents"] == "-5", "a number is no formula"


def test_the_columns_are_those_of_the_documented_payloads():
    documented = {name for each in PAYLOADS.values() for name in each().fields}

    assert set(PAYLOAD_COLUMNS) == documented - {"kind"}


@pytest.mark.parametrize("file_format", OutgoingFormat.values)
def test_the_command_writes_the_file(file_format: str, tmp_path: Path, capsys):
    a_stop()
    path = tmp_path / "evenements"

    call_command("export_evenements", caisse="011", apres=0, format=file_format, sortie=str(path))

    assert path.read_bytes().count(b"\n") == (2 if file_format == "jsonl" else 3)
    assert "Last event: 1" in capsys.readouterr().err


@pytest.mark.parametrize("options", [{"caisse": "999"}, {"caisse": "011", "apres": -1}])
def test_the_command_refuses_what_makes_no_sense(options):
    with pytest.raises(CommandError):
        call_command("export_evenements", **options)
