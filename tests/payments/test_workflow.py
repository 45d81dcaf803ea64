"""The table of moves is complete, and the database holds it (invariant 6)."""

from itertools import product

import pytest
from django.db import IntegrityError, transaction

from caf_portal.database.scope import caisse_scope, national_scope
from payments.models import Payment, PaymentLog
from payments.status import ALLOWED, Cause, PaymentStatus
from payments.workflow import TransitionRefused, transition
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, open_payment
from tests.payments.roads import ROADS, lead

S = PaymentStatus


@pytest.fixture
def payment(db):
    with national_scope():
        creance = CreanceFactory()
    return open_payment(creance)


def test_every_status_has_a_row_and_a_road():
    assert set(ALLOWED) == set(S) == set(ROADS)


def test_nothing_undoes_a_paid_payment_but_giving_all_of_it_back():
    assert ALLOWED[S.PAID] == {S.REFUNDED}
    assert ALLOWED[S.REFUNDED] == frozenset()


@pytest.mark.parametrize(("start", "end"), list(product(S, S)))
def test_inv06_a_move_succeeds_if_and_only_if_the_table_has_it(payment, start, end):
    with caisse_scope(payment.caisse_id):
        lead(payment, start, now=NOW)
        lines = PaymentLog.objects.count()
        if end in ALLOWED[start]:
            transition(payment, end, now=NOW, cause=Cause.POLL)
            assert Payment.objects.get().status == end
            assert PaymentLog.objects.count() == lines + 1
        else:
            with pytest.raises(TransitionRefused):
                transition(payment, end, now=NOW, cause=Cause.POLL)
            assert Payment.objects.get().status == start
            assert PaymentLog.objects.count() == lines


@pytest.mark.parametrize(
    ("start", "end"), [(a, b) for a, b in product(S, S) if b not in ALLOWED[a]]
)
def test_inv06_the_database_refuses_what_the_table_does_not_have(payment, start, end):
    with caisse_scope(payment.caisse_id):
        lead(payment, start, now=NOW)
        with pytest.raises(IntegrityError, match="inv06"), transaction.atomic():
            _log(payment, start, end)


def test_inv06_a_line_that_starts_elsewhere_is_refused(payment):
    with (
        caisse_scope(payment.caisse_id),
        pytest.raises(IntegrityError, match="inv06"),
        transaction.atomic(),
    ):
        _log(payment, S.REFUSED, S.PAID)


@pytest.mark.parametrize("changes", [{"status": S.PAID}, {"paid_at": NOW}])
def test_inv06_a_status_is_not_written_by_hand(payment, changes):
    with (
        caisse_scope(payment.caisse_id),
        pytest.raises(IntegrityError, match="inv06"),
        transaction.atomic(),
    ):
        Payment.objects.filter(pk=payment.pk).update(**changes)


def test_inv06_a_payment_is_born_open(payment):
    with (
        caisse_scope(payment.caisse_id),
        pytest.raises(IntegrityError, match="inv06"),
        transaction.atomic(),
    ):
        Payment.objects.bulk_create([_copy(payment)])


def _copy(payment):
    return Payment(
        caisse_id=payment.caisse_id,
        boutique_id=payment.boutique_id,
        allocataire_id=payment.allocataire_id,
        reference="COPY",
        amount_cents=payment.amount_cents,
        status=S.PAID,
        paid_at=NOW,
        channel=payment.channel,
        created_at=NOW,
        last_form_at=NOW,
    )


def _log(payment, start, end):
    PaymentLog.objects.create(
        caisse_id=payment.caisse_id,
        payment=payment,
        from_status=start,
        to_status=end,
        cause=Cause.POLL,
        at=NOW,
    )
