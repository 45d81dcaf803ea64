"""Ten minutes, cancellation, abandonment, late answers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from payzen_sandbox.models import Payment
from payzen_sandbox.models.payment import PaymentState
from payzen_sandbox.protocol.signature import is_authentic
from payzen_sandbox.services.notifying import fail_interrupted
from payzen_sandbox.sweeper import LONGEST_SLEEP_SECONDS, seconds_to_next, sweep
from payzen_sandbox.tests.journey import LATE, REFUSED, pay, result_page, shop, start, type_card

pytestmark = pytest.mark.django_db


def now():
    return datetime.now(tz=UTC)


def make_overdue(payment):
    Payment.objects.filter(pk=payment.pk).update(expires_at=now() - timedelta(seconds=1))


def cancel(client, payment):
    return client.post(reverse("cancel", args=[payment.public_id]))


def test_cancelling_leads_straight_back_to_the_shop(client, listener):
    payment = start(client, vads_url_cancel="http://shop.example/cancelled/?a=1")

    response = cancel(client, payment)

    assert response.status_code == 303
    assert response.headers["Location"] == "http://shop.example/cancelled/?a=1"
    payment.refresh_from_db()
    assert payment.state == PaymentState.CANCELLED


def test_by_default_the_shop_hears_nothing_of_a_cancellation(client, listener):
    cancel(client, start(client))

    assert listener.calls == []


def test_with_the_rule_on_a_cancellation_is_told_without_transaction_fields(
    client, listener, configure
):
    configure(cancel_notifications=True, notification_url=listener.url)
    payment = start(client)

    cancel(client, payment)

    (fields,) = listener.calls
    assert is_authentic(fields, key=shop().key_test, algorithm=shop().algorithm)
    assert (fields["vads_trans_status"], fields["vads_result"]) == ("ABANDONED", "17")
    assert not {"vads_sequence_number", "vads_operation_type"} & set(fields)
    assert payment.transactions.count() == 0


def test_a_session_of_ten_minutes_ends_at_the_next_look(client):
    payment = start(client)
    assert payment.expires_at - payment.opened_at == timedelta(minutes=10)
    make_overdue(payment)

    response = client.get(reverse("method", args=[payment.public_id]))

    assert response.headers["Location"] == reverse("result", args=[payment.public_id])
    assert "La session a expiré" in result_page(client, payment)


def test_a_card_typed_too_late_is_not_debited(client, listener):
    payment = start(client)
    client.post(reverse("method", args=[payment.public_id]), {"network": "CB"})
    make_overdue(payment)

    type_card(client, payment, "4970100000000055")

    payment.refresh_from_db()
    assert payment.state == PaymentState.EXPIRED
    assert payment.transactions.count() == len(listener.calls) == 0


def test_the_command_expires_and_tells_when_the_rule_is_on(client, listener, configure):
    configure(cancel_notifications=True, notification_url=listener.url)
    make_overdue(start(client))

    call_command("sweep")
    call_command("sweep")

    assert [fields["vads_trans_status"] for fields in listener.calls] == ["ABANDONED"]


def test_leaving_after_a_refusal_ends_refused_and_is_not_told_again(client, listener, configure):
    configure(cancel_notifications=True, notification_url=listener.url)
    payment = pay(client, REFUSED)

    cancel(client, payment)

    payment.refresh_from_db()
    assert payment.state == PaymentState.REFUSED
    assert [fields["vads_trans_status"] for fields in listener.calls] == ["REFUSED"]


def test_a_closed_session_cannot_be_cancelled(client, listener):
    payment = pay(client)

    response = cancel(client, payment)

    assert response.headers["Location"] == reverse("result", args=[payment.public_id])
    payment.refresh_from_db()
    assert payment.state == PaymentState.ACCEPTED


def test_a_late_bank_is_pending_first_then_accepted(client, listener):
    payment = pay(client, LATE)
    assert payment.state == PaymentState.PENDING
    assert "Paiement en attente" in result_page(client, payment)

    sweep(now=now() + timedelta(seconds=29))
    assert len(listener.calls) == 1
    sweep(now=now() + timedelta(seconds=31))
    sweep(now=now() + timedelta(seconds=31))

    told = [(f["vads_trans_status"], f["vads_url_check_src"]) for f in listener.calls]
    assert told == [("UNDER_VERIFICATION", "PAY"), ("AUTHORISED", "BATCH")]
    assert len({fields["vads_trans_uuid"] for fields in listener.calls}) == 1
    assert listener.calls[0]["vads_auth_number"] == ""
    assert listener.calls[1]["vads_auth_number"] != ""


def test_the_sweeper_sleeps_until_the_next_due_time(client, listener):
    assert seconds_to_next(now=now()) == LONGEST_SLEEP_SECONDS

    pay(client, LATE)

    assert 28 < seconds_to_next(now=now()) <= 30


def test_a_call_cut_by_a_restart_is_failed_and_the_ticket_shows(client, listener):
    payment = pay(client)
    payment.notifications.update(outcome="SENDING")
    assert "Paiement accepté" not in result_page(client, payment)

    assert fail_interrupted() == 1

    assert "Paiement accepté" in result_page(client, payment)
    assert payment.notifications.get().error == "interrupted by a restart"


def test_an_unknown_payment_is_not_found(client):
    response = client.get(reverse("method", args=["00000000-0000-0000-0000-000000000000"]))

    assert response.status_code == 404
    assert "Page introuvable" in response.content.decode()
