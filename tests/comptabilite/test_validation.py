"""Invariants 11 and 12: numbers without a gap, and a chain that anybody can compute again."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from django.db import DatabaseError, connection, transaction

from caf_portal.database.scope import caisse_scope
from caisses.models import Caisse
from comptabilite.models import Cloture, Ecriture, Journal, Validation
from comptabilite.services.validation import drafts_until, validate_day
from tests.comptabilite.factories import NOW, add_lines, bare_ecriture

DAY = date(2026, 11, 20)
LATER = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    """The fund, in its scope for the whole test."""
    caisse_id = Caisse.objects.get(code="011").pk
    with caisse_scope(caisse_id):
        yield caisse_id


def write(ain, **changes):
    ecriture = bare_ecriture(caisse_id=ain, **changes)
    add_lines(ecriture, (300, 0), (0, 100), (0, 200))
    return ecriture


def close(ain, day=DAY):
    cloture = Cloture.objects.create(
        caisse_id=ain, periode="JOUR", first_on=day, last_on=day, closed_at=LATER
    )
    return cloture, validate_day(cloture=cloture, validated_on=date(2026, 11, 25), now=LATER)


def canonical(final):
    """The bytes of the specification, written again here."""

    def plain(text):
        return text.replace("\t", " ").replace("\r", " ").replace("\n", " ")

    ecriture = final.ecriture
    rows = [
        [
            final.previous_hash,
            ecriture.caisse.code,
            ecriture.journal.code,
            final.exercice,
            final.number,
            f"{ecriture.accounting_on:%Y%m%d}",
            plain(ecriture.piece),
            f"{ecriture.origin_on:%Y%m%d}",
            plain(ecriture.label),
            f"{final.validated_on:%Y%m%d}",
        ]
    ]
    rows += [
        [
            line.position,
            line.compte.number,
            plain(line.auxiliaire),
            plain(line.label),
            line.debit_cents,
            line.credit_cents,
        ]
        for line in ecriture.lignes.order_by("position")
    ]
    return "".join("\t".join(map(str, row)) + "\n" for row in rows).encode()


def test_inv12_each_hash_is_that_of_the_canonical_form_and_of_the_one_before(ain):
    write(ain, label="Paiement\tde l’été\r\nn° 1")
    write(ain, recorded_at=NOW + timedelta(minutes=1))
    write(ain, journal=Journal.objects.get(caisse_id=ain, code="BQ"))
    close(ain)

    chains: dict[str, str] = {}
    for final in Validation.objects.order_by("journal__code", "exercice", "number"):
        code = final.journal.code
        assert final.previous_hash == chains.get(code, "0" * 64)
        assert final.hash == sha256(canonical(final)).hexdigest()
        chains[code] = final.hash
    assert sorted(chains) == ["BQ", "CBL"]


def test_inv12_the_chain_goes_on_from_day_to_day(ain):
    write(ain)
    close(ain)
    write(ain, accounting_on=DAY + timedelta(days=1))
    close(ain, DAY + timedelta(days=1))

    first, second = Validation.objects.order_by("number")

    assert second.previous_hash == first.hash


def test_inv11_numbers_follow_the_days_then_the_instants(ain):
    last = write(ain, recorded_at=NOW + timedelta(minutes=2))
    first = write(ain, accounting_on=DAY - timedelta(days=1), recorded_at=NOW + timedelta(hours=1))
    second = write(ain)

    assert close(ain)[1] == 3

    ranked = Ecriture.objects.order_by("validation__number")
    assert list(ranked) == [first, second, last]


def test_inv11_the_database_gives_the_number_whatever_python_says(ain):
    ecriture = write(ain)
    cloture = Cloture.objects.create(
        caisse_id=ain, periode="JOUR", first_on=DAY, last_on=DAY, closed_at=LATER
    )
    Validation.objects.create(
        caisse_id=ain,
        ecriture=ecriture,
        journal=Journal.objects.get(caisse_id=ain, code="BQ"),
        cloture=cloture,
        exercice=1999,
        number=77,
        validated_on=date(2026, 11, 25),
        validated_at=LATER,
        previous_hash="a" * 64,
        hash="b" * 64,
    )

    final = Validation.objects.get()
    assert (final.journal.code, final.exercice, final.number) == ("CBL", 2026, 1)
    assert (final.previous_hash, final.hash) == ("0" * 64, sha256(canonical(final)).hexdigest())


def test_inv11_an_ecriture_of_another_day_than_the_closing_gets_no_number(ain):
    ecriture = write(ain, accounting_on=DAY + timedelta(days=1))
    cloture, _count = close(ain)

    with pytest.raises(DatabaseError, match="inv11"), transaction.atomic():
        Validation.objects.create(
            caisse_id=ain,
            ecriture=ecriture,
            journal=ecriture.journal,
            cloture=cloture,
            exercice=2026,
            number=1,
            validated_on=date(2026, 11, 25),
            validated_at=LATER,
        )


def test_inv12_what_is_final_neither_changes_nor_goes(ain):
    write(ain)
    close(ain)

    for statement in (
        "UPDATE comptabilite_validation SET number = 2",
        "DELETE FROM comptabilite_validation",
        "UPDATE comptabilite_cloture SET ecritures = 2",
    ):
        refused = pytest.raises(DatabaseError, match="permission denied")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_drafts_are_counted_until_the_day_and_once(ain):
    write(ain)
    write(ain, accounting_on=DAY + timedelta(days=1))

    drafts = drafts_until(caisse_id=ain, last_on=DAY)
    close(ain)

    assert (drafts.ecritures, drafts.debit_cents) == (1, 300)
    assert drafts_until(caisse_id=ain, last_on=DAY).ecritures == 0
    assert drafts_until(caisse_id=ain, last_on=DAY + timedelta(days=1)).ecritures == 1
