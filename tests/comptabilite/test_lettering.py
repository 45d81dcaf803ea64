"""Lines that answer each other are lettered; a debt that lives again is not settled any more."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Lettrage, Ligne, LigneLettree
from comptabilite.models.events import Evenement
from comptabilite.services.lettering import LetteringRefused, letter, undo
from comptabilite.services.lettering_debts import REBORN, funds_with_books, letter_debts
from comptabilite.services.writing import Part, write_ecriture
from tests.comptabilite.factories import NOW, add_lines, bare_ecriture

LATER = NOW + timedelta(days=3)
DEBT = "0000001-INK-001"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def lines(ain):
    """300 debited; 100, 200 and 50 credited, 50 debited: one account."""
    with caisse_scope(ain):
        first, second = bare_ecriture(caisse_id=ain), bare_ecriture(caisse_id=ain)
        made = add_lines(first, (300, 0), (0, 100), (0, 200)) + add_lines(second, (50, 0), (0, 50))
        return [line.pk for line in made]


def lettered(ain, keys, reason="essai"):
    with caisse_scope(ain):
        compte_id = Ligne.objects.get(pk=keys[0]).compte_id
        return letter(caisse_id=ain, compte_id=compte_id, ligne_ids=keys, reason=reason, now=LATER)


def write(ain, event, cents, *, auxiliaire=DEBT, now=NOW):
    with caisse_scope(ain):
        return write_ecriture(
            caisse_id=ain,
            event=event,
            parts=[Part(event, cents, "Créance", famille="RSA", auxiliaire=auxiliaire)],
            source_id=uuid4(),
            piece="P1",
            label="essai",
            now=now,
        )


def lettrage_of(caisse_id, compte_id):
    """A lettrage without lines yet."""
    return Lettrage.objects.create(
        caisse_id=caisse_id,
        compte_id=compte_id,
        rank=0,
        lettered_on=NOW.date(),
        lettered_at=NOW,
        reason="essai",
    )


def live():
    """The debts that are lettered, and by which letter."""
    with national_scope():
        rows = LigneLettree.objects.filter(live=True).order_by("pk")
        return sorted(set(rows.values_list("ligne__auxiliaire", "lettrage__code")))


def test_lines_that_balance_are_lettered_a_then_b(ain, lines):
    first = lettered(ain, lines[:3])
    second = lettered(ain, lines[3:])

    assert (first.code, second.code) == ("A", "B")
    assert first.lettered_on.isoformat() == "2026-11-23"


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (slice(0, 2), "2,00"),
        (slice(0, 1), "au moins deux lignes"),
    ],
)
def test_lines_that_do_not_balance_are_refused_in_words(ain, lines, chosen, words):
    with pytest.raises(LetteringRefused, match=words):
        lettered(ain, lines[chosen])

    with national_scope():
        assert not Lettrage.objects.exists()


def test_a_line_is_in_one_lettrage_until_it_is_undone(ain, lines):
    first = lettered(ain, lines[:3])

    with pytest.raises(LetteringRefused, match="déjà lettrée"):
        lettered(ain, lines)
    with caisse_scope(ain):
        undo(lettrage_id=first.pk, reason="erreur", now=LATER)
        with pytest.raises(LetteringRefused, match="déjà été défait"):
            undo(lettrage_id=first.pk, reason="erreur", now=LATER)
    assert lettered(ain, lines).code == "B"


def test_lettering_and_undoing_take_a_reason(ain, lines):
    with pytest.raises(LetteringRefused, match="pourquoi"):
        lettered(ain, lines[:3], reason=" ")
    with caisse_scope(ain), pytest.raises(LetteringRefused, match="pourquoi"):
        undo(lettrage_id=lettered(ain, lines[:3]).pk, reason="", now=LATER)


def test_inv18_the_database_refuses_a_lettrage_that_does_not_balance(ain, lines):
    with caisse_scope(ain):
        line = Ligne.objects.get(pk=lines[0])
        lettrage = lettrage_of(ain, line.compte_id)
        rows = [LigneLettree(caisse_id=ain, lettrage=lettrage, ligne_id=key) for key in lines[:2]]

        with pytest.raises(DatabaseError, match="inv18"), transaction.atomic():
            LigneLettree.objects.bulk_create(rows)


@pytest.mark.parametrize("stranger", ["line", "lettrage", "no line"])
def test_inv08_a_lettrage_takes_lines_of_its_fund(ain, lines, stranger):
    """Also for who sees every fund."""
    other = Caisse.objects.get(code="331").pk
    write(other, Evenement.DEBT_ESTABLISHED, 200)
    with national_scope():
        mine = Ligne.objects.get(pk=lines[0])
        theirs = Ligne.objects.filter(caisse_id=other).first()
        of = theirs if stranger == "lettrage" else mine
        lettrage = lettrage_of(of.caisse_id, of.compte_id)
        last = {"line": theirs.pk, "lettrage": lines[2], "no line": 0}[stranger]
        rows = [
            LigneLettree(caisse_id=ain, lettrage=lettrage, ligne_id=key)
            for key in (*lines[:2], last)
        ]

        with pytest.raises(IntegrityError, match="inv08"), transaction.atomic():
            LigneLettree.objects.bulk_create(rows)


def test_a_debt_that_is_paid_is_lettered_once_and_others_wait(ain):
    write(ain, Evenement.DEBT_ESTABLISHED, 500)
    write(ain, Evenement.CARD_PAYMENT, 200)
    write(ain, Evenement.DEBT_ESTABLISHED, 900, auxiliaire="0000002-INK-001")
    assert letter_debts(caisse_id=ain, now=LATER) == 0

    write(ain, Evenement.WITHHOLDING, 300)

    assert letter_debts(caisse_id=ain, now=LATER) == 1
    assert letter_debts(caisse_id=ain, now=LATER) == 0
    assert live() == [(DEBT, "A")]
    assert funds_with_books() == [ain]


def test_a_debt_charged_back_lives_again_and_is_lettered_whole_when_repaid(ain):
    write(ain, Evenement.DEBT_ESTABLISHED, 500)
    write(ain, Evenement.CARD_PAYMENT, 500)
    letter_debts(caisse_id=ain, now=LATER)
    write(ain, Evenement.CHARGEBACK, 500)

    assert letter_debts(caisse_id=ain, now=LATER) == 0
    assert live() == []
    with national_scope():
        assert Lettrage.objects.get().undone_reason == REBORN

    write(ain, Evenement.CARD_PAYMENT, 500)
    assert letter_debts(caisse_id=ain, now=LATER) == 1
    assert live() == [(DEBT, "B")]
    with national_scope():
        assert LigneLettree.objects.filter(live=True).count() == 4


def test_what_an_accountant_lettered_stays_when_something_comes(ain):
    write(ain, Evenement.DEBT_ESTABLISHED, 500)
    write(ain, Evenement.CARD_PAYMENT, 500)
    with caisse_scope(ain):
        keys = list(Ligne.objects.filter(auxiliaire=DEBT).values_list("pk", flat=True))
    lettered(ain, keys, reason="vu avec la personne")
    write(ain, Evenement.CHARGEBACK, 500)

    letter_debts(caisse_id=ain, now=LATER)

    assert live() == [(DEBT, "A")]


def test_many_debts_each_have_their_own_letter(ain):
    debts = [f"000000{rank}-INK-001" for rank in range(1, 8)]
    for auxiliaire in debts:
        write(ain, Evenement.DEBT_ESTABLISHED, 500, auxiliaire=auxiliaire)
        write(ain, Evenement.CARD_PAYMENT, 500, auxiliaire=auxiliaire)

    assert letter_debts(caisse_id=ain, now=datetime(2026, 12, 1, tzinfo=UTC)) == 7

    assert live() == list(zip(debts, "ABCDEFG", strict=True))
