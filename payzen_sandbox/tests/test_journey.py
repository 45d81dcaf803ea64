"""The buyer's way, from the form to the shop."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from payzen_sandbox.models import Notification, Payment
from payzen_sandbox.models.payment import PaymentState
from payzen_sandbox.protocol.signature import is_authentic
from payzen_sandbox.tests.journey import (
    AUTHENTICATION_REFUSED,
    CHALLENGE,
    REFUSED,
    TECHNICAL_ERROR,
    pay,
    result_page,
    shop,
    signed_form,
    start,
    type_card,
)

pytestmark = pytest.mark.django_db


def test_a_payment_goes_from_form_to_ticket(client, listener):
    entered = client.post(reverse("entry"), signed_form())
    payment = Payment.objects.get()
    assert entered.headers["Location"] == reverse("method", args=[payment.public_id])

    chosen = client.post(entered.headers["Location"], {"network": "VISA"})
    card_page = client.get(chosen.headers["Location"]).content.decode()
    assert "CAF de l&#x27;Ain" in card_page
    assert "51,24\xa0€" in card_page
    card = {"number": "4970 1000 0000 0055", "expiry": "12/40", "cvv": "123"}
    paid = client.post(chosen.headers["Location"], card)

    assert paid.headers["Location"] == reverse("result", args=[payment.public_id])
    assert "Paiement accepté" in result_page(client, payment)
    payment.refresh_from_db()
    assert payment.state == PaymentState.ACCEPTED


def test_the_shop_is_told_before_the_buyer_sees_the_ticket(client, listener):
    history = []
    listener.on_call = lambda fields: history.append("shop told")
    payment = start(client)

    type_card(client, payment, "4970100000000055")
    history.append("buyer answered")

    assert history == ["shop told", "buyer answered"]


def test_the_notification_carries_the_form_and_the_documented_fields(client, listener):
    payment = pay(
        client,
        vads_order_info="Indu d'été n° 12 + frais",
        vads_capture_delay="",
        vads_unknown_field="é",
        vads_ext_info_reference="abc",
    )

    (fields,) = listener.calls
    transaction = payment.transactions.get()
    assert is_authentic(fields, key=shop().key_test, algorithm=shop().algorithm)
    sent = {name: value for name, value in payment.fields.items() if name != "vads_capture_delay"}
    assert sent.items() <= fields.items()
    assert re.fullmatch(r"[0-9a-f]{64}", fields.pop("vads_hash"))
    assert re.fullmatch(r"[0-9a-f]{32}", fields["vads_trans_uuid"])
    assert re.fullmatch(r"[0-9a-f]{40}", fields["vads_payment_certificate"])
    assert re.fullmatch(r"\d{6}", fields["vads_auth_number"])
    assert {
        "vads_trans_status": "AUTHORISED",
        "vads_result": "00",
        "vads_auth_result": "00",
        "vads_auth_mode": "FULL",
        "vads_sequence_number": "1",
        "vads_occurrence_type": "UNITAIRE",
        "vads_operation_type": "DEBIT",
        "vads_amount": "5124",
        "vads_effective_amount": "5124",
        "vads_effective_currency": "978",
        "vads_capture_delay": "0",
        "vads_card_brand": "CB",
        "vads_card_number": "497010XXXXXX0055",
        "vads_expiry_month": "12",
        "vads_expiry_year": "2040",
        "vads_payment_src": "EC",
        "vads_threeds_enrolled": "Y",
        "vads_threeds_status": "Y",
        "vads_threeds_auth_type": "FRICTIONLESS",
        "vads_warranty_result": "YES",
        "vads_url_check_src": "PAY",
        "vads_trans_uuid": transaction.uuid,
    }.items() <= fields.items()


def test_the_full_card_number_and_the_cvv_are_stored_nowhere(client, listener):
    payment = start(client)
    type_card(client, payment, "4970100000000337", cvv="987")
    payment.refresh_from_db()
    kept = f"{payment.pending_card}"

    client.post(reverse("challenge", args=[payment.public_id]), {"code": "1234"})
    transaction = payment.transactions.get()

    kept += f"{transaction.card} {list(payment.events.values())} {listener.bodies}"
    assert "497010XXXXXX0337" in kept
    assert "4970100000000337" not in kept
    assert "987" not in transaction.card.values()


def test_a_challenge_asks_for_the_code_shown(client, listener):
    payment = start(client)

    asked = type_card(client, payment, CHALLENGE)
    page = client.get(asked.headers["Location"]).content.decode()
    wrong = client.post(asked.headers["Location"], {"code": "9999"})
    right = client.post(asked.headers["Location"], {"code": "1234"})

    assert "Saisissez <strong>1234</strong>" in page
    assert 'id="id_code_error"' in wrong.content.decode()
    assert right.headers["Location"] == reverse("result", args=[payment.public_id])
    (fields,) = listener.calls
    assert fields["vads_threeds_auth_type"] == "CHALLENGE"


def test_three_wrong_codes_refuse_the_attempt(client, listener):
    payment = start(client)
    asked = type_card(client, payment, CHALLENGE)

    for _try in range(3):
        last = client.post(asked.headers["Location"], {"code": "0000"})

    assert last.status_code == 302
    assert (listener.calls[0]["vads_trans_status"], listener.calls[0]["vads_payment_error"]) == (
        "REFUSED",
        "146",
    )


def test_the_buyer_may_decline_to_authenticate(client, listener):
    payment = start(client)
    asked = type_card(client, payment, CHALLENGE)

    client.post(asked.headers["Location"], {"decline": "1"})

    assert listener.calls[0]["vads_threeds_status"] == "N"
    assert "Paiement refusé" in result_page(client, payment)


@pytest.mark.parametrize("changes", [{"vads_threeds_mpi": "3"}, {"vads_threeds_mpi": "4"}])
def test_the_form_may_ask_for_a_challenge(client, listener, changes):
    payment = start(client, **changes)

    response = type_card(client, payment, "4970100000000055")

    assert response.headers["Location"] == reverse("challenge", args=[payment.public_id])


@pytest.mark.parametrize(
    ("number", "result", "auth_result", "payment_error"),
    [
        (REFUSED, "05", "05", ""),
        ("5970100300000109", "05", "05", ""),
        ("4970100000000519", "05", "51", ""),
        ("4970100000000543", "05", "54", ""),
        (AUTHENTICATION_REFUSED, "05", "", "39"),
        (TECHNICAL_ERROR, "96", "96", ""),
    ],
)
def test_each_card_of_refusal_says_why(
    client, listener, number, result, auth_result, payment_error
):
    pay(client, number)

    (fields,) = listener.calls
    assert (
        fields["vads_trans_status"],
        fields["vads_result"],
        fields["vads_auth_result"],
        fields["vads_payment_error"],
        fields["vads_auth_number"],
    ) == ("REFUSED", result, auth_result, payment_error, "")


def test_after_a_refusal_a_further_attempt_raises_the_sequence_number(client, listener):
    payment = pay(client, REFUSED)
    assert "Essayer une autre carte" in result_page(client, payment)

    type_card(client, payment, "4970100000000055")

    told = [(f["vads_sequence_number"], f["vads_trans_status"]) for f in listener.calls]
    assert told == [("1", "REFUSED"), ("2", "AUTHORISED")]
    assert len({f["vads_trans_uuid"] for f in listener.calls}) == 2
    assert len({f["vads_trans_id"] for f in listener.calls}) == 1


def test_the_third_refusal_is_the_last(client, listener):
    payment = pay(client, REFUSED)
    type_card(client, payment, REFUSED)
    type_card(client, payment, REFUSED)

    assert "Essayer une autre carte" not in result_page(client, payment)
    again = type_card(client, payment, "4970100000000055")
    assert again.headers["Location"] == reverse("result", args=[payment.public_id])
    assert len(listener.calls) == 3


def test_a_card_sent_twice_is_debited_once(client, listener):
    payment = pay(client)

    again = type_card(client, payment, "4970100000000055")

    assert again.headers["Location"] == reverse("result", args=[payment.public_id])
    assert payment.transactions.count() == len(listener.calls) == 1


def test_while_the_shop_is_being_told_the_ticket_waits(client, listener):
    payment = start(client)
    seen = []
    listener.on_call = lambda fields: seen.append(True)
    type_card(client, payment, "4970100000000055")
    Notification.objects.update(outcome="SENDING")

    assert "Nous prévenons la boutique" in result_page(client, payment)


def test_validation_by_hand_and_late_remittance_have_their_statuses(client, listener):
    pay(client, vads_validation_mode="1")
    pay(client, vads_capture_delay="8")
    pay(client, vads_capture_delay="999", vads_validation_mode="1")

    assert [(f["vads_trans_status"], f["vads_auth_mode"]) for f in listener.calls] == [
        ("AUTHORISED_TO_VALIDATE", "FULL"),
        ("WAITING_AUTHORISATION", "MARK"),
        ("WAITING_AUTHORISATION_TO_VALIDATE", "MARK"),
    ]
    assert listener.calls[2]["vads_capture_delay"] == "365"


def test_instalments_exist_at_once_and_only_the_first_is_told(client, listener):
    payment = start(client, vads_payment_config="MULTI:first=1124;count=3;period=30")
    asked = type_card(client, payment, "4970100000000055")
    client.post(asked.headers["Location"], {"code": "1234"})

    rows = payment.transactions.order_by("sequence_number").values_list(
        "amount_cents", "status", "occurrence_type"
    )
    assert list(rows) == [
        (1124, "AUTHORISED", "RECURRENT_INITIAL"),
        (2000, "WAITING_AUTHORISATION", "RECURRENT_INTERMEDIAIRE"),
        (2000, "WAITING_AUTHORISATION", "RECURRENT_FINAL"),
    ]
    (fields,) = listener.calls
    assert (fields["vads_amount"], fields["vads_effective_amount"]) == ("5124", "1124")


def test_the_form_may_narrow_the_networks(client):
    payment = start(client, vads_payment_cards="MASTERCARD")

    response = client.get(reverse("method", args=[payment.public_id]))

    assert response.headers["Location"] == reverse("card", args=[payment.public_id])


def test_the_language_follows_the_form_then_the_buyer(client):
    payment = start(client, vads_language="en")
    method = reverse("method", args=[payment.public_id])
    assert "How would you like to pay?" in client.get(method).content.decode()

    back = client.post(
        reverse("language", args=[payment.public_id]), {"language": "fr", "page": method}
    )

    assert back.headers["Location"] == method
    page = client.get(method)
    assert "Comment voulez-vous payer" in page.content.decode()
    assert page.headers["Content-Language"] == "fr"


def test_the_language_choice_never_leads_to_another_site(client):
    payment = start(client)

    back = client.post(
        reverse("language", args=[payment.public_id]),
        {"language": "fr", "page": "https://evil.example/"},
    )

    assert back.headers["Location"] == reverse("method", args=[payment.public_id])


def test_one_language_only_shows_no_selector(client):
    payment = start(client, vads_available_languages="fr;de")

    page = client.get(reverse("method", args=[payment.public_id])).content.decode()

    assert reverse("language", args=[payment.public_id]) not in page


def test_an_error_is_tied_to_its_field_on_the_page(client):
    payment = start(client)

    page = type_card(client, payment, "4970100000000056").content.decode()

    assert 'aria-invalid="true"' in page
    assert re.search(r'aria-describedby="[^"]*id_number_error[^"]*"', page)
    assert 'id="id_number_error"' in page
    assert "4970100000000056" in page
    assert 'value="123"' not in page


def test_buyer_pages_refuse_a_post_without_token(listener):
    from_elsewhere = Client(enforce_csrf_checks=True)
    payment = start(from_elsewhere)

    response = from_elsewhere.post(reverse("cancel", args=[payment.public_id]))

    assert response.status_code == 403
    payment.refresh_from_db()
    assert payment.state == PaymentState.OPEN
