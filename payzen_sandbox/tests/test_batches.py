"""Nightly batches on the sandbox's clock: instalments, remittances, expiries."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from payzen_sandbox.tests.journey import CHALLENGE_CODE_TYPED, REFUSED, pay, start, type_card
from payzen_sandbox.tests.office import (
    LATER_REFUSED,
    SECOND_REFUSED,
    advance,
    done,
    post,
    run,
    set_rule,
    set_shop,
    set_switches,
)

pytestmark = pytest.mark.django_db
ACCEPTED = "4970100000000055"
IN_FOUR = "MULTI:first=2100;count=4;period=30"


def pay_in_four(client, number=ACCEPTED):
    """Today, then in 30, 60 and 90 days; the bank always asks for the code."""
    payment = start(client, vads_payment_config=IN_FOUR)
    type_card(client, payment, number)
    client.post(reverse("challenge", args=[payment.public_id]), CHALLENGE_CODE_TYPED)
    payment.refresh_from_db()
    assert payment.state == "ACCEPTED"
    return payment


def statuses(payment):
    return list(payment.transactions.order_by("sequence_number").values_list("status", flat=True))


def batch_calls(listener):
    return [call for call in listener.calls if call["vads_url_check_src"] == "BATCH_AUTO"]


def test_each_instalment_is_authorised_the_day_before_and_told_by_itself(client, listener):
    payment = pay_in_four(client)
    advance(client, days=28)
    assert run(client, "instalments") == 0

    advance(client, days=1)
    assert run(client, "instalments") == 1
    assert run(client, "instalments") == 0

    assert statuses(payment)[:3] == ["AUTHORISED", "AUTHORISED", "WAITING_AUTHORISATION"]
    (told,) = batch_calls(listener)
    assert {
        "vads_trans_status": "AUTHORISED",
        "vads_occurrence_type": "RECURRENT_INTERMEDIAIRE",
        "vads_sequence_number": "2",
        "vads_trans_id": payment.trans_id,
        "vads_payment_config": IN_FOUR,
        "vads_amount": "5124",
        "vads_effective_amount": "1008",
    }.items() <= told.items()
    second = payment.transactions.get(sequence_number=2)
    assert told["vads_presentation_date"] == f"{second.presentation_at:%Y%m%d%H%M%S}"


def test_the_amount_told_may_be_the_instalments(client, listener):
    pay_in_four(client)
    set_shop(client, batch_amount="instalment")
    advance(client, days=100)

    assert run(client, "instalments") == 3

    told = [(call["vads_amount"], call["vads_effective_amount"]) for call in batch_calls(listener)]
    assert told == [("1008", "1008"), ("1008", "1008"), ("1008", "1008")]
    assert listener.calls[0]["vads_amount"] == "5124"
    last = batch_calls(listener)[-1]
    assert last["vads_occurrence_type"] == "RECURRENT_FINAL"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (SECOND_REFUSED, ["AUTHORISED", "REFUSED", "AUTHORISED", "AUTHORISED"]),
        (LATER_REFUSED, ["AUTHORISED", "REFUSED", "REFUSED", "REFUSED"]),
    ],
)
def test_some_cards_refuse_later_instalments(client, listener, number, expected):
    payment = pay_in_four(client, number)
    advance(client, days=100)

    run(client, "instalments")

    assert statuses(payment) == expected
    refusal = batch_calls(listener)[0]
    assert (refusal["vads_result"], refusal["vads_auth_result"]) == ("05", "51")


def test_when_the_first_is_refused_for_good_the_others_are_too(client, listener):
    payment = start(client, vads_payment_config=IN_FOUR)
    for _attempt in range(3):
        type_card(client, payment, REFUSED)
        client.post(reverse("challenge", args=[payment.public_id]), CHALLENGE_CODE_TYPED)

    assert statuses(payment) == ["REFUSED"] * 6
    errors = payment.transactions.order_by("sequence_number").values_list(
        "payment_error", flat=True
    )
    assert list(errors) == ["", "", "", "101", "101", "101"]
    assert [call["vads_url_check_src"] for call in listener.calls] == ["PAY"] * 3
    advance(client, days=100)
    assert run(client, "instalments") == 0


def test_a_switch_refuses_an_instalment_and_leaves_the_others(client, listener):
    payment = pay_in_four(client)
    set_switches(client, refuse_instalments=True)
    advance(client, days=30)
    run(client, "instalments")
    post(client, "switches", {"clear": True})
    advance(client, days=30)
    run(client, "instalments")

    assert statuses(payment) == ["AUTHORISED", "REFUSED", "AUTHORISED", "WAITING_AUTHORISATION"]


def test_a_cancelled_instalment_is_not_asked_for(client, listener):
    payment = pay_in_four(client)
    done(client, payment.transactions.get(sequence_number=2), "cancel")
    advance(client, days=100)

    assert run(client, "instalments") == 2
    assert statuses(payment)[1] == "CANCELLED"


def test_without_the_rule_instalments_are_silent(client, listener):
    pay_in_four(client)
    set_rule(client, "batch_authorisation", on=False)
    advance(client, days=30)

    assert run(client, "instalments") == 1
    assert batch_calls(listener) == []


def test_a_deferred_payment_is_authorised_the_day_before(client, listener):
    payment = pay(client, vads_capture_delay="20")
    advance(client, days=19)

    assert run(client, "instalments") == 1

    deferred = payment.transactions.get()
    assert (deferred.status, deferred.auth_mode) == ("AUTHORISED", "FULL")


def test_a_remittance_takes_all_that_is_due_and_tells_nobody(client, listener):
    first = pay(client).transactions.get()
    pay(client, vads_capture_delay="3")
    calls = len(listener.calls)

    assert run(client, "capture") == 1
    advance(client, days=3)
    assert run(client, "capture") == 1

    first.refresh_from_db()
    assert (first.status, first.remittance_number) == ("CAPTURED", 1)
    assert first.captured_at is not None
    assert len(listener.calls) == calls


def test_a_remittance_that_fails_is_told(client, listener):
    transaction = pay(client).transactions.get()
    set_switches(client, capture_fails=True)

    run(client, "capture")

    transaction.refresh_from_db()
    assert (transaction.status, transaction.captured_at) == ("CAPTURE_FAILED", None)
    told = listener.calls[-1]
    assert (told["vads_url_check_src"], told["vads_trans_status"]) == ("BATCH", "CAPTURE_FAILED")


def test_what_nobody_validates_expires_in_silence(client, listener):
    soon = pay(client, vads_validation_mode="1").transactions.get()
    late = pay(client, vads_validation_mode="1", vads_capture_delay="20").transactions.get()
    advance(client, days=7)
    assert run(client, "expiry") == 1
    advance(client, days=13)
    assert run(client, "expiry") == 1

    assert run(client, "instalments") == run(client, "capture") == 0
    for transaction in (soon, late):
        transaction.refresh_from_db()
        assert transaction.status == "EXPIRED"
    assert {call["vads_url_check_src"] for call in listener.calls} == {"PAY"}


def test_the_page_runs_and_says_how_many(client, listener):
    pay(client)

    answer = client.post("/back-office/runs/", {"run": "capture"}, follow=True)

    assert "Nombre : 1" in " ".join(answer.content.decode().split())
    assert client.post("/back-office/runs/", {"run": "party"}).status_code == 302


@pytest.mark.parametrize("body", [{"run": "party"}, {"run": []}, {}, {"run": "capture", "x": 1}])
def test_an_unknown_run_is_refused(client, body):
    assert post(client, "runs", body).status_code == 400


def test_the_command_runs_too(client, listener, capsys):
    pay(client)

    call_command("run", "capture")

    assert capsys.readouterr().out == "capture: 1\n"
