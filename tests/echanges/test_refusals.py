"""A file that cannot be trusted as a whole: refused with a reason, and nothing has changed."""

import gzip
import re

import pytest
from django.utils import timezone

from allocataires.models import Allocataire, Creance, Mouvement
from caf_portal.database.scope import national_scope
from echanges.models import LigneAppliquee, Lot, Rejet
from echanges.services.loading import apply_lot
from relation_usager.models import Message
from tests.echanges.files import as_csv, debt, header, jsonl, load, movement, person, receive

pytestmark = pytest.mark.django_db

RIGHT = (person(), debt())


def cut(content, number):
    lines = content.splitlines(keepends=True)
    return b"".join(lines[:number] + lines[number + 1 :])


CENTS = "totaux(.|\n)*centimes, sans"
REFUSED = [
    (b"", "vide"),
    (b"\n\n", "vide"),
    (b"bonjour", "LIGNE|JSON|pas du JSON"),
    (gzip.compress(jsonl(*RIGHT)), "compressé"),
    (b"PK\x03\x04rest of a workbook", "classeur"),
    (jsonl(*RIGHT).decode().encode("utf-16"), "UTF-16"),
    (jsonl(person(nom="Éloïse"), debt()).decode().encode("latin-1"), "UTF-8"),
    (cut(jsonl(*RIGHT), 0), "premier enregistrement"),
    (jsonl(*RIGHT, schema="2"), "schéma « 2 »"),
    (jsonl(*RIGHT, caisse="331"), "caisse 331"),
    (jsonl(*RIGHT, journee="2026-02-30"), "journee : Cette date"),
    (jsonl(*RIGHT, sequence=0), "sequence"),
    (jsonl(*RIGHT, sequence="1"), "sequence : .*nombre entier"),
    (jsonl(*RIGHT, surprise=1), "surprise"),
    (jsonl(*RIGHT, creances_centimes=None), "creances_centimes : .*obligatoire"),
    (jsonl(*RIGHT, corrige="00000000-0000-0000-0000-000000000000"), "corrige n’est pas connu"),
    (jsonl(*RIGHT, creances_centimes=29_999), "creance : 29999 centimes annoncés, 30000 comptés"),
    (jsonl(*RIGHT, creances_lignes=2), "creance : 2 lignes annoncés, 1 comptés"),
    (jsonl(*RIGHT, personnes_lignes=0), "personne : 0 lignes annoncés, 1 comptés"),
    (jsonl(*RIGHT, header(list(RIGHT))), "second en-tête"),
    # A line lost on the way, cut in the middle, or unreadable: the totals say it.
    (cut(jsonl(*RIGHT), 2), "totaux"),
    (jsonl(*RIGHT)[:-40], "totaux(.|\n)*ligne 3"),
    (jsonl(person(), debt(montant_centimes=12.5), creances_centimes=1250), CENTS),
    (jsonl(person(), debt()).replace(b"30000}", b"NaN}"), "totaux(.|\n)*NaN"),
    (jsonl(person(), {**debt(), "nom": "x" * 40_000}), "trop longue"),
    (as_csv(*RIGHT).replace(b",1,", b',"1,', 1), "guillemet"),
    (as_csv(*RIGHT).replace(b"sequence,", b"suite,", 1), "manque des colonnes.*sequence"),
    (as_csv(*RIGHT).replace(b",nom,", b",surnom,", 1), "colonnes inconnues : surnom"),
    (as_csv(*RIGHT).replace(b",nom,", b",id,", 1), "deux fois : id"),
    (as_csv(*RIGHT).replace(b"Exemple,", b"Exemple,x,", 1), "totaux(.|\n)*colonnes"),
    (as_csv(person(), debt(montant_centimes="12,50"), creances_centimes=1250), CENTS),
]  # fmt: skip


@pytest.mark.parametrize(("content", "words"), REFUSED)
def test_a_file_that_cannot_be_trusted_is_refused_and_changes_nothing(content, words):
    form = "CSV" if content.startswith(b"type") else "JSONL"

    lot = load(content, form=form)

    assert lot.status == "REFUSE"
    assert re.search(words, lot.refusal), lot.refusal
    assert lot.finished_at is not None
    nothing_changed()


def test_a_number_of_the_day_is_taken_by_one_content_and_given_back_by_a_refused_one():
    refused = load(jsonl(*RIGHT, creances_lignes=5))
    first = load(jsonl(*RIGHT))

    other = load(jsonl(person(id="P2", numero="0000002")))

    assert (refused.status, first.status, other.status) == ("REFUSE", "APPLIQUE", "REFUSE")
    assert "n° 1 du 20/11/2026" in other.refusal


def test_a_refused_file_sent_again_gives_the_same_refusal():
    content = jsonl(*RIGHT, creances_lignes=5)

    first, again = load(content), load(content)

    assert (again.pk, again.refusal) == (first.pk, first.refusal)


def test_a_file_refused_for_its_number_is_taken_once_the_number_is_given_back():
    cut_short = receive(jsonl(*RIGHT)[:-40])
    right = load(jsonl(*RIGHT))
    assert (right.status, "déjà été reçu" in right.refusal) == ("REFUSE", True)
    still = load(jsonl(*RIGHT))
    assert (still.pk, still.status, still.refusal) == (right.pk, "REFUSE", right.refusal)
    ended = apply_lot(lot_id=cut_short.pk, caisse_id=cut_short.caisse_id, now=timezone.now())
    assert ended.status == "REFUSE"

    again = load(jsonl(*RIGHT))

    assert (again.pk, again.status, again.refusal) == (right.pk, "APPLIQUE", "")
    assert (again.applied_lines, load(jsonl(*RIGHT)).applied_lines) == (2, 2)


def test_a_movement_of_a_refused_file_leaves_the_balance_alone():
    load(jsonl(*RIGHT))

    load(jsonl(movement(), mouvements_centimes=1, sequence=2))

    with national_scope():
        assert Creance.objects.get().balance_cents == 300_00
        assert not LigneAppliquee.objects.exists()


def nothing_changed():
    with national_scope():
        for model in (Allocataire, Creance, Mouvement, Message, LigneAppliquee, Rejet):
            assert not model.objects.exists(), model
        assert Lot.objects.count() == 1
