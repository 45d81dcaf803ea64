"""The funds come from a file that is checked line by line."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from caf_portal.data_file import DataFileRefused
from caisses.models import Caisse
from caisses.models.caisse import Certainty
from caisses.services.loading import CAISSES_FILE, load_caisses

pytestmark = pytest.mark.django_db


def changed_file(tmp_path: Path, old: str, new: str) -> Path:
    text = CAISSES_FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "cafs.csv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_there_are_101_funds_with_what_is_uncertain_marked():
    certainties = [caisse.code_certainty for caisse in Caisse.objects.all()]

    assert len(certainties) == 101
    assert certainties.count(Certainty.SEEN) == 60
    assert certainties.count(Certainty.PROBABLE) == 36
    assert certainties.count(Certainty.GUESSED) == 5


def test_a_fund_is_read_whole():
    ain = Caisse.objects.get(code="011")

    assert (ain.nom, ain.departement_code, ain.departement_nom) == ("CAF de l'Ain", "01", "Ain")
    assert (ain.ville, ain.siren, ain.ville_seen) == ("Bourg-en-Bresse", "779311224", True)


def test_loading_again_writes_nothing(django_assert_num_queries):
    with django_assert_num_queries(3):  # savepoint, one SELECT, release
        loaded = load_caisses()

    assert (loaded.created, loaded.updated) == (0, 0)


def test_a_changed_name_is_brought_up_to_date(tmp_path):
    before = Caisse.objects.get(code="011").pk

    loaded = load_caisses(path=changed_file(tmp_path, "CAF de l'Ain", "Caf de l'Ain bis"))

    assert (loaded.created, loaded.updated) == (0, 1)
    assert Caisse.objects.get(code="011").nom == "Caf de l'Ain bis"
    assert Caisse.objects.get(code="011").pk == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("011,CAF de l'Ain", "11,CAF de l'Ain", r"line 4, field code: '11' is not three digits"),
        ("011,CAF de l'Ain", "011,", r"line 4, field nom: the value is missing"),
        ("01 Ain,", "Ain,", r"line 4, field departement: expected a number"),
        ("779311224", "779311225", r"line 4, field siren:"),
        ("779311224,oui", "779311224,peut-être", r"field code_certain: 'peut-être' is unknown"),
        ("028,CAF de l'Aisne", "011,CAF de l'Aisne", r"line 5, field code: 011 is already on"),
        (",oui,seen", ",oui", r"line 4: 7 values, 8 expected"),
        ("code,nom", "codes,nom", r"the header has no field code"),
    ],
)
def test_a_bad_file_is_refused_by_line_and_field_and_writes_nothing(tmp_path, old, new, said):
    path = changed_file(tmp_path, old, new)

    with pytest.raises(DataFileRefused, match=said):
        load_caisses(path=path)

    assert Caisse.objects.count() == 101


def test_the_command_says_what_is_wrong(tmp_path):
    path = changed_file(tmp_path, "01 Ain,", "Ain,")

    with pytest.raises(CommandError, match="line 4, field departement"):
        call_command("load_caisses", file=path)


def test_the_command_says_that_a_file_is_missing(tmp_path):
    with pytest.raises(CommandError, match=r"absent\.csv"):
        call_command("load_caisses", file=tmp_path / "absent.csv")
