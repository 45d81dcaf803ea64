"""The person who paid reads what was given back, and why a debt went up."""

from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from caf_portal.database.scope import national_scope
from relation_usager.models import Message
from relation_usager.services.rendering import render_message
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, person_of
from tests.payments.factories import open_payment
from tests.payments.pages import text_of
from tests.payments.refunds import pay, refund_whole, take
from tests.payments.rest_double import RestDouble

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory(initial_cents=240_00)


@pytest.fixture
def person(creance):
    client = Client()
    enter(client, person_of(creance))
    return client


def page(person, paid):
    return text_of(person.get(f"/paiement/{paid.payment.public_id}/"))


def test_a_payment_given_back_in_part_says_how_much(person, creance):
    paid = pay(creance)
    refund_whole(paid, 40_00)

    said = page(person, paid)

    assert "Votre paiement est enregistré" in said
    assert "Ce qui vous a été rendu 40,00 €" in said
    assert "rendus sur la carte" in said


def test_a_payment_given_back_whole_says_that_the_debt_is_due_again(person, creance):
    paid = pay(creance)
    refund_whole(paid)

    said = page(person, paid)

    assert "240,00 € vous sont rendus" in said
    assert "de nouveau à payer" in said


def test_money_that_was_not_taken_is_not_said_to_come_back_on_the_card(person, creance):
    paid = pay(creance, status="AUTHORISED")
    refund_whole(paid, 40_00)

    said = page(person, paid)

    assert "annulés avant d’être débités" in said
    assert "rendus sur la carte" not in said


def test_held_money_given_back_changes_no_debt(person, creance):
    from_held = pay_wrong_amount(creance)
    refund_whole(from_held, 100_00)

    said = page(person, from_held)
    assert "100,00 € vous sont rendus" in said
    assert "ce que vous devez n’a pas changé" in said


def pay_wrong_amount(creance):
    amounts = {"vads_amount": "10000", "vads_effective_amount": "10000"}
    return take(open_payment(creance), RestDouble(), **amounts)


def test_the_history_of_the_debt_shows_what_was_given_back(person, creance):
    refund_whole(pay(creance), 40_00)

    said = text_of(person.get(f"/mes-creances/{creance.public_id}/"))

    assert "Somme qui vous a été rendue" in said
    assert "+40,00 €" in said


def test_the_receipt_shows_what_was_given_back_since(person, creance):
    paid = pay(creance)
    refund_whole(paid, 40_00)

    answer = person.get(f"/paiement/{paid.payment.public_id}/recu.pdf")

    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert "Rendu depuis" in text
    assert "CB 497010XXXXXX0055" in text


@pytest.mark.parametrize(
    ("langue", "status", "words"),
    [
        ("fr", "CAPTURED", ["40,00 € vous sont rendus", "remonte de 40,00 €"]),
        ("en", "CAPTURED", ["40,00 € is on its way back to you", "goes up by 40,00 €"]),
        ("fr", "AUTHORISED", ["40,00 € ne seront pas débités", "remonte de 40,00 €"]),
        ("en", "AUTHORISED", ["40,00 € will not be debited", "goes up by 40,00 €"]),
    ],
)
def test_the_message_says_what_goes_back_and_what_is_due_again(creance, langue, status, words):
    refund_whole(pay(creance, status=status), 40_00)
    with national_scope():
        message = Message.objects.exclude(kind="PAYMENT_BOOKED").get()
        message.langue = langue
        mail = render_message(message)

    said = f"{mail.subject} {mail.body}".replace("\u00a0", " ")
    assert all(word in said for word in words)
    assert "Exemple" not in said


def test_a_duplicate_given_back_says_that_nothing_changes(creance):
    paid = pay(creance)
    refund_whole(take(paid.payment, paid.platform))
    with national_scope():
        mail = render_message(Message.objects.get(kind="REFUND_DONE"))

    assert "Ce que vous devez ne change pas." in mail.body
