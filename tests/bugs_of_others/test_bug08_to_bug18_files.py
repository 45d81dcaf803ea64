"""Bugs 8, 11, 13, 15 and 18: what goes wrong when files go between two pieces of software.

8: nursit/bank #109. 11: bcgov/entity 23191. 13: bcgov/entity 32425. 15: GOV.UK Pay's roadmap.
18: a classic finding of audits. Statements of the bank and of the platform come with issue 5.
"""

import csv
import io
import json

import pytest

from allocataires.models import Allocataire, Creance
from caf_portal.database.scope import caisse_scope, national_scope, refuse_open_scope
from caisses.models import Caisse
from echanges.models import Rejet
from echanges.services import outgoing_files
from echanges.services.outgoing_files import OutgoingFormat, file_of, select_events
from echanges.services.publishing import publish_all
from echanges.services.reject_file import write_reject_file
from payments.services.invariants import find_breaches
from tests.allocataires.factories import CreanceFactory
from tests.echanges.files import as_csv, debt, jsonl, load, movement, person
from tests.echanges.happenings import NOW, a_payment, a_stop
from tests.payments.refunds import approve, ask, pay, send, two_agents

pytestmark = pytest.mark.django_db


def events_after(number: int) -> list[bytes]:
    """The lines of the file that begins after this event, its header apart."""
    caisse = Caisse.objects.get(code="011")
    selection = select_events(caisse=caisse, after=number, now=NOW)
    return b"".join(file_of(selection, OutgoingFormat.JSONL)).splitlines()[1:]


def the_debt() -> Creance:
    with national_scope():
        return Creance.objects.get()


def test_bug08_a_direct_debit_rejected_two_weeks_later_reopens_the_debt():
    debited = movement(mouvement="PRELEVEMENT", montant_centimes=300_00, effet="2026-11-10")
    load(jsonl(person(), debt(), debited))
    assert (the_debt().state, the_debt().balance_cents) == ("SOLDEE", 0)

    rejected = movement(id="V2", mouvement="IMPAYE", montant_centimes=300_00, effet="2026-11-24")
    load(jsonl(rejected, journee="2026-11-24"))

    assert (the_debt().state, the_debt().balance_cents) == ("NOTIFIEE", 300_00)
    assert the_debt().is_payable
    assert find_breaches() == []


def test_bug11_a_refund_made_after_a_file_is_in_the_next_one_once_and_the_first_is_the_same():
    with national_scope():
        creance = CreanceFactory()
    paid = pay(creance)
    publish_all(now=NOW)
    first = events_after(0)
    asker, decider = two_agents()
    refund = ask(asker, paid, 240_00)
    approve(decider, refund)
    with paid.platform.listening():
        assert send(refund) == "DONE"

    second = events_after(len(first))

    told = [json.loads(line) for line in second]
    done = [each for each in told if each["kind"] == "REFUND"][-1]
    assert [each["payload"]["status"] for each in told if each["kind"] == "REFUND"].count(
        "DONE"
    ) == 1
    assert done["payload"]["amount_cents"] == 240_00
    assert [each["kind"] for each in told].count("MOUVEMENT") == 1
    assert events_after(0) == [*first, *second]
    assert events_after(len(first) + len(second)) == []


def test_bug13_a_file_sent_twice_does_nothing_more():
    content = jsonl(person(), debt(), movement())

    first, again = load(content), load(content)

    assert (first.pk, again.status) == (again.pk, "APPLIQUE")
    assert the_debt().balance_cents == 250_00


def test_bug13_a_number_already_taken_is_refused_and_changes_nothing():
    load(jsonl(person(), debt()))

    clash = load(jsonl(movement()))

    assert clash.status == "REFUSE"
    assert clash.refusal
    assert the_debt().balance_cents == 300_00


def test_bug13_a_day_without_anything_is_a_file_without_lines():
    empty = load(jsonl())

    assert (empty.status, empty.applied_lines, empty.rejected_lines) == ("APPLIQUE", 0, 0)
    assert events_after(0) == []


def test_bug15_payments_are_booked_while_the_longest_file_is_written(monkeypatch):
    monkeypatch.setattr(outgoing_files, "_BATCH", 2)
    for _ in range(4):
        a_stop()
    caisse = Caisse.objects.get(code="011")
    selection = select_events(caisse=caisse, after=0, now=NOW)
    file = file_of(selection, OutgoingFormat.CSV)
    beginning = [next(file) for _ in range(3)]

    # Neither a transaction nor a lock is held between two batches.
    refuse_open_scope()
    a_payment()

    rest = list(file)
    assert len(beginning) + len(rest) == 2 + 4, "columns, header, and the events of the moment"
    assert len(events_after(4)) == 3, "the payment is in the next file"


@pytest.mark.parametrize("name", ["=HYPERLINK(A1)", "+33", "-1", "@SUM(A1)", "'=1"])
def test_bug18_a_name_is_no_formula_in_a_file_of_rejects_and_comes_back_as_it_was(name):
    lot = load(as_csv(person(nom=name, naissance="hier")))
    with caisse_scope(lot.caisse_id), write_reject_file(lot) as file:
        sent = file.read().decode()

    header, line = csv.DictReader(io.StringIO(sent, newline=""))
    assert line["nom"] == f"'{name}"
    corrected = sent.replace("hier", "1990-05-17")
    again = load(corrected.encode(), form="CSV")

    assert header["corrige"] == str(lot.public_id)
    assert (again.status, again.rejected_lines) == ("APPLIQUE", 0)
    with national_scope():
        assert Allocataire.objects.get().nom == name
        assert not Rejet.objects.filter(lot=lot, corrected_by__isnull=True).exists()
