"""Écritures follow the fund's dated scheme."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from caf_portal.database.scope import caisse_scope
from caisses.models import Caisse
from comptabilite.models import Compte, Ligne, RegleComptable, SchemaComptable
from comptabilite.models.events import Evenement
from comptabilite.services.writing import Part, RuleMissing, write_ecriture

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


def write(caisse_id, now, *parts):
    return write_ecriture(
        caisse_id=caisse_id,
        event=Evenement.CARD_PAYMENT,
        parts=parts or [Part(Evenement.CARD_PAYMENT, 500, "Créance", famille="RSA")],
        source_id=uuid4(),
        piece="P1",
        label="Paiement",
        now=now,
    )


@pytest.mark.parametrize(
    ("instant", "accounting_on"),
    [
        (datetime(2026, 7, 14, 21, 59, tzinfo=UTC), date(2026, 7, 14)),
        (datetime(2026, 7, 14, 22, 0, tzinfo=UTC), date(2026, 7, 15)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_the_accounting_date_is_the_one_of_paris(ain, instant, accounting_on):
    with caisse_scope(ain):
        assert write(ain, instant).accounting_on == accounting_on


def test_a_new_scheme_serves_from_its_day_on(ain):
    with caisse_scope(ain):
        old = RegleComptable.objects.get(caisse_id=ain, event=Evenement.CARD_PAYMENT, famille="RSA")
        schema = SchemaComptable.objects.create(
            caisse_id=ain, effective_on=date(2026, 12, 1), label="Décembre"
        )
        new = Compte.objects.create(caisse_id=ain, number="4092999", label="RSA, nouveau compte")
        RegleComptable.objects.create(
            caisse_id=ain,
            schema=schema,
            event=Evenement.CARD_PAYMENT,
            journal_id=old.journal_id,
            debit_id=old.debit_id,
            credit=new,
        )
        before = write(ain, datetime(2026, 11, 30, 12, tzinfo=UTC))
        after = write(ain, datetime(2026, 12, 1, 12, tzinfo=UTC))

        assert credited(before) == [old.credit_id]
        assert credited(after) == [new.pk]


def test_without_a_rule_nothing_is_written(ain):
    with caisse_scope(ain):
        with pytest.raises(RuleMissing):
            write(ain, datetime(2020, 1, 1, tzinfo=UTC))
        assert not Ligne.objects.exists()


def test_parts_share_one_debit_line(ain):
    with caisse_scope(ain):
        ecriture = write(
            ain,
            datetime(2026, 11, 20, tzinfo=UTC),
            Part(Evenement.CARD_PAYMENT, 300, "a", famille="AL"),
            Part(Evenement.CARD_PAYMENT, 200, "b", famille="PPA"),
            Part(Evenement.UNIDENTIFIED_RECEIPT, 7, "trop-perçu"),
        )
        debits = list(ecriture.lignes.filter(debit_cents__gt=0))

    assert [line.debit_cents for line in debits] == [507]


def credited(ecriture):
    return list(ecriture.lignes.filter(credit_cents__gt=0).values_list("compte_id", flat=True))


def test_what_is_given_back_credits_the_bank_once_and_debits_each_debt(ain):
    with caisse_scope(ain):
        ecriture = write_ecriture(
            caisse_id=ain,
            event=Evenement.CARD_REFUND,
            parts=[
                Part(Evenement.SUSPENSE_REFUND, 100, "Trop-perçu rendu"),
                Part(Evenement.CARD_REFUND, 500, "Créance", famille="RSA", auxiliaire="1-INK-001"),
            ],
            source_id=uuid4(),
            piece="P1",
            label="Remboursement",
            now=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        )
        lines = ecriture.lignes.order_by("position").values_list(
            "compte__number", "auxiliaire", "debit_cents", "credit_cents"
        )
        assert list(lines) == [
            ("471", "", 100, 0),
            ("409230", "1-INK-001", 500, 0),
            ("5115", "", 0, 600),
        ]
