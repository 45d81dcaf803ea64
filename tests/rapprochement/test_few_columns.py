"""Files with the columns that the platform documents, and no others: no identifier, no order."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from payments.models import Payment, Redirection, Transaction
from rapprochement.models import Appariement
from rapprochement.readers.gateway.columns import PLACES
from rapprochement.readers.gateway.file import Kind
from rapprochement.services.file_refusals import FileRefused
from rapprochement.services.matching import match_gateway
from rapprochement.services.proving import prove_day
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, open_payment
from tests.rapprochement.gateway_rows import paid, told
from tests.rapprochement.readers.gateway_files import (
    jo_file,
    jo_line,
    jrb_file,
    jrb_line,
    jt_file,
    jt_line,
)
from tests.rapprochement.statements import fund, received, shop_of

EVE, DAY = date(2026, 11, 19), date(2026, 11, 20)
LATER = NOW + timedelta(days=2)
#: The documented places, and no ENTETE record.
ONLY = {
    jt_file: {"header": False, "columns": PLACES[Kind.JT, "V_CUSTOM"]},
    jo_file: {"header": False, "columns": PLACES[Kind.JO, "V3"]},
    jrb_file: {"header": False, "columns": PLACES[Kind.JRB, "V2"]},
}

pytestmark = pytest.mark.django_db


def debt(cents: int = 240_00):
    with national_scope():
        return CreanceFactory(initial_cents=cents)


def paid_at(payment: Payment, at: datetime) -> Transaction:
    """The payment's transaction, told at once."""
    uuid = uuid4()
    told(payment, uuid, now=at, vads_effective_creation_date=f"{at:%Y%m%d%H%M%S}")
    with national_scope():
        return Transaction.objects.select_related("payment").get(uuid=uuid)


def number_of(transaction: Transaction) -> str:
    """The number that the payment left with."""
    with national_scope():
        return Redirection.objects.get(payment=transaction.payment_id).trans_id


def load(make, *lines, day: date = DAY, **how) -> None:
    name, content = make(lines, shop_of("011").site_id, day, **(how or ONLY[make]))
    received(content, name, code="011", now=LATER)


def jt_of(transaction: Transaction, *, at: datetime = NOW, **changes):
    values = {"trans_id": number_of(transaction), "cents": transaction.amount_cents}
    return jt_line(at=at, status="AUTHORISED", **(values | changes))


def found() -> list[tuple[str, str]]:
    """Kinds and rules of what was matched."""
    match_gateway(caisse_id=fund("011").pk, now=LATER)
    with caisse_scope(fund("011").pk):
        return list(Appariement.objects.order_by("kind", "pk").values_list("kind", "regle"))


def proof_of(day_on: date):
    return prove_day(caisse_id=fund("011").pk, day_on=day_on, now=LATER)


def test_payments_are_found_by_the_number_and_the_time_of_their_departure():
    first, second = paid(debt()), paid(debt())
    load(jt_file, day=EVE)
    load(jt_file, jt_of(first), jt_of(second))

    assert found() == [("JT", "REFERENCE")] * 2
    proof = proof_of(DAY)
    assert (proof.gateway_cents, proof.ledger_cents, proof.unexplained) == (480_00, 480_00, 0)


def test_a_departure_just_before_midnight_has_a_number_of_the_day_before():
    left = datetime(2026, 11, 19, 23, 58, tzinfo=UTC)
    at = left + timedelta(minutes=5)
    transaction = paid_at(open_payment(debt(), now=left), at)
    load(jt_file, jt_of(transaction, at=at))

    assert found() == [("JT", "REFERENCE")]


def test_the_same_number_of_another_day_or_another_amount_answers_nothing():
    first, second = paid(debt()), paid(debt())
    load(
        jt_file,
        jt_of(first, at=NOW - timedelta(days=1)),
        jt_of(second, cents=second.amount_cents - 1),
        jt_of(second, at=NOW - timedelta(hours=1)),
    )

    assert found() == []


def test_two_lines_with_one_number_are_left_to_an_agent():
    transaction = paid(debt())
    load(jt_file, jt_of(transaction), jt_of(transaction, at=NOW + timedelta(minutes=1)))

    assert found() == []


def test_a_cancellation_is_found_through_the_payment_that_jt_told():
    transaction = paid(debt())
    told(transaction.payment, transaction.uuid, vads_trans_status="CANCELLED")
    cancelled = jo_line(
        trans_id=number_of(transaction), cents=240_00, at=NOW, operation_kind="CANCEL"
    )
    load(jt_file, day=EVE)
    load(jt_file, jt_of(transaction))
    load(jo_file, cancelled)

    assert found() == [("JO", "REFERENCE"), ("JT", "REFERENCE")]
    proof = proof_of(DAY)
    assert (proof.gateway_cents, proof.ledger_cents, proof.unexplained) == (0, 0, 0)


def test_a_remitted_payment_is_found_through_the_payment_that_jt_told():
    transaction = paid(debt())
    remitted = jrb_line(
        trans_id=number_of(transaction),
        cents=240_00,
        remitted_at=NOW + timedelta(hours=9),
        remittance_number="7",
        order_id="",
    )
    load(jt_file, jt_of(transaction))
    load(jrb_file, remitted)

    assert found() == [("JRB", "REFERENCE"), ("JT", "REFERENCE")]


def test_operations_that_say_neither_the_day_of_payment_nor_an_identifier_are_refused():
    transaction = paid(debt())
    cancelled = jo_line(
        trans_id=number_of(transaction), cents=240_00, at=NOW, operation_kind="CANCEL"
    )
    columns = [name for name in cancelled if name not in {"PAYMENT_DATE", "UUID", "PARENT_UUID"}]
    load(jt_file, jt_of(transaction))

    with pytest.raises(FileRefused, match="PAYMENT_DATE"):
        load(jo_file, cancelled, columns=columns)
