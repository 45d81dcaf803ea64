"""Refunds and chargebacks in the pictures are those of the journals, on their own days."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Ligne
from rapprochement.pictures.figures import figures_by_fund, whole_period
from rapprochement.pictures.periods import Step, spans
from rapprochement.services.chargebacks import record_all_chargebacks
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import paid, told
from tests.rapprochement.readers.gateway_files import jri_file, jri_line
from tests.rapprochement.statements import received

DAY, NEXT = date(2026, 11, 20), date(2026, 11, 21)
GIVEN_BACK = {
    "vads_operation_type": "CREDIT",
    "vads_effective_amount": "5000",
    "vads_amount": "5000",
    "vads_trans_status": "CAPTURED",
    "vads_url_check_src": "MERCH_BO",
}

pytestmark = pytest.mark.django_db


def bought(cents: int):
    with national_scope():
        debt = CreanceFactory(initial_cents=cents)
    return paid(debt, vads_trans_status="CAPTURED")


def charge_back(transaction) -> None:
    with national_scope():
        site = transaction.payment.boutique.site_id
    line = jri_line(
        trans_id="000001",
        cents=transaction.amount_cents,
        paid_on=DAY,
        charged_back_on=NEXT,
        uuid=transaction.uuid,
    )
    name, content = jri_file([line], site, NEXT)
    received(content, name, now=NOW + timedelta(days=2))
    record_all_chargebacks(now=NOW + timedelta(days=2))


def of_the_journals(caisse_id: int, *events: str) -> int:
    """What 5115 says of these events."""
    with caisse_scope(caisse_id):
        lines = Ligne.objects.filter(compte__number="5115", ecriture__event__in=events)
        return sum(each.debit_cents - each.credit_cents for each in lines)


@pytest.mark.parametrize("step", Step)
def test_what_was_given_and_taken_back_is_what_the_journals_say(step):
    refunded, charged_back = bought(240_00), bought(99_00)
    caisse_id = refunded.caisse_id
    told(refunded.payment, uuid4(), **GIVEN_BACK)
    charge_back(charged_back)

    with caisse_scope(caisse_id):
        found = figures_by_fund(
            caisse_ids=[caisse_id], step=step, spans=spans(step, today=NEXT + timedelta(days=1))
        )[caisse_id]

    money = whole_period(found).money
    assert money.paid_cents == of_the_journals(caisse_id, "CARD_PAYMENT") == 339_00
    back = of_the_journals(caisse_id, "CARD_REFUND", "SUSPENSE_REFUND")
    assert -money.refunded_cents == back == -50_00
    taken = of_the_journals(caisse_id, "CHARGEBACK", "CHARGEBACK_SUSPENSE")
    assert -money.charged_back_cents == taken == -99_00
    assert money.net_cents == 190_00


def test_each_is_on_its_own_day():
    refunded, charged_back = bought(240_00), bought(99_00)
    told(refunded.payment, uuid4(), **GIVEN_BACK)
    charge_back(charged_back)

    with caisse_scope(refunded.caisse_id):
        days = figures_by_fund(
            caisse_ids=[refunded.caisse_id], step=Step.JOUR, spans=spans(Step.JOUR, today=NEXT)
        )[refunded.caisse_id]

    by_day = {line.span.last_on: line.money for line in days}
    assert (by_day[DAY].refunded_cents, by_day[DAY].charged_back_cents) == (50_00, 0)
    assert (by_day[NEXT].refunded_cents, by_day[NEXT].charged_back_cents) == (0, 99_00)
