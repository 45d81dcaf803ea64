"""What the notification endpoint does not believe, and what it keeps without booking."""

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie, Ecriture, Ligne
from payments.models import Boutique, Notification, NotificationOutcome, Payment, Transaction
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import (
    body_of,
    notification_fields,
    open_payment,
    signed,
    signed_body,
)

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment():
    with national_scope():
        creance = CreanceFactory()
    return open_payment(creance)


def post(client, body):
    return client.post(IPN, body, content_type=FORM)


def nothing_was_kept():
    with national_scope():
        return not Notification.objects.exists() and not Ecriture.objects.exists()


def status_of(payment):
    with caisse_scope(payment.caisse_id):
        return Payment.objects.get(pk=payment.pk).status


def test_a_wrong_signature_is_refused_and_not_kept(client, payment):
    fields = signed(payment, notification_fields(payment))
    fields["vads_amount"] = "1"

    answer = post(client, body_of(fields))

    assert (answer.status_code, answer.content) == (403, b"KO-signature")
    assert nothing_was_kept()


def test_a_missing_signature_is_refused(client, payment):
    assert post(client, body_of(notification_fields(payment))).status_code == 403


def test_the_key_of_another_fund_does_not_sign_for_this_one(client, payment):
    with national_scope():
        stranger = CreanceFactory(
            allocataire__caisse_id=Boutique.objects.exclude(caisse_id=payment.caisse_id)
            .first()
            .caisse_id
        )
    other = open_payment(stranger)
    fields = signed(other, notification_fields(payment))

    assert post(client, body_of(fields)).status_code == 403
    assert nothing_was_kept()


@pytest.mark.parametrize("changes", [{"vads_site_id": "12345678"}, {"vads_ctx_mode": "PRODUCTION"}])
def test_an_unknown_shop_or_another_mode_is_refused(client, payment, changes):
    answer = post(client, signed_body(payment, **changes))

    assert (answer.status_code, answer.content) == (404, b"KO-shop")
    assert nothing_was_kept()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not a form",
        b"vads_site_id=90000011",
        "vads_site_id=é".encode("latin-1"),
        b"vads_site_id=%FF%FE&vads_ctx_mode=TEST",
        b"vads_site_id=90000011&vads_site_id=90000011&vads_ctx_mode=TEST",
        b"vads_site_id=90000011&vads_ctx_mode=TEST&vads_order_id=%00",
        b"vads_x=" + b"a" * 70_000,
        b"&".join(b"vads_%d=1" % n for n in range(600)),
    ],
    ids=["empty", "prose", "half", "latin", "not-utf8", "twice", "null", "huge", "too-many"],
)
def test_what_is_not_a_form_in_utf8_is_refused(client, payment, body):
    assert post(client, body).status_code == 400
    assert nothing_was_kept()


def test_other_methods_are_refused(client):
    assert client.get(IPN).status_code == 405


def test_empty_and_unknown_fields_are_part_of_what_is_signed(client, payment):
    answer = post(client, signed_body(payment, vads_new_in_2027="", vads_order_info="a+b é"))

    assert answer.content == b"OK-APPLIED"


def test_sha1_shops_are_understood(client, payment):
    with caisse_scope(payment.caisse_id):
        Boutique.objects.filter(pk=payment.boutique_id).update(algorithm="SHA-1")

    assert post(client, signed_body(payment)).content == b"OK-APPLIED"


@pytest.mark.parametrize("amount", ["100", "99999900"])
def test_another_amount_is_held_for_an_agent_and_not_posted_on_the_debt(client, payment, amount):
    body = signed_body(payment, vads_amount=amount, vads_effective_amount=amount)

    answer = post(client, body)

    assert (answer.status_code, answer.content) == (200, b"OK-SUSPENSE")
    assert status_of(payment) == "HELD"
    with caisse_scope(payment.caisse_id):
        creance = payment.affectations.get().creance
        assert creance.balance_cents == 240_00
        assert Anomalie.objects.get().kind == "AMOUNT_MISMATCH"
        credit = Ligne.objects.get(credit_cents__gt=0)
        assert (credit.compte.number[:3], credit.credit_cents) == ("471", int(amount))


def test_another_currency_is_held_and_does_not_enter_a_ledger_of_euros(client, payment):
    answer = post(client, signed_body(payment, vads_currency="840"))

    assert answer.content == b"OK-SUSPENSE"
    assert status_of(payment) == "HELD"
    with caisse_scope(payment.caisse_id):
        assert Anomalie.objects.get().kind == "CURRENCY_MISMATCH"
        assert not Ecriture.objects.exists()


def test_money_for_an_unknown_order_is_kept_in_suspense_once(client, payment):
    body = signed_body(payment, vads_order_id="P000000-UNKNOWN")

    first, again = post(client, body), post(client, body)

    assert (first.content, again.content) == (b"OK-SUSPENSE", b"OK-ALREADY_APPLIED")
    assert status_of(payment) == "OPEN"
    with caisse_scope(payment.caisse_id):
        assert Anomalie.objects.get().kind == "UNKNOWN_ORDER"
        assert Ecriture.objects.get().event == "UNIDENTIFIED_RECEIPT"


@pytest.mark.parametrize(
    "changes",
    [
        {"vads_effective_amount": "12,50"},
        {"vads_effective_amount": "-1"},
        {"vads_trans_uuid": "not-hexadecimal"},
        {"vads_trans_uuid": ""},
        {"vads_sequence_number": "one"},
    ],
)
def test_an_authentic_message_without_sense_is_kept_and_shown_to_an_agent(client, payment, changes):
    answer = post(client, signed_body(payment, **changes))

    assert answer.content == b"OK-SUSPENSE"
    assert status_of(payment) == "OPEN"
    with caisse_scope(payment.caisse_id):
        assert Notification.objects.count() == 1
        assert NotificationOutcome.objects.get().outcome == "SUSPENSE"
        assert Anomalie.objects.get().kind == "UNREADABLE_NOTIFICATION"
        assert not Ecriture.objects.exists()
        assert not Transaction.objects.exists()


def test_a_status_that_nobody_knows_waits_and_is_shown_to_an_agent(client, payment):
    answer = post(client, signed_body(payment, vads_trans_status="TELEPORTED"))

    assert answer.content == b"OK-APPLIED"
    assert status_of(payment) == "PENDING"
    with caisse_scope(payment.caisse_id):
        assert Anomalie.objects.get().kind == "UNKNOWN_STATUS"


def test_a_refund_made_at_the_platform_is_not_booked_as_a_payment(client, payment):
    post(client, signed_body(payment))

    answer = post(
        client,
        signed_body(payment, vads_operation_type="CREDIT", vads_url_check_src="MERCH_BO"),
    )

    assert answer.content == b"OK-APPLIED"
    assert status_of(payment) == "REFUNDED"
    with caisse_scope(payment.caisse_id):
        events = Ecriture.objects.order_by("pk").values_list("event", flat=True)
        assert list(events) == ["CARD_PAYMENT", "CARD_REFUND"]
        assert Anomalie.objects.count() == 0
