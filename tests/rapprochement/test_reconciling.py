"""A fund is reconciled as a whole, one process at a time, up to yesterday."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection

from caf_portal.database.advisory import held
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from payments.gateways.base import Refusal, Result, TransactionReport
from rapprochement.models import Appariement, FichierReleve, Rapprochement
from rapprochement.services import asking
from rapprochement.services.reconciling import (
    funds_to_reconcile,
    funds_with_files,
    open_days,
    reconcile_fund,
)
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, open_payment
from tests.rapprochement.gateway_rows import file_of, gateway_line, jt_of, paid

DAY = date(2026, 11, 20)
TOMORROW = NOW + timedelta(days=1)

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


def debt():
    with national_scope():
        return CreanceFactory()


def days_proved(caisse_id):
    with caisse_scope(caisse_id):
        return list(Rapprochement.objects.order_by("day_on").values_list("day_on", flat=True))


def test_every_open_day_is_proved_up_to_yesterday(ain):
    transaction = paid(debt())
    with caisse_scope(ain):
        jt_of(transaction)

    reconcile_fund(caisse_id=ain, now=TOMORROW + timedelta(days=1))

    assert days_proved(ain) == [DAY, DAY + timedelta(days=1)]
    with caisse_scope(ain):
        assert Appariement.objects.count() == 1


def test_a_fund_without_files_is_left_alone(ain):
    paid(debt())

    assert funds_with_files() == []
    assert open_days(caisse_id=ain, now=TOMORROW) == []


def test_a_fund_is_due_while_its_last_file_has_no_proof_after_it(ain):
    with caisse_scope(ain):
        received_at = file_of(ain, "JT", DAY).received_at
    later = received_at + timedelta(minutes=5)

    assert funds_to_reconcile(now=later) == [ain]
    with caisse_scope(ain):
        Rapprochement.objects.create(caisse_id=ain, day_on=DAY, computed_at=later)
    assert funds_to_reconcile(now=later) == []
    with caisse_scope(ain):
        assert FichierReleve.objects.count() == 1


@pytest.mark.parametrize("left_out", [(), ("uuid",), ("uuid", "order")])
def test_money_whose_notification_was_lost_is_asked_about_and_books_itself(
    ain, monkeypatch, left_out
):
    payment = open_payment(debt())
    lost = uuid4()
    with caisse_scope(ain):
        told = gateway_line(
            ain,
            "JT",
            payment.amount_cents,
            transaction_uuid=None if "uuid" in left_out else lost,
            trans_id=payment.redirections.get().trans_id,
            order_reference="" if "order" in left_out else payment.reference,
        )
    asked = []
    monkeypatch.setattr(asking, "gateway_of", lambda boutique: _Platform(asked, payment, lost))

    reconcile_fund(caisse_id=ain, now=TOMORROW)

    assert asked == [payment.reference]
    with caisse_scope(ain):
        assert Appariement.objects.get().plateforme_id == told.pk
        payment.refresh_from_db()
    assert payment.status == "PAID"


def test_a_second_process_leaves_the_first_alone(ain):
    with caisse_scope(ain):
        file_of(ain, "JT", DAY)

    with held("rapprochement", ain) as obtained:
        # The same connection may take its lock twice: another one may not.
        done = elsewhere(partial(reconcile_fund, caisse_id=ain, now=TOMORROW))

    assert (obtained, done) == (True, False)
    assert days_proved(ain) == []


def elsewhere(work):
    """What the work gives on a connection of its own."""

    def run():
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=20)


class _Platform:
    def __init__(self, asked, payment, uuid):
        self._asked, self._payment, self._uuid = asked, payment, uuid

    def reports_of_order(self, reference, departures=()):
        self._asked.append(reference)
        return [
            TransactionReport(
                order_reference=reference,
                transaction_id=self._uuid,
                result=Result.PAID,
                gateway_status="AUTHORISED",
                operation="DEBIT",
                amount_cents=self._payment.amount_cents,
                currency="EUR",
                sequence_number=1,
                refusal=Refusal.UNSAID,
                card_brand="CB",
                card_number="497010XXXXXX0055",
                authorisation="3fe205",
                created_on=DAY,
            )
        ]
