"""The call to the shop: what counts as received, time-outs, resends, faults."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from payzen_sandbox.models import Notification
from payzen_sandbox.models.notification import Outcome
from payzen_sandbox.protocol.signature import is_authentic
from payzen_sandbox.services import delivery
from payzen_sandbox.services.fault_rules import set_faults
from payzen_sandbox.shops import find_shop
from payzen_sandbox.sweeper import sweep
from payzen_sandbox.tests.journey import SITE_ID, pay, shop, start
from payzen_sandbox.tests.shop_server import listening_shop

pytestmark = pytest.mark.django_db


def last_call():
    return Notification.objects.order_by("-pk")[0]


def authentic(fields, of=None):
    key = (of or shop()).key_test
    return is_authentic(fields, key=key, algorithm=shop().algorithm)


def fault(scope="all", once=False, **asked):
    set_faults(scope=scope, next_payment_only=once, asked=asked)


@pytest.mark.parametrize("status", [200, 201, 202, 203, 206, 301, 302, 303, 307, 308])
def test_these_codes_count_as_received(client, listener, status):
    listener.status = status
    listener.headers = {"Location": listener.url}

    pay(client)

    assert last_call().outcome == Outcome.DELIVERED
    assert len(listener.calls) == 1  # a redirection is not followed


@pytest.mark.parametrize("status", [304, 400, 403, 404, 500, 503])
def test_other_codes_are_a_failure_and_the_buyer_still_sees_the_ticket(client, listener, status):
    listener.status = status

    payment = pay(client)

    assert (last_call().outcome, last_call().http_status) == (Outcome.FAILED, status)
    assert payment.state == "ACCEPTED"


def test_the_first_512_characters_of_the_answer_are_kept(client, listener):
    listener.answer = ("é" * 600).encode()

    pay(client)

    assert last_call().answer == "é" * 512


def test_a_shop_that_does_not_listen_is_a_failure(client, configure):
    configure(notification_url="http://127.0.0.1:9/")

    payment = pay(client)

    assert last_call().outcome == Outcome.FAILED
    assert "ConnectionError" in last_call().error
    assert payment.state == "ACCEPTED"


def test_a_shop_too_slow_is_a_failure(client, listener, monkeypatch):
    monkeypatch.setattr(delivery, "TIMEOUT_SECONDS", 0.2)
    listener.on_call = lambda fields: time.sleep(0.6)

    pay(client)

    assert last_call().outcome == Outcome.FAILED
    assert "Timeout" in last_call().error
    assert last_call().duration_ms >= 200


def test_the_time_allowed_is_ten_seconds():
    assert delivery.TIMEOUT_SECONDS == 10


def test_the_body_is_utf8_form_data_with_empty_fields(client, listener):
    pay(client, vads_order_info="été + 1", vads_order_info2="")

    (body,) = listener.bodies
    assert "vads_order_info=%C3%A9t%C3%A9+%2B+1" in body
    assert "vads_order_info2=&" in body


def test_the_forms_own_url_serves_for_the_immediate_call_only(client, listener):
    with listening_shop() as own:
        payment = pay(client, vads_url_check=own.url)
        client.post(reverse("resend", args=[payment.public_id]))

    assert [fields["vads_url_check_src"] for fields in own.calls] == ["PAY"]
    assert [fields["vads_url_check_src"] for fields in listener.calls] == ["BO"]


def test_a_resend_by_hand_has_its_own_hash_and_tells_the_same_transaction(client, listener):
    payment = pay(client)

    client.post(
        reverse("resend", args=[payment.public_id]), {"uuid": payment.transactions.get().uuid}
    )

    first, second = listener.calls
    assert first["vads_hash"] != second["vads_hash"]
    assert first["vads_trans_uuid"] == second["vads_trans_uuid"]
    assert authentic(second)


def test_an_abandoned_payment_can_be_told_by_hand(client, listener):
    payment = start(client)
    client.post(reverse("resend", args=[payment.public_id]))
    assert listener.calls == []  # still open: there is nothing to tell

    client.post(reverse("cancel", args=[payment.public_id]))
    client.post(reverse("resend", args=[payment.public_id]))

    assert listener.calls[0]["vads_trans_status"] == "ABANDONED"


def test_a_dropped_notification_is_logged_and_resending_by_hand_is_right(client, listener):
    fault(drop=True)

    payment = pay(client)
    assert listener.calls == []
    assert last_call().outcome == Outcome.DROPPED
    client.post(reverse("resend", args=[payment.public_id]))

    assert authentic(listener.calls[0])


def test_a_duplicate_is_the_same_body_twice(client, listener):
    fault(duplicate=True)

    pay(client)

    assert len(listener.bodies) == 2
    assert len(set(listener.bodies)) == 1


def test_a_delayed_notification_leaves_later_and_once(client, listener):
    fault(delay_seconds=30)
    payment = pay(client)
    assert payment.state == "ACCEPTED"
    assert listener.calls == []

    moment = datetime.now(tz=UTC)
    sweep(now=moment + timedelta(seconds=29))
    assert listener.calls == []
    sweep(now=moment + timedelta(seconds=31))
    sweep(now=moment + timedelta(seconds=31))

    assert len(listener.calls) == 1
    assert authentic(listener.calls[0])


def test_a_wrong_signature_covers_right_values(client, listener):
    fault(wrong_signature=True)

    pay(client)

    assert not authentic(listener.calls[0])
    assert listener.calls[0]["vads_amount"] == "5124"
    assert len(listener.calls[0]["signature"]) == 44


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("wrong_amount", "vads_amount", "5224"),
        ("wrong_currency", "vads_currency", "840"),
        ("wrong_mode", "vads_ctx_mode", "PRODUCTION"),
    ],
)
def test_a_wrong_value_is_signed_correctly(client, listener, name, field, value):
    fault(**{name: True})

    pay(client)

    assert listener.calls[0][field] == value
    assert authentic(listener.calls[0])


def test_a_wrong_shop_is_signed_with_its_own_key(client, listener):
    fault(wrong_shop=True)

    pay(client)

    (fields,) = listener.calls
    assert fields["vads_site_id"] != SITE_ID
    assert authentic(fields, of=find_shop(fields["vads_site_id"]))


def test_a_shops_own_faults_come_before_everybodys(client, listener):
    fault(drop=True)
    fault(scope=SITE_ID, duplicate=True)

    pay(client)

    assert len(listener.calls) == 2


def test_another_shops_faults_do_not_bear_here(client, listener):
    fault(scope="90000028", drop=True)

    pay(client)

    assert len(listener.calls) == 1


def test_faults_of_the_next_payment_serve_once(client, listener):
    fault(scope=SITE_ID, once=True, drop=True)

    pay(client)
    pay(client)

    outcomes = Notification.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == [Outcome.DROPPED, Outcome.DELIVERED]
