"""``manage.py load_lot``: its report, its exit codes; and files that are forgotten."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from caf_portal.database.scope import national_scope
from echanges.models import Lot, MorceauLot
from echanges.services.files import forget_files
from tests.echanges.files import as_csv, debt, jsonl, load, movement, person, receive

pytestmark = pytest.mark.django_db


def run(path, *more):
    said = StringIO()
    call_command("load_lot", str(path), "--caisse", "011", *more, stdout=said)
    return said.getvalue()


def test_it_tells_what_was_applied(tmp_path):
    path = tmp_path / "dettes.csv"
    path.write_bytes(as_csv(person(), debt()))

    assert "2 ligne(s) appliquée(s), 0 déjà connue(s), 0 rejetée(s)." in run(path)
    assert "Appliqué" in run(path), "run again, it tells the same"


def test_it_exits_with_3_and_writes_the_rejected_lines(tmp_path):
    path, rejects = tmp_path / "dettes.jsonl", tmp_path / "rejets.jsonl"
    path.write_bytes(jsonl(person(), debt(), movement(montant_centimes=99_999)))

    with pytest.raises(SystemExit) as ended:
        run(path, "--rejets", str(rejects))

    assert ended.value.code == 3
    assert b"SOLDE_INSUFFISANT" in rejects.read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "more", "words"),
    [
        ("a.jsonl", jsonl(person(), personnes_lignes=2), (), "rien n’est appliqué"),
        ("a.jsonl", jsonl(person(), caisse="331"), (), "caisse 331"),
        ("a.txt", jsonl(person()), (), "--format"),
        ("a.jsonl", None, (), "cannot read"),
        ("a.jsonl", jsonl(person()), ("--caisse", "999"), "no fund"),
    ],
)
def test_it_says_why_nothing_was_applied(tmp_path, name, content, more, words):
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(CommandError, match=words) as error:
        run(tmp_path / name, *more)

    assert error.value.returncode == 1


def test_files_of_finished_lots_are_forgotten_and_no_other():
    load(jsonl(person()))
    waiting = receive(jsonl(person(), sequence=2))
    later = timezone.now() + timedelta(days=91)

    assert forget_files(now=timezone.now(), older_than=timedelta(days=90)) == 0
    assert forget_files(now=later, older_than=timedelta(days=90)) == 1

    with national_scope():
        assert MorceauLot.objects.get().lot_id == waiting.pk
        assert Lot.objects.count() == 2
