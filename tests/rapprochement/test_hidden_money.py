"""Money that one side only tells, and that no day's proof may let pass in silence."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Anomalie
from payments.services.charging_back import charge_back
from rapprochement.models import Residu
from rapprochement.models.matches import ImputationKind
from rapprochement.services.closing import ClosingRefused, close_day
from rapprochement.services.imputing_by_agent import impute_by_agent
from rapprochement.services.matching import match_gateway
from rapprochement.services.proving import prove_day
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import (
    bank_line,
    file_of,
    gateway_line,
    jt_of,
    paid,
    remise_of,
)

DAY = date(2026, 11, 20)
NEXT_DAY = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    caisse_id = Caisse.objects.get(code="011").pk
    with caisse_scope(caisse_id):
        for days in range(-2, 9):
            file_of(caisse_id, "JT", DAY + timedelta(days=days))
    return caisse_id


@pytest.fixture
def comptable():
    with national_scope():
        return agent_of("011", role=Role.COMPTABLE, login="comptable")


def debt():
    with national_scope():
        return CreanceFactory()


def unexplained(caisse_id, day_on=DAY, now=NEXT_DAY):
    """Kinds and amounts of what a day's proof leaves to explain."""
    match_gateway(caisse_id=caisse_id, now=now)
    proof = prove_day(caisse_id=caisse_id, day_on=day_on, now=now)
    with caisse_scope(caisse_id):
        left = Residu.objects.filter(rapprochement=proof, explained=False)
        return list(left.order_by("kind", "pk").values_list("kind", "amount_cents"))


def test_a_chargeback_in_the_books_that_no_file_tells_is_named(ain):
    transaction = paid(debt(), vads_trans_status="CAPTURED")
    with caisse_scope(ain):
        jt_of(transaction)
        charge_back(
            debit=transaction,
            amount_cents=transaction.amount_cents,
            charged_on=DAY,
            source_id=uuid4(),
            now=NOW,
        )

    assert unexplained(ain) == [("INCONNU_PLATEFORME", 240_00)]


def test_a_late_fact_of_a_closed_day_that_no_file_tells_is_named(ain, comptable):
    with caisse_scope(ain):
        close_day(caisse_id=ain, day_on=DAY, agent=comptable, now=NEXT_DAY)
    transaction = paid(debt(), now=NEXT_DAY, vads_trans_status="CAPTURED")
    with caisse_scope(ain):
        jt_of(transaction, at=NEXT_DAY)
        charge_back(
            debit=transaction,
            amount_cents=transaction.amount_cents,
            charged_on=DAY,
            source_id=uuid4(),
            now=NEXT_DAY,
        )

    on = DAY + timedelta(days=1)

    assert unexplained(ain, on, NEXT_DAY + timedelta(days=1)) == [("INCONNU_PLATEFORME", 240_00)]
    with caisse_scope(ain), pytest.raises(ClosingRefused):
        close_day(caisse_id=ain, day_on=on, agent=comptable, now=NEXT_DAY + timedelta(days=1))


def test_a_remitted_operation_that_nothing_else_tells_is_named(ain):
    with caisse_scope(ain):
        stranger = gateway_line(ain, "JT", 1, at=NOW - timedelta(days=90), trans_id="000077")
        stranger.amount_cents = 55_00
        remise_of(ain, stranger)

    assert unexplained(ain) == [("NON_COMPTABILISE", 55_00)]
    with caisse_scope(ain):
        assert Anomalie.objects.get().amount_cents == 55_00


def test_a_remitted_operation_that_jt_tells_is_named_once_by_jt(ain):
    with caisse_scope(ain):
        stranger = gateway_line(
            ain, "JT", 55_00, trans_id="000077", transaction_uuid=uuid4(), order_reference="X"
        )
        remise_of(ain, stranger)

    assert unexplained(ain) == [("NON_COMPTABILISE", 55_00)]


def test_a_fee_above_what_was_remitted_makes_a_debit_of_the_bank(ain, comptable):
    transaction = paid(debt())
    with caisse_scope(ain):
        remise = remise_of(ain, jt_of(transaction), fee=250_00)
        line = bank_line(ain, -10_00, "FRAIS REMISE", on=DAY)
        imputation = impute_by_agent(
            ligne_id=line.pk,
            kind=ImputationKind.REPRISE,
            agent=comptable,
            note="",
            now=NEXT_DAY,
            remise_ids=[remise.pk],
        )
        rows = list(
            imputation.ecriture.lignes.values_list("compte__number", "debit_cents", "credit_cents")
        )

    assert sorted(rows) == [("5115", 0, 240_00), ("5121", 0, 10_00), ("6278", 250_00, 0)]
    assert unexplained(ain) == []
