"""The end of a life of the machine: what was lost comes, what waits is said, every day closes."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from comptabilite.services.building_exports import build_export
from comptabilite.services.export_pieces import kept_pieces
from comptabilite.services.exporting import ask_export
from tests.rapprochement.machine.looks import agree, nothing_is_left, proofs_hold
from tests.rapprochement.machine.platform import KINDS
from tests.rapprochement.machine.works import Works
from tests.tools.verifier import verify


def the_end(machine: Works) -> None:
    """Nothing is lost any more; the books must close, and their export be accepted by a program
    that knows nothing of us."""
    for _morning in range(2):
        machine.now += timedelta(minutes=7)
        machine.goes_to(8)
        everything_comes(machine)
        machine.receives_statement(camt=False)
        machine.reconciles(answers=True)
        proofs_hold(machine)
    for moved in machine.bank.moves:
        if moved.pk and moved.said is None:
            machine.says_the_truth(moved)
            assert moved.said is not None, f"{moved} cannot be said"
    machine.now += timedelta(minutes=7)
    machine.reconciles(answers=True)
    agree(machine)
    proofs_hold(machine)
    nothing_is_left(machine)
    while machine.next_to_close < machine.today:
        close(machine, machine.next_to_close)
    for year in {machine.first_day.year, machine.ledger.closed_until.year}:
        export(machine, year)


def everything_comes(machine: Works) -> None:
    """Files that were lost, and those of the day, in the order in which they may be loaded."""
    machine.waiting += machine.platform.files_until(machine.now.date())
    machine.waiting.sort(key=lambda file: (file.day, KINDS.index(file.kind)))
    machine.waiting = [file for file in machine.waiting if not machine.receives(file)]
    refusals = [file.refusal for file in machine.waiting]
    assert refusals == [], f"files cannot be loaded any more: {refusals}"


def close(machine: Works, day: date) -> None:
    """The accountant closes a day, what is left explained."""
    if machine.closes(day):
        machine.settles()
        refusal = machine.closes(day)
        assert refusal == "", refusal


def export(machine: Works, year: int) -> None:
    """The books of a year as far as they are closed: the verifier accepts them."""
    last = machine.ledger.closed_until
    assert last is not None
    with machine.scope():
        asked = ask_export(
            caisse_id=machine.caisse_id,
            format="JSONL",
            journal=None,
            first_on=date(year, 1, 1),
            last_on=min(date(year, 12, 31), last),
            encoding="utf-8",
            agent=machine.accountant,
            now=machine.now,
        )
    made = build_export(export_id=asked.pk, caisse_id=machine.caisse_id, now=machine.now)
    with TemporaryDirectory() as folder:
        (file,) = made.files
        path = Path(folder) / file["filename"]
        with machine.scope():
            path.write_bytes(b"".join(kept_pieces(made, file["part"])))
        answer = verify("--json", path)
    assert (answer.code, answer.breaches) == (0, []), answer.text
