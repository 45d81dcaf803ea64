"""Notification rules: on or off, where, in which format, tried again or not, in which order."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from payzen_sandbox.models import Notification
from payzen_sandbox.models.notification import Outcome
from payzen_sandbox.services.retrying import next_quarter
from payzen_sandbox.tests.journey import ACCEPTED, REFUSED, pay, start, type_card
from payzen_sandbox.tests.office import advance, done, run, set_rule, set_shop, set_switches
from payzen_sandbox.tests.shop_server import listening_shop
from payzen_sandbox.tests.test_notifications import authentic

pytestmark = pytest.mark.django_db


def sources(listener):
    return [call["vads_url_check_src"] for call in listener.calls]


def test_a_rule_off_at_the_end_of_payment_leaves_the_shop_without_news(client, listener):
    set_rule(client, "end_of_payment", on=False)

    payment = pay(client)

    assert payment.state == "ACCEPTED"
    assert listener.calls == []


def test_the_cancellation_rule_can_be_put_on_for_one_shop(client, listener):
    client.post(reverse("cancel", args=[start(client).public_id]))
    assert listener.calls == []
    set_rule(client, "cancellation", on=True)

    client.post(reverse("cancel", args=[start(client).public_id]))

    assert [call["vads_trans_status"] for call in listener.calls] == ["ABANDONED"]


def test_each_rule_has_its_own_address(client, listener):
    transaction = pay(client).transactions.get()
    with listening_shop() as other:
        set_rule(client, "back_office_operation", url=other.url)
        done(client, transaction, "cancel")

    assert sources(listener) == ["PAY"]
    assert sources(other) == ["MERCH_BO"]


def test_the_next_quarter_hour_is_never_now():
    def quarter(hour, minute, second=0):
        return next_quarter(datetime(2026, 3, 1, hour, minute, second, 7, tzinfo=UTC))

    assert quarter(10, 0) == datetime(2026, 3, 1, 10, 15, tzinfo=UTC)
    assert quarter(10, 14, 59) == datetime(2026, 3, 1, 10, 15, tzinfo=UTC)
    assert quarter(23, 50) == datetime(2026, 3, 2, 0, 0, tzinfo=UTC)


def test_without_the_tick_box_a_failure_is_not_tried_again(client, listener):
    listener.status = 500
    pay(client)
    advance(client, days=1)

    assert run(client, "retries") == 0


def test_a_failure_is_tried_four_times_more_at_quarter_hours(client, listener):
    set_rule(client, "end_of_payment", retry=True)
    listener.status = 500
    pay(client)

    for _hour in range(6):
        advance(client, seconds=900)
        run(client, "retries")

    assert sources(listener) == ["PAY", "RETRY", "RETRY", "RETRY", "RETRY"]
    assert all(authentic(call) for call in listener.calls)
    assert len({call["vads_hash"] for call in listener.calls}) == 5
    assert len({call["vads_trans_uuid"] for call in listener.calls}) == 1
    planned = Notification.objects.filter(rank__gt=0).values_list("due_at", flat=True)
    assert {(at.minute % 15, at.second) for at in planned} == {(0, 0)}


def test_a_retry_that_arrives_is_the_last(client, listener):
    set_rule(client, "end_of_payment", retry=True)
    listener.status = 503
    pay(client)
    listener.status = 200
    for _quarter in range(3):
        advance(client, seconds=900)
        run(client, "retries")

    assert sources(listener) == ["PAY", "RETRY"]


def test_retries_follow_the_rule_and_not_the_forms_own_address(client, listener):
    set_rule(client, "end_of_payment", retry=True)
    with listening_shop() as own:
        own.status = 500
        pay(client, vads_url_check=own.url)
    advance(client, seconds=900)
    run(client, "retries")

    assert sources(own) == ["PAY"]
    assert sources(listener) == ["RETRY"]


def test_a_resend_by_hand_is_not_tried_again(client, listener):
    set_rule(client, "end_of_payment", retry=True)
    payment = pay(client)
    listener.status = 500

    client.post(reverse("resend", args=[payment.public_id]))

    assert not Notification.objects.filter(outcome=Outcome.WAITING).exists()


def test_a_retry_keeps_the_lie_it_was_asked_for(client, listener):
    set_rule(client, "end_of_payment", retry=True)
    set_switches(client, wrong_signature=True, wrong_amount=True)
    listener.status = 500
    pay(client)
    advance(client, seconds=900)
    run(client, "retries")

    again = listener.calls[-1]
    assert again["vads_amount"] == "5224"
    assert not authentic(again)


def test_reordered_notifications_arrive_the_last_first(client, listener):
    set_switches(client, reorder=True)
    payment = pay(client, REFUSED)
    assert listener.calls == []

    type_card(client, payment, ACCEPTED)

    assert [call["vads_trans_status"] for call in listener.calls] == ["AUTHORISED", "REFUSED"]


def test_a_reordered_notification_that_nothing_follows_leaves_after_ten_minutes(client, listener):
    set_switches(client, reorder=True)
    pay(client)
    advance(client, seconds=601)

    assert run(client, "retries") == 1
    assert len(listener.calls) == 1


def test_another_status_can_be_told(client, listener):
    set_switches(client, trans_status="SUSPENDED")

    payment = pay(client)

    assert listener.calls[0]["vads_trans_status"] == "SUSPENDED"
    assert authentic(listener.calls[0])
    assert payment.transactions.get().status == "AUTHORISED"


def test_the_faults_of_the_bank_are_not_those_of_the_notification(client, listener):
    set_switches(client, refuse_refunds=True, duplicate=True)

    pay(client)

    assert Notification.objects.order_by("-pk")[0].faults == ["duplicate"]


def test_rules_of_every_shop_give_way_to_a_shops_own(client, listener):
    set_shop(client, scope="all", rules={"end_of_payment": {"on": False, "retry": True}})
    set_rule(client, "end_of_payment", on=True)

    pay(client)
    pay_elsewhere = set_shop(client, scope="90000028")

    assert len(listener.calls) == 1
    assert pay_elsewhere["rules"]["end_of_payment"] == {
        "on": False,
        "url": "",
        "format": "form",
        "retry": True,
    }
