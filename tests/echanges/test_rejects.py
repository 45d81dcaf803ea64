"""A line that cannot be taken: rejected with its field and its reason; the others are applied."""

import pytest

from allocataires.models import Creance, Etape, Mouvement
from caf_portal.database.scope import caisse_scope, national_scope
from echanges.lines.problems import SENTENCES
from echanges.models import Rejet
from echanges.services.reject_file import write_reject_file
from tests.echanges.files import as_csv, debt, header, jsonl, load, month, movement, person, state

pytestmark = pytest.mark.django_db

#: What is wrong, the field that is named, the code.
WRONG = [
    (person(id="X", numero="12"), "numero", "FORME_INVALIDE"),
    (person(id="X", numero="0000009", naissance="1990-02-30"), "naissance", "DATE_INVALIDE"),
    (person(id="X", numero="0000009", naissance="17/05/1990"), "naissance", "DATE_INVALIDE"),
    (person(id="X", numero="0000009", email="ana chez example"), "email", "FORME_INVALIDE"),
    (person(id="X", numero="0000009", langue="de"), "langue", "CODE_INCONNU"),
    (person(id="X", numero="0000009", nom="x" * 81), "nom", "TROP_LONG"),
    (person(id="X", numero="0000009", nom="a\x07b"), "nom", "CARACTERE_INTERDIT"),
    (person(id="X", numero="0000009", nom="a\x00b"), "nom", "CARACTERE_INTERDIT"),
    (person(id="X", numero="0000009", nom=""), "nom", "CHAMP_MANQUANT"),
    (person(id="X", numero="0000009", rang="001"), "rang", "CHAMP_INATTENDU"),
    (person(id="X", numero="0000009", nom=["a"]), "nom", "TYPE_DE_VALEUR"),
    (person(id="X"), "numero", "CLE_EN_DOUBLE"),
    (person(id="P1", numero="0000009"), "id", "LIGNE_EN_DOUBLE"),
    (person(id="é"), "id", "FORME_INVALIDE"),
    ({"type": "dette", "id": "X"}, "type", "TYPE_INCONNU"),
    ({"id": "X"}, "type", "TYPE_INCONNU"),
    (debt(id="X", rang="002", numero="0000009"), "numero", "PERSONNE_INCONNUE"),
    (debt(id="X", rang="002", montant_centimes=0), "montant_centimes", "MONTANT_INVALIDE"),
    (debt(id="X", rang="002", periode_fin="2025-12-31"), "periode_fin", "PERIODE_INVERSEE"),
    (debt(id="X", rang="002", mode="SEMAINE"), "mode", "CODE_INCONNU"),
    (debt(id="X", rang="002", fraude="oui"), "fraude", "TYPE_DE_VALEUR"),
    (debt(id="X"), "rang", "CLE_EN_DOUBLE"),
    (month(id="X", rang="002"), "rang", "DETTE_INCONNUE"),
    (month(id="X", du_centimes=20_000), "verse_centimes", "MOIS_SANS_TROP_VERSE"),
    (month(id="X", mois="2026-13"), "mois", "FORME_INVALIDE"),
    (movement(id="X", rang="002"), "rang", "DETTE_INCONNUE"),
    (movement(id="X", montant_centimes=30_001), "montant_centimes", "SOLDE_INSUFFISANT"),
    (movement(id="X", mouvement="CARTE"), "mouvement", "CODE_INCONNU"),
    (movement(id="X", mouvement="REMBOURSEMENT"), "mouvement", "CODE_INCONNU"),
    (movement(id="X", mouvement="IMPLANTATION"), "mouvement", "CODE_INCONNU"),
    (state(id="X", etat="CONTRAINTE"), "etat", "PASSAGE_INTERDIT"),
    (state(id="X", etat="SOLDEE"), "etat", "CODE_INCONNU"),
    (state(id="X", etat="MUTEE"), "etat", "CODE_INCONNU"),
    (state(id="X", effet="2026-11-15", jusqu_au="2026-11-14"), "jusqu_au", "PERIODE_INVERSEE"),
]


def rejects_of(lot):
    with caisse_scope(lot.caisse_id), write_reject_file(lot) as file:
        return file.read()


@pytest.mark.parametrize(("line", "field", "code"), WRONG)
def test_a_wrong_line_is_rejected_with_its_field_and_the_others_are_applied(line, field, code):
    lot = load(jsonl(person(), debt(), line))

    assert (lot.status, lot.refusal) == ("APPLIQUE", "")
    assert (lot.applied_lines, lot.rejected_lines, lot.unchanged_lines) == (2, 1, 0)
    with national_scope():
        rejet = Rejet.objects.get()
        assert (rejet.line, rejet.field, rejet.code) == (4, field, code)
        assert rejet.reason
        assert '"id"' in rejet.raw
        assert (Creance.objects.count(), Mouvement.objects.count()) == (1, 1)
        assert not Etape.objects.exists()


