"""Notifications come twice, late and in any order: the result is the same."""

import random

import pytest

from allocataires.models import Mouvement
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie, Ecriture
from payments.models import Notification, Payment, PaymentLog
from relation_usager.models import Message
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, open_payment, signed_body

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory()


@pytest.fixture
def payment(creance):
    return open_payment(creance)


def post(client, body):
    return client.post(IPN, body, content_type=FORM).content.decode()


def status_of(payment):
    with caisse_scope(payment.caisse_id):
        return Payment.objects.get(pk=payment.pk).status


def booked_once(payment):
    with caisse_scope(payment.caisse_id):
        return (
            Ecriture.objects.filter(event="CARD_PAYMENT").count(),
            Mouvement.objects.filter(kind="CARTE").count(),
            Message.objects.filter(kind="PAYMENT_BOOKED").count(),
        ) == (1, 1, 1)


def test_the_same_notification_ten_times_books_once(client, payment):
    body = signed_body(payment)

    answers = [post(client, body) for _ in range(10)]

    assert answers == ["OK-APPLIED"] + ["OK-ALREADY_APPLIED"] * 9
    assert booked_once(payment)
    with caisse_scope(payment.caisse_id):
        assert Notification.objects.count() == 10
        assert not Anomalie.objects.exists()


@pytest.mark.parametrize("seed", range(6))
def test_refusals_an_abandon_and_a_payment_shuffled_end_paid(client, payment, seed):
    paid = signed_body(payment, vads_trans_uuid="a" * 32, vads_sequence_number="3")
    bodies = [
        paid,
        paid,
        signed_body(payment, vads_trans_status="REFUSED", vads_sequence_number="1"),
        signed_body(payment, vads_trans_status="REFUSED", vads_sequence_number="2"),
        signed_body(payment, vads_trans_status="ABANDONED", vads_trans_uuid=""),
        signed_body(
            payment,
            vads_trans_status="WAITING_AUTHORISATION",
            vads_trans_uuid="a" * 32,
            vads_sequence_number="3",
        ),
    ]
    random.Random(seed).shuffle(bodies)  # noqa: S311 - an order, not a secret

    for body in bodies:
        post(client, body)

    assert status_of(payment) == "PAID"
    assert booked_once(payment)
    with caisse_scope(payment.caisse_id):
        assert not Anomalie.objects.exists()


@pytest.mark.parametrize(
    ("first", "status"),
    [("REFUSED", "REFUSED"), ("ABANDONED", "ABANDONED"), ("CANCELED", "REFUSED")],
)
def test_paid_after_an_ending_that_was_not_final_is_booked(client, payment, first, status):
    post(client, signed_body(payment, vads_trans_status=first))
    assert status_of(payment) == status

    assert post(client, signed_body(payment)) == "OK-APPLIED"
    assert status_of(payment) == "PAID"


@pytest.mark.parametrize("late", ["REFUSED", "ABANDONED", "WAITING_AUTHORISATION"])
def test_a_late_word_never_undoes_a_paid_payment(client, payment, late):
    post(client, signed_body(payment))

    assert post(client, signed_body(payment, vads_trans_status=late)) == "OK-ALREADY_APPLIED"
    assert status_of(payment) == "PAID"


def test_captured_after_authorised_changes_nothing_in_the_ledger(client, payment):
    same = {"vads_trans_uuid": "b" * 32}
    post(client, signed_body(payment, **same))

    answer = post(client, signed_body(payment, vads_trans_status="CAPTURED", **same))

    assert answer == "OK-ALREADY_APPLIED"
    assert booked_once(payment)


def test_the_end_of_another_attempt_after_payment_changes_nothing(client, payment):
    post(client, signed_body(payment))

    answer = post(
        client, signed_body(payment, vads_trans_status="CANCELLED", vads_url_check_src="MERCH_BO")
    )

    assert answer == "OK-IGNORED"
    assert status_of(payment) == "PAID"
    assert booked_once(payment)


def test_two_transactions_paid_under_one_order_keep_both_and_post_one(client, payment):
    post(client, signed_body(payment, vads_trans_uuid="c" * 32))

    answer = post(client, signed_body(payment, vads_trans_uuid="d" * 32))

    assert answer == "OK-SUSPENSE"
    assert booked_once(payment)
    with caisse_scope(payment.caisse_id):
        assert Anomalie.objects.get().kind == "SECOND_PAYMENT"
        assert Ecriture.objects.filter(event="UNIDENTIFIED_RECEIPT").count() == 1


def test_a_debt_that_shrank_meanwhile_takes_what_it_can_and_the_rest_is_a_surplus(
    client, creance, payment
):
    with caisse_scope(creance.caisse_id):
        Mouvement.objects.create(
            caisse_id=creance.caisse_id,
            creance=creance,
            kind="RETENUE",
            sens="BAISSE",
            amount_cents=200_00,
            value_on=NOW.date(),
            recorded_at=NOW,
        )

    assert post(client, signed_body(payment)) == "OK-APPLIED"

    with caisse_scope(creance.caisse_id):
        creance.refresh_from_db()
        assert creance.balance_cents == 0
        anomalie = Anomalie.objects.get()
        assert (anomalie.kind, anomalie.amount_cents) == ("SURPLUS", 200_00)
        credits_cents = dict(
            Ecriture.objects.get()
            .lignes.filter(credit_cents__gt=0)
            .values_list("compte__number", "credit_cents")
        )
        assert sorted(credits_cents.values()) == [40_00, 200_00]


def test_a_debt_settled_meanwhile_makes_the_whole_payment_a_surplus(client, creance, payment):
    with caisse_scope(creance.caisse_id):
        Mouvement.objects.create(
            caisse_id=creance.caisse_id,
            creance=creance,
            kind="REMISE",
            sens="BAISSE",
            amount_cents=240_00,
            value_on=NOW.date(),
            recorded_at=NOW,
        )

    assert post(client, signed_body(payment)) == "OK-APPLIED"

    with caisse_scope(creance.caisse_id):
        assert Anomalie.objects.get().amount_cents == 240_00
        assert status_of(payment) == "PAID"
        assert not Mouvement.objects.filter(kind="CARTE").exists()


def test_each_move_has_its_line_in_the_log(client, payment):
    first, second = {"vads_trans_uuid": "a" * 32}, {"vads_trans_uuid": "b" * 32}
    for status, attempt in (
        ("WAITING_AUTHORISATION", first),
        ("REFUSED", first),
        ("AUTHORISED", second),
    ):
        post(client, signed_body(payment, vads_trans_status=status, **attempt))

    with caisse_scope(payment.caisse_id):
        assert list(PaymentLog.objects.order_by("pk").values_list("from_status", "to_status")) == [
            ("OPEN", "PENDING"),
            ("PENDING", "REFUSED"),
            ("REFUSED", "PAID"),
        ]
