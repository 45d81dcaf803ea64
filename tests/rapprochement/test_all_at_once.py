"""Everything that moves a fund's books, at once, over real connections: nobody waits for ever, and
every cent is where it should be at the end."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db.models import Sum

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Ligne
from comptabilite.services.lettering_debts import letter_debts
from payments.models import TropPercu
from payments.services.invariants import find_breaches
from rapprochement.models import Impaye, Imputation
from rapprochement.models.matches import ImputationKind
from rapprochement.services.chargebacks import record_chargebacks
from rapprochement.services.closing import ClosingRefused, close_day
from rapprochement.services.imputation_writing import ImputationRefused
from rapprochement.services.imputing import impute_bank_lines
from rapprochement.services.imputing_by_agent import impute_by_agent
from rapprochement.services.matching import match_gateway
from rapprochement.services.placing import PlacingRefused, left_cents, place_on_debt
from rapprochement.services.proving import prove_day
from rapprochement.services.writing_movements import write_movements
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW, open_payment
from tests.payments.test_races import at_once
from tests.rapprochement.gateway_rows import (
    bank_line,
    file_of,
    gateway_line,
    jt_of,
    paid,
    told,
)

DAY = date(2026, 11, 20)
LATER = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
MANY, ROUNDS = 6, 5
_REFUSALS = (ClosingRefused, ImputationRefused, PlacingRefused)

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def ain():
    caisse_id = Caisse.objects.get(code="011").pk
    with caisse_scope(caisse_id):
        for days in range(-1, 4):
            file_of(caisse_id, "JT", DAY + timedelta(days=days))
    return caisse_id


@pytest.fixture
def comptable():
    with national_scope():
        return agent_of("011", role=Role.COMPTABLE, login="comptable")


def debts() -> list:
    with national_scope():
        return [CreanceFactory() for _n in range(MANY)]


def tried(*works: Callable[[], object]) -> Callable[[], list[object]]:
    """The works one after the other; a refusal in words is an answer, anything else ends them."""

    def answers() -> Iterator[object]:
        for work in works:
            try:
                yield work()
            except _REFUSALS as refusal:
                yield refusal

    return lambda: list(answers())


def test_everything_at_once_deadlocks_nobody_and_loses_no_cent(ain, comptable):
    owed, coming = debts(), debts()
    transactions = [paid(each, vads_trans_status="CAPTURED") for each in owed]
    payments = [(open_payment(each), uuid4()) for each in coming]
    with caisse_scope(ain):
        for rank, each in enumerate(transactions):
            jt_of(each, trans_id=f"{rank:06d}")
        charges = [
            gateway_line(
                ain,
                "JRI",
                -each.amount_cents,
                transaction_uuid=each.uuid,
                trans_id=f"{rank:06d}",
                order_reference=each.payment.reference,
            )
            for rank, each in enumerate(transactions[:3])
        ]
        for payment, uuid in payments:
            gateway_line(
                ain, "JT", 240_00, transaction_uuid=uuid, order_reference=payment.reference
            )
        bank_line(ain, -240_00, "IMPAYE CB 000001", on=DAY)
        waiting = bank_line(ain, 50_00, "VIR", on=DAY + timedelta(days=1))

    def impute():
        with caisse_scope(ain):
            return impute_by_agent(
                ligne_id=waiting.pk,
                kind=ImputationKind.ATTENTE,
                agent=comptable,
                note="Inconnu",
                now=LATER,
            )

    def place(creance):
        with caisse_scope(ain):
            return place_on_debt(
                ligne_banque=waiting,
                creance=creance,
                agent=comptable,
                note="Retrouvé",
                now=LATER,
                amount_cents=5_00,
            )

    def close(days):
        with caisse_scope(ain):
            return close_day(
                caisse_id=ain, day_on=DAY + timedelta(days=days), agent=comptable, now=LATER
            )

    def prove():
        return [
            prove_day(caisse_id=ain, day_on=DAY + timedelta(days=days), now=LATER)
            for days in range(3)
        ]

    def record():
        return record_chargebacks(fichier_id=charges[0].fichier_id, now=LATER)

    results = at_once(
        tried(*[lambda p=p, u=u: told(p, u, now=NOW) for p, u in payments]),
        tried(*[lambda: match_gateway(caisse_id=ain, now=LATER), prove] * ROUNDS),
        tried(*[lambda: impute_bank_lines(caisse_id=ain, now=LATER)] * ROUNDS),
        tried(impute, *[lambda c=c: place(c) for c in (*coming, *owed)]),
        tried(impute, *[lambda c=c: place(c) for c in (*reversed(owed), *coming)]),
        tried(*[lambda d=d: close(d) for d in (0,) * 12 + (1, 2)]),
        tried(*[lambda: write_movements(caisse_id=ain, now=LATER)] * ROUNDS),
        tried(*[lambda: letter_debts(caisse_id=ain, now=LATER)] * ROUNDS),
        tried(record, record),
        tried(record, record),
    )
    write_movements(caisse_id=ain, now=LATER)

    assert not [each for each in results if not isinstance(each, list)]
    # The rows of files were written by hand, without their bytes.
    assert {breach.rule for breach in find_breaches()} <= {"inv20_statements_follow"}
    with caisse_scope(ain):
        assert Impaye.objects.count() == len(charges)
        assert Imputation.objects.filter(ligne=waiting).count() == 1
        sums = Ligne.objects.aggregate(d=Sum("debit_cents"), c=Sum("credit_cents"))
        assert sums["d"] == sums["c"]
        # What a card paid on a debt that a transfer had just repaid in part waits too.
        surplus = sum(TropPercu.objects.values_list("amount_cents", flat=True))
        assert -left_on("471") == left_cents(waiting) + surplus
        assert left_cents(waiting) < 50_00


def left_on(number: str) -> int:
    """Debits less credits of an account."""
    lines = Ligne.objects.filter(compte__number=number)
    return sum(line.debit_cents - line.credit_cents for line in lines)