def test_a_known_debt_does_not_change_its_amount_nor_its_dates():
    load(jsonl(person(), debt()))

    for number, change in enumerate(
        ({"montant_centimes": 1}, {"enregistree": "2026-11-09"}, {"notifiee": "2026-11-13"}), 2
    ):
        lot = load(jsonl(debt(motif="50", **change), sequence=number))

        with national_scope():
            rejet = Rejet.objects.get(lot=lot)
            assert (rejet.field, rejet.code) == (next(iter(change)), "CONTENU_DIFFERENT")
            assert (Creance.objects.get().motif, Creance.objects.get().initial_cents) == (
                "40", 300_00)  # fmt: skip


def test_inv04_an_identifier_does_not_serve_twice_for_different_facts():
    load(jsonl(person(), debt(), movement(), state()))

    lot = load(jsonl(
        movement(montant_centimes=5_001), state(etat="MISE_EN_DEMEURE"), sequence=2))  # fmt: skip

    with national_scope():
        codes = Rejet.objects.filter(lot=lot).values_list("code", flat=True)
        assert set(codes) == {"IDENTIFIANT_DEJA_UTILISE"}
        assert Creance.objects.get().balance_cents == 250_00


def test_a_rejected_movement_does_not_stop_the_next_one_that_fits():
    lot = load(jsonl(
        person(), debt(), movement(id="V1", montant_centimes=20_000),
        movement(id="V2", montant_centimes=20_000), movement(id="V3", montant_centimes=10_000),
    ))  # fmt: skip

    assert (lot.applied_lines, lot.rejected_lines) == (4, 1)
    with national_scope():
        assert Rejet.objects.get().line == 5
        assert (Creance.objects.get().balance_cents, Creance.objects.get().state) == (0, "SOLDEE")


@pytest.mark.parametrize("written", [jsonl, as_csv])
def test_rejected_lines_come_as_a_file_that_corrected_is_taken_and_settles_them(written):
    wrong = (debt(id="C2", rang="002", mode="SEMAINE"), movement(mouvement="CHOCOLAT"))
    lot = load(written(person(), debt(), *wrong))
    content = rejects_of(lot)
    assert b"Ce code n" in content
    assert str(lot.public_id).encode() in content

    again = load(content.replace(b"SEMAINE", b"DIRECT").replace(b"CHOCOLAT", b"CHEQUE"))

    assert (again.status, again.refusal) == ("APPLIQUE", "")
    assert (again.applied_lines, again.rejected_lines, again.corrects_id) == (2, 0, lot.pk)
    with national_scope():
        assert set(Rejet.objects.values_list("corrected_by", flat=True)) == {again.pk}
    with caisse_scope(lot.caisse_id), write_reject_file(lot) as left:
        assert left.read().count(b'rejet_code":') == 0


def test_lines_still_wrong_stay_to_correct():
    lot = load(jsonl(person(), debt(mode="SEMAINE")))
    content = rejects_of(lot)

    again = load(content.replace(b"SEMAINE", b"ANNEE"))

    assert (again.applied_lines, again.rejected_lines) == (0, 1)
    with national_scope():
        assert Rejet.objects.get(lot=lot).corrected_by is None


def test_an_amount_that_is_corrected_is_corrected_in_the_totals_too():
    lot = load(jsonl(person(), debt(), movement(montant_centimes=40_000)))
    content = rejects_of(lot).replace(b'_centimes": 40000', b'_centimes": 4000')

    assert load(content).applied_lines == 1


def test_every_reason_is_a_sentence_in_french_and_is_tried_here_or_refuses_a_file():
    # The last one needs a demande: test_states_and_demandes.py.
    tried = {code for _, _, code in WRONG} | {
        "CONTENU_DIFFERENT", "IDENTIFIANT_DEJA_UTILISE", "LIGNE_ILLISIBLE",
        "DEMANDE_EN_COURS", "DETTE_SOLDEE"}  # fmt: skip

    assert set(SENTENCES) == tried


def test_a_line_of_no_type_and_no_total_is_rejected_and_shown_as_it_came():
    content = jsonl(person(), debt()) + b"[1, 2]\n" + b'{"type": "mois", "type": "mois"}\n'

    lot = load(content)

    assert (lot.applied_lines, lot.rejected_lines) == (2, 2)
    with caisse_scope(lot.caisse_id):
        assert set(Rejet.objects.values_list("code", "raw")) == {
            ("LIGNE_ILLISIBLE", "[1, 2]"),
            ("LIGNE_ILLISIBLE", '{"type": "mois", "type": "mois"}'),
        }
    assert rejects_of(lot).count(b"[1, 2]") == 1


def test_thousands_of_rejected_lines_are_all_kept_in_order():
    lines = [person(id=f"P{n}", numero=f"{n:07d}", langue="xx") for n in range(4_500)]

    lot = load(jsonl(*lines))

    assert (lot.applied_lines, lot.rejected_lines) == (0, 4_500)
    with national_scope():
        assert set(Rejet.objects.values_list("line", flat=True)) == set(range(2, 4_502))
    assert header(lines)["personnes_lignes"] == 4_500
