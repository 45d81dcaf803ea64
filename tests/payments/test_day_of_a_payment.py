"""Money is dated of the day on which it was taken, however late the portal hears of it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from allocataires.models import Mouvement
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Ecriture
from payments.services.notifications import receive_notification
from payments.services.polling import Target, check_payment
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, open_payment, signed_body
from tests.payments.plans import FORM, agreed_plan, due_fields
from tests.payments.rest_double import RestDouble

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 20)
TWO_DAYS_LATER = NOW + timedelta(days=2)
MADE = {"vads_effective_creation_date": "20261120093500"}


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory()


def told(payment, *, now=TWO_DAYS_LATER, **fields):
    body = signed_body(payment, **{"vads_trans_uuid": uuid4().hex, **fields})
    receive_notification(body=body, content_type=FORM, now=now)


def days_of(creance):
    """The days of the fact: of the écriture, and of the movement if there is one."""
    with caisse_scope(creance.caisse_id):
        moved = Mouvement.objects.filter(kind="CARTE").values_list("value_on", flat=True)
        return [Ecriture.objects.get().origin_on, *moved]


def test_a_notification_that_comes_two_days_late_is_dated_of_the_payment(creance):
    told(open_payment(creance), **MADE)

    assert days_of(creance) == [DAY, DAY]
    with caisse_scope(creance.caisse_id):
        assert Ecriture.objects.get().recorded_at == TWO_DAYS_LATER


def test_a_payment_found_by_asking_is_dated_of_the_payment(creance):
    payment, platform = open_payment(creance), RestDouble()
    platform.took(payment, uuid=uuid4().hex, made_at="2026-11-20T09:35:00+00:00")

    with platform.listening():
        check_payment(Target(payment.pk, payment.caisse_id), now=TWO_DAYS_LATER)

    assert days_of(creance) == [DAY, DAY]


def test_money_of_no_attempt_is_dated_of_the_payment_too(creance):
    told(open_payment(creance), **MADE, vads_order_id="INCONNUE")

    assert days_of(creance) == [DAY]


def test_days_are_those_of_paris(creance):
    eve = datetime(2026, 11, 19, 22, 0, tzinfo=UTC)

    told(open_payment(creance, now=eve), vads_effective_creation_date="20261119233000")

    assert days_of(creance) == [DAY, DAY]


@pytest.mark.parametrize(
    "said",
    ["", "jamais", "20261119220000", "20261231000000"],
    ids=["none", "odd", "before", "after"],
)
def test_a_day_that_cannot_be_is_not_believed(creance, said):
    told(open_payment(creance), vads_effective_creation_date=said)

    assert days_of(creance) == [DAY + timedelta(days=2)] * 2


def test_what_waited_is_dated_of_the_day_on_which_it_was_accepted(creance):
    payment, uuid = open_payment(creance), UUID(int=7).hex
    told(payment, now=NOW, **MADE, vads_trans_uuid=uuid, vads_trans_status="UNDER_VERIFICATION")

    told(payment, **MADE, vads_trans_uuid=uuid)

    assert days_of(creance) == [DAY + timedelta(days=2)] * 2


def test_a_later_due_is_not_dated_of_the_agreement(creance):
    plan = agreed_plan(creance, count=3)

    told(plan, **{**due_fields(plan, 2), **MADE})

    assert days_of(creance) == [DAY + timedelta(days=2)] * 2
