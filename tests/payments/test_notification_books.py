"""A notification that says “paid” books: status, movements, écriture, message, in one go."""

import pytest

from allocataires.models import Mouvement
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie, Ecriture, Ligne
from payments.models import Notification, NotificationOutcome, Payment, PaymentLog, Transaction
from relation_usager.models import Message
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.payments.factories import open_payment, signed_body

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.django_db


@pytest.fixture
def creances():
    with national_scope():
        person = AllocataireFactory(numero="1234567")
        return [
            CreanceFactory(allocataire=person, nature="IN5", rang="001", initial_cents=240_00),
            CreanceFactory(allocataire=person, nature="IM3", rang="002", initial_cents=100_00),
        ]


def test_a_payment_of_two_debts_is_booked_everywhere_at_once(client, creances):
    first, second = creances
    payment = open_payment(first, second, shares={first.public_id: 240_00, second.public_id: 60_50})

    answer = client.post(IPN, signed_body(payment), content_type=FORM)

    assert (answer.status_code, answer.content) == (200, b"OK-APPLIED")
    with caisse_scope(payment.caisse_id):
        payment.refresh_from_db()
        first.refresh_from_db()
        second.refresh_from_db()
        assert payment.status == "PAID"
        assert payment.paid_at is not None
        assert (first.balance_cents, second.balance_cents) == (0, 39_50)
        assert list(
            Mouvement.objects.filter(kind="CARTE")
            .order_by("creance_id")
            .values_list("amount_cents", "balance_after_cents", "source_id")
        ) == [(240_00, 0, payment.public_id), (60_50, 39_50, payment.public_id)]
        ecriture = Ecriture.objects.get()
        assert (ecriture.journal.code, ecriture.piece) == ("CBL", payment.reference)
        assert list(
            Ligne.objects.order_by("position").values_list(
                "compte__number", "auxiliaire", "debit_cents", "credit_cents"
            )
        ) == [
            ("5115", "", 300_50, 0),
            (_compte(ecriture, 2), "1234567-IN5-001", 0, 240_00),
            (_compte(ecriture, 3), "1234567-IM3-002", 0, 60_50),
        ]
        log = PaymentLog.objects.get()
        assert (log.from_status, log.to_status, log.cause) == ("OPEN", "PAID", "NOTIFICATION")
        message = Message.objects.get()
        assert (message.kind, message.to_address) == ("PAYMENT_BOOKED", "personne@example.org")
        assert message.context["amount_cents"] == 300_50
        assert NotificationOutcome.objects.get().outcome == "APPLIED"
        assert Anomalie.objects.count() == 0


def test_the_families_go_to_accounts_of_their_own(client, creances):
    payment = open_payment(*creances)

    client.post(IPN, signed_body(payment), content_type=FORM)

    with caisse_scope(payment.caisse_id):
        credited = set(
            Ligne.objects.filter(credit_cents__gt=0).values_list("compte__number", flat=True)
        )
    assert len(credited) == 2
    assert all(number.startswith("4092") for number in credited)


def test_the_exact_bytes_are_kept(client, creances):
    payment = open_payment(creances[0])
    body = signed_body(payment, vads_order_info="é à +%&=", vads_unknown_field="")

    client.post(IPN, body, content_type=FORM)

    with caisse_scope(payment.caisse_id):
        assert bytes(Notification.objects.get().body) == body


def test_the_address_without_its_slash_answers_too_and_never_redirects(client, creances):
    payment = open_payment(creances[0])

    answer = client.post("/paiement/ipn", signed_body(payment), content_type=FORM)

    assert answer.status_code == 200


def test_the_transaction_is_kept_with_its_masked_card(client, creances):
    payment = open_payment(creances[0])

    client.post(IPN, signed_body(payment), content_type=FORM)

    with caisse_scope(payment.caisse_id):
        transaction = Transaction.objects.get()
    assert transaction.payment_id == payment.pk
    assert (transaction.card_brand, transaction.card_number) == ("CB", "497010XXXXXX0055")
    assert (transaction.amount_cents, transaction.currency) == (240_00, "EUR")


def test_without_an_address_the_payment_is_booked_and_no_message_is_queued(client, creances):
    payment = open_payment(creances[0], email="")

    client.post(IPN, signed_body(payment), content_type=FORM)

    with caisse_scope(payment.caisse_id):
        assert Payment.objects.get().status == "PAID"
        assert Message.objects.count() == 0


def _compte(ecriture, position):
    return ecriture.lignes.get(position=position).compte.number
