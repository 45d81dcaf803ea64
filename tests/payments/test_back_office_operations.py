"""Refunds, cancellations and lower amounts made at the platform end in the same state as ours."""

from datetime import timedelta
from uuid import uuid4

import pytest

from caf_portal.database.scope import national_scope
from comptabilite.models import Anomalie, Ecriture
from payments.models import Refund
from payments.services.invariants import find_breaches
from payments.services.polling import Target
from payments.services.settled_checks import (
    ask_about_settled,
    request_settled_check,
    settled_to_ask,
)
from relation_usager.models import Message
from tests.allocataires.factories import CreanceFactory
from tests.payments.refunds import (
    LATER,
    Paid,
    approve,
    ask,
    fresh,
    pay,
    send,
    take,
    tell,
    two_agents,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory()


@pytest.fixture
def paid(creance):
    return pay(creance)


def balance(creance):
    with national_scope():
        creance.refresh_from_db()
    return creance.balance_cents


def credit(
    paid: Paid, cents: int, *, uuid: str = "", status: str = "AUTHORISED", **more: str
) -> str:
    """The notification of a refund made at the platform."""
    return tell(
        paid,
        vads_operation_type="CREDIT",
        vads_url_check_src="MERCH_BO",
        vads_trans_uuid=uuid or uuid4().hex,
        vads_trans_status=status,
        vads_amount=str(cents),
        vads_effective_amount=str(cents),
        **more,
    )


def only_refund():
    with national_scope():
        return Refund.objects.get()


def kinds_of_anomalies():
    with national_scope():
        return list(Anomalie.objects.order_by("pk").values_list("kind", flat=True))


def test_a_refund_made_at_the_platform_ends_like_ours(creance, paid):
    uuid = uuid4().hex

    assert credit(paid, 40_00, uuid=uuid) == "APPLIED"

    refund = only_refund()
    assert (refund.origin, refund.status, refund.kind) == ("PLATFORM", "DONE", "REFUND")
    assert refund.gateway_id.hex == uuid
    assert balance(creance) == 40_00
    assert paid.reload().status == "PAID"
    with national_scope():
        assert Message.objects.filter(kind="REFUND_DONE").count() == 1
    assert kinds_of_anomalies() == []
    assert find_breaches() == []


def test_the_same_refund_ten_times_is_booked_once(creance, paid):
    uuid = uuid4().hex
    credit(paid, 40_00, uuid=uuid)

    said = {
        credit(paid, 40_00, uuid=uuid, status=status) for status in ["AUTHORISED", "CAPTURED"] * 5
    }

    assert said == {"ALREADY_APPLIED"}
    assert balance(creance) == 40_00
    assert find_breaches() == []


def test_two_refunds_of_the_same_amount_are_two(creance, paid):
    credit(paid, 40_00)
    credit(paid, 40_00)

    assert balance(creance) == 80_00
    assert find_breaches() == []


def test_a_cancellation_after_the_payment_takes_the_whole_back_once(creance, paid):
    said = [tell(paid, vads_trans_status=word) for word in ("CANCELLED", "CANCELED", "CANCELLED")]

    assert said == ["APPLIED", "ALREADY_APPLIED", "ALREADY_APPLIED"]
    refund = only_refund()
    assert (refund.kind, refund.gateway_id.hex) == ("CANCELLATION", paid.uuid)
    assert paid.reload().status == "REFUNDED"
    assert balance(creance) == 240_00
    assert find_breaches() == []


def test_a_late_word_does_not_pay_again_what_was_cancelled(creance, paid):
    tell(paid, vads_trans_status="CANCELLED")

    assert tell(paid, vads_trans_status="AUTHORISED") == "ALREADY_APPLIED"
    assert balance(creance) == 240_00
    assert find_breaches() == []


@pytest.fixture
def promised(creance):
    return pay(creance, status="AUTHORISED")


def lower(paid: Paid, cents: int) -> str:
    return tell(paid, vads_effective_amount=str(cents), vads_url_check_src="MERCH_BO")


def test_a_lower_amount_is_taken_back_once(creance, promised):
    said = [lower(promised, 200_00), lower(promised, 200_00), lower(promised, 150_00)]

    assert said == ["APPLIED", "ALREADY_APPLIED", "APPLIED"]
    assert balance(creance) == 90_00
    assert promised.transaction.amount_cents == 240_00
    with national_scope():
        assert set(Refund.objects.values_list("kind", flat=True)) == {"REDUCTION"}
    assert find_breaches() == []


def test_the_first_amount_told_again_late_changes_nothing(creance, promised):
    lower(promised, 200_00)

    assert lower(promised, 240_00) == "ALREADY_APPLIED"
    assert balance(creance) == 40_00


def test_a_lower_amount_then_a_cancellation_take_back_the_whole(creance, promised):
    lower(promised, 200_00)
    tell(promised, vads_trans_status="CANCELLED", vads_effective_amount="20000")

    assert balance(creance) == 240_00
    assert promised.reload().status == "REFUNDED"
    assert find_breaches() == []


def test_a_request_that_no_longer_fits_is_ended_and_one_that_fits_stays(creance, paid):
    asker, _ = two_agents()
    first, second = ask(asker, paid, 50_00), ask(asker, paid, 150_00)

    assert credit(paid, 100_00) == "APPLIED"

    assert (fresh(first).status, fresh(second).status) == ("ASKED", "REJECTED")
    assert "la plateforme" in fresh(second).gateway_error
    assert find_breaches() == []


def test_an_approved_refund_that_was_never_sent_gives_way_and_is_said(creance, paid):
    asker, decider = two_agents()
    refund = ask(asker, paid, 240_00)
    approve(decider, refund)

    assert tell(paid, vads_trans_status="CANCELLED") == "APPLIED"

    assert fresh(refund).status == "FAILED"
    assert kinds_of_anomalies() == ["REFUND_FAILED"]
    assert balance(creance) == 240_00
    assert find_breaches() == []


def test_the_refund_of_one_of_two_transactions_waits_for_the_platform_to_say_which(creance, paid):
    twin = take(paid.payment, paid.platform)
    made = paid.platform.credit(twin.uuid, 240_00)

    assert credit(paid, 240_00, uuid=made.uuid) == "SUSPENSE"
    target = Target(paid.payment.pk, paid.payment.caisse_id)
    assert settled_to_ask(now=LATER) == [target]
    with paid.platform.listening():
        assert ask_about_settled(target, now=LATER)

    assert only_refund().transaction_id == twin.transaction.pk
    assert paid.reload().status == "PAID"
    assert balance(creance) == 0
    assert settled_to_ask(now=LATER + timedelta(hours=1)) == []
    assert find_breaches() == []


def test_an_agent_may_have_the_platform_asked_when_no_notification_comes(creance, paid):
    paid.platform.credit(paid.uuid, 15_00)
    target = Target(paid.payment.pk, paid.payment.caisse_id)
    assert settled_to_ask(now=LATER) == []
    with national_scope():
        assert request_settled_check(payment=paid.reload(), now=LATER)

    assert settled_to_ask(now=LATER) == [target]
    with paid.platform.listening():
        assert ask_about_settled(target, now=LATER + timedelta(seconds=5))
        assert not ask_about_settled(target, now=LATER + timedelta(seconds=6))

    assert balance(creance) == 15_00
    assert find_breaches() == []


def test_a_refund_in_another_currency_stays_an_anomaly(creance, paid):
    assert credit(paid, 40_00, vads_currency="840") == "SUSPENSE"

    assert kinds_of_anomalies() == ["BACK_OFFICE_OPERATION"]
    assert balance(creance) == 0


def test_a_refund_above_what_was_taken_stays_an_anomaly(creance, paid):
    assert credit(paid, 240_01) == "SUSPENSE"

    assert kinds_of_anomalies() == ["BACK_OFFICE_OPERATION"]
    assert balance(creance) == 0
    assert find_breaches() == []


def test_a_refund_of_an_unknown_order_stays_an_anomaly(creance, paid):
    assert credit(paid, 40_00, vads_order_id="SOMEBODY-ELSE") == "SUSPENSE"

    assert kinds_of_anomalies() == ["BACK_OFFICE_OPERATION"]
    with national_scope():
        assert Ecriture.objects.count() == 1


@pytest.mark.parametrize("status", ["WAITING_AUTHORISATION", "REFUND_TO_RETRY", "REFUSED"])
def test_a_refund_that_is_not_made_takes_nothing(creance, paid, status):
    assert credit(paid, 40_00, status=status) == "IGNORED"
    assert balance(creance) == 0


def test_a_refund_done_that_the_bank_undoes_is_shown_to_an_agent(creance, paid):
    uuid = uuid4().hex
    credit(paid, 40_00, uuid=uuid)

    assert credit(paid, 40_00, uuid=uuid, status="CANCELLED") == "SUSPENSE"

    assert kinds_of_anomalies() == ["REFUND_FAILED"]
    assert balance(creance) == 40_00


def test_a_notification_before_the_answer_ends_our_refund_and_the_answer_adds_nothing(
    creance, paid, monkeypatch
):
    asker, decider = two_agents()
    refund = ask(asker, paid, 40_00)
    approve(decider, refund)
    made = paid.platform._done

    def told_first(service, body):
        answer = made(service, body)
        assert credit(paid, 40_00, uuid=paid.platform.credits()[0].uuid) == "APPLIED"
        return answer

    monkeypatch.setattr(paid.platform, "_done", told_first)
    with paid.platform.listening():
        assert send(refund) == "DONE"

    assert only_refund().origin == "PORTAL"
    assert balance(creance) == 40_00
    with national_scope():
        assert Message.objects.filter(kind="REFUND_DONE").count() == 1
    assert find_breaches() == []


def test_a_refund_of_the_same_amount_at_the_platform_at_the_same_time_is_another_one(
    creance, paid, monkeypatch
):
    asker, decider = two_agents()
    refund = ask(asker, paid, 40_00)
    approve(decider, refund)
    made = paid.platform._done

    def somebody_else_first(service, body):
        other = paid.platform.credit(paid.uuid, 40_00)
        assert credit(paid, 40_00, uuid=other.uuid) == "APPLIED"
        return made(service, body)

    monkeypatch.setattr(paid.platform, "_done", somebody_else_first)
    with paid.platform.listening():
        send(refund)

    with national_scope():
        assert Refund.objects.filter(status="DONE").count() == 2
    assert balance(creance) == 80_00
    assert find_breaches() == []
