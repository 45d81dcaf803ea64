"""The sandbox's clock: it goes forward, it is kept, and everything follows it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from payzen_sandbox import clock
from payzen_sandbox.models import Payment
from payzen_sandbox.protocol.instants import to_vads
from payzen_sandbox.tests.journey import pay, signed_form, start
from payzen_sandbox.tests.office import DAY, advance, post

pytestmark = pytest.mark.django_db


def near(instant, other):
    return abs(instant - other) < timedelta(seconds=5)


def test_the_clock_is_the_machines_at_first(client):
    told = client.get("/back-office/clock/").json()

    assert told["offset_seconds"] == 0
    assert near(clock.now(), timezone.now())


def test_moves_add_up_and_a_reset_comes_back(client):
    advance(client, days=1)
    advance(client, seconds=60)
    assert near(clock.now(), timezone.now() + timedelta(seconds=DAY + 60))

    assert post(client, "clock", {"reset": True}).json()["offset_seconds"] == 0
    assert near(clock.now(), timezone.now())


@pytest.mark.parametrize(
    "body",
    [
        {"advance_seconds": -1},
        {"advance_seconds": True},
        {"advance_seconds": "60"},
        {"advance_seconds": 10**12},
        {"reset": False},
        {"reset": True, "advance_seconds": 1},
        {},
        [],
    ],
)
def test_the_clock_never_goes_back_nor_takes_nonsense(client, body):
    advance(client, seconds=60)

    assert post(client, "clock", body).status_code == 400
    assert clock.offset_seconds() == 60


def test_a_session_ends_when_the_clock_moves(client, listener):
    payment = start(client)
    advance(client, seconds=601)

    client.get(reverse("method", args=[payment.public_id]))

    payment.refresh_from_db()
    assert payment.state == "EXPIRED"


def test_what_happens_is_dated_by_the_clock(client, listener):
    advance(client, days=40)

    payment = pay(client)

    assert near(payment.transactions.get().created_at, timezone.now() + timedelta(days=40))


def test_a_shop_may_follow_the_machines_clock_or_ours_but_no_other(client):
    advance(client, days=40)

    def status(days):
        at = to_vads(timezone.now() + timedelta(days=days))
        return client.post(reverse("entry"), signed_form(vads_trans_date=at)).status_code

    assert [status(0), status(40), status(20)] == [303, 303, 400]


def test_a_schedule_agreed_on_the_machines_day_is_taken_after_the_clock_moved(client, listener):
    today = timezone.now().date()
    config = f"MULTI_EXT:{today:%Y%m%d}=2562;{today + timedelta(days=30):%Y%m%d}=2562"
    advance(client, days=10)

    start(client, vads_payment_config=config)

    assert len(Payment.objects.get().plan) == 2


def test_the_page_shows_and_moves_the_clock_with_a_token_only(client):
    client.post("/back-office/clock/", {"advance_seconds": str(DAY)})
    assert clock.offset_seconds() == DAY
    assert "en avance" in client.get("/traitements/").content.decode()
    client.post("/back-office/clock/", {"advance_seconds": "5"})  # no such button
    assert clock.offset_seconds() == DAY

    client.post("/back-office/clock/", {"reset": "1"})
    assert clock.offset_seconds() == 0

    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post("/back-office/clock/", {"advance_seconds": "900"}).status_code == 403
