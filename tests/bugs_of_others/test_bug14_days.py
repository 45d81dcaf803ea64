"""Bug 14: a second before midnight, the days when the clock changes, the last day of the year.

PayZen's reports are in UTC and the fund's day is in Paris.
"""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from allocataires.models import Mouvement
from caf_portal.database.scope import national_scope
from comptabilite.models import Ecriture
from payments.models import Payment
from payments.receipts.rendering import render_receipt
from payments.services.departing import hand_over
from payments.services.notifications import receive_notification
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import open_payment, signed_body

FORM = "application/x-www-form-urlencoded"
SECOND = timedelta(seconds=1)

#: The first instant (UTC) of a Paris day, and that day.
MIDNIGHTS = {
    "an ordinary day of winter": (datetime(2026, 11, 19, 23, 0, tzinfo=UTC), date(2026, 11, 20)),
    "the last day of the year": (datetime(2026, 12, 30, 23, 0, tzinfo=UTC), date(2026, 12, 31)),
    "the first day of the year": (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    "the day of 23 hours": (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
    "the day after it": (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
    "the day of 25 hours": (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
    "the day after that": (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
}
every_midnight = pytest.mark.parametrize(("instant", "day"), MIDNIGHTS.values(), ids=MIDNIGHTS)

pytestmark = pytest.mark.django_db


def booked_at(instant: datetime) -> Payment:
    with national_scope():
        creance = CreanceFactory()
    payment = open_payment(creance, now=instant - timedelta(minutes=2))
    receive_notification(body=signed_body(payment), content_type=FORM, now=instant)
    with national_scope():
        return Payment.objects.select_related("caisse").get(pk=payment.pk)


def days_of(payment: Payment) -> set[date]:
    """Every date of ours that says when it was paid."""
    with national_scope():
        ecriture = Ecriture.objects.get(piece=payment.reference)
        mouvement = Mouvement.objects.get(source_id=payment.public_id)
    return {ecriture.accounting_on, mouvement.value_on}


@every_midnight
def test_bug14_the_first_second_of_a_day_belongs_to_it(instant, day):
    assert days_of(booked_at(instant)) == {day}


@every_midnight
def test_bug14_the_last_second_of_a_day_belongs_to_it(instant, day):
    assert days_of(booked_at(instant - SECOND)) == {day - timedelta(days=1)}


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    ],
    ids=["02:30 the first time", "02:30 the second time", "before the jump", "after the jump"],
)
def test_bug14_an_hour_that_comes_twice_or_never_is_kept_to_the_second(instant):
    payment = booked_at(instant)

    assert payment.paid_at == instant
    assert days_of(payment) == {instant.date()}


@every_midnight
def test_bug14_the_receipt_bears_the_day_of_paris(instant, day):
    payment = booked_at(instant)

    with national_scope():
        pdf = PdfReader(BytesIO(render_receipt(payment, code="331-ABCD-EFGH-JKLM-00", langue="fr")))
    text = " ".join(page.extract_text() for page in pdf.pages)

    months = ("janvier", "mars", "octobre", "novembre", "décembre")
    month = {1: 0, 3: 1, 10: 2, 11: 3, 12: 4}[day.month]
    assert f"{day.year}" in text
    assert months[month] in text or f"{day:%d/%m/%Y}" in text


@every_midnight
def test_bug14_the_form_bears_the_day_of_utc_that_its_number_was_taken_in(instant, day):
    with national_scope():
        creance = CreanceFactory()
    payment = open_payment(creance, now=instant - SECOND)

    fields = dict(hand_over(payment=payment, now=instant).fields)

    assert fields["vads_trans_date"] == f"{instant:%Y%m%d%H%M%S}"
    with national_scope():
        days = payment.redirections.order_by("pk").values_list("utc_on", "trans_id")
        assert list(days)[-1] == (instant.date(), fields["vads_trans_id"])
