"""The page of a payment: one face for each situation, and what it must never let one do."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from allocataires.models import Creance, Mouvement
from allocataires.nomenclature import MouvementType, Sens
from caf_portal.database.scope import national_scope
from payments.faces import LABELS, Face, face_of
from payments.gateways.base import Refusal
from payments.models import Payment, Transaction
from payments.refusals import sentence_of
from payments.services.waiting import ASK_AGAIN_AFTER, request_check
from payments.status import IN_PROGRESS, PaymentStatus
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, holder_of, person_of
from tests.payments.factories import open_payment, signed_body
from tests.payments.pages import text_of
from tests.payments.roads import lead

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
NOTHING_TAKEN = "Rien n’a été débité"
DO_NOT_PAY_AGAIN = "Ne payez pas une deuxième fois"


@pytest.fixture
def creance() -> Creance:
    with national_scope():
        return CreanceFactory(initial_cents=240_00)


@pytest.fixture
def payment(creance: Creance) -> Payment:
    return open_payment(creance, shares={creance.public_id: 45_50}, now=timezone.now())


@pytest.fixture
def debtor(client: Client, creance: Creance) -> Client:
    enter(client, person_of(creance))
    return client


def move(payment: Payment, to: PaymentStatus) -> None:
    with national_scope():
        locked = Payment.objects.locked().get(pk=payment.pk)
        lead(locked, to, now=timezone.now())


def book(client: Client, payment: Payment, **changes: str) -> None:
    response = client.post("/paiement/ipn/", signed_body(payment, **changes), content_type=FORM)
    assert response.status_code == 200


def read_back(payment: Payment) -> Payment:
    with national_scope():
        return Payment.objects.get(pk=payment.pk)


def page_of(client: Client, payment: Payment) -> str:
    response = client.get(f"/paiement/{payment.public_id}/")
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    return text_of(response)


@pytest.mark.parametrize(
    ("status", "says", "offers"),
    [
        (PaymentStatus.PENDING, "ni acceptée ni refusée. " + DO_NOT_PAY_AGAIN, ""),
        (PaymentStatus.REFUSED, NOTHING_TAKEN, "Essayer de nouveau"),
        (PaymentStatus.ABANDONED, NOTHING_TAKEN, "Recommencer"),
        (PaymentStatus.EXPIRED, "rien n’a été débité", "Recommencer"),
        (PaymentStatus.HELD, DO_NOT_PAY_AGAIN, ""),
        (PaymentStatus.SCHEDULED, "La première échéance est payée", ""),
        (PaymentStatus.STOPPED, "Plus rien ne sera prélevé", ""),
        (PaymentStatus.REFUNDED, "45,50 € vous sont rendus", ""),
    ],
)
def test_each_status_says_what_was_debited_and_what_to_do(debtor, payment, status, says, offers):
    move(payment, status)

    page = page_of(debtor, payment)

    assert str(LABELS[Face(status.lower())]) in page
    assert says in page
    assert payment.reference in page
    if offers:
        assert offers in page
        assert (
            f"?reprendre={payment.public_id}"
            in debtor.get(f"/paiement/{payment.public_id}/").content.decode()
        )


def test_a_paid_payment_is_confirmed_with_the_new_balance_and_a_receipt(debtor, payment):
    book(debtor, payment)

    page = page_of(debtor, payment)

    assert "45,50 € ont été payés." in page
    assert "CAF de l'Ain" in page
    assert "il reste 194,50 €" in page
    assert "Ouvrir mon reçu" in page
    assert "Payé le" in page


def test_what_did_not_fit_is_the_persons_to_choose_about(client: Client, creance):
    payment = open_payment(creance, now=timezone.now())
    with national_scope():
        # A withholding came in while the person was at the bank's page.
        Mouvement.objects.create(
            caisse_id=creance.caisse_id,
            creance=creance,
            kind=MouvementType.RETENUE,
            sens=Sens.BAISSE,
            amount_cents=200_00,
            value_on=timezone.localdate(),
            recorded_at=timezone.now(),
        )
    book(client, payment)
    enter(client, person_of(creance))

    page = page_of(client, payment)

    assert "200,00 € payés en trop vous attendent" in page
    assert "Aide personnalisée au logement il ne reste rien à rembourser 40,00 €" in page


def test_an_attempt_just_started_offers_to_continue_or_to_verify(debtor, payment):
    page = page_of(debtor, payment)

    assert str(LABELS[Face.STARTED]) in page
    assert "continuer vers la page de paiement" in page
    assert "je ne sais pas : vérifier" in page


def test_back_from_the_bank_one_waits_and_is_told_how_long(debtor, payment, time_machine):
    time_machine.move_to("2026-11-20T09:30:00+00:00", tick=False)
    with national_scope():
        Payment.objects.update(last_form_at=timezone.now())
        request_check(payment=Payment.objects.get(), cancelled=False, now=timezone.now())

    response = debtor.get(f"/paiement/{payment.public_id}/")

    assert "Ne payez pas une deuxième fois." in text_of(response)
    assert "peu après 10:50" in text_of(response)
    page = response.content.decode()
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in page
    assert 'aria-live="polite"' in page
    assert f'data-status="/paiement/{payment.public_id}/statut/"' in page


def test_leaving_again_after_a_return_is_a_new_start(payment):
    with national_scope():
        opened = Payment.objects.get()
        request_check(payment=opened, cancelled=False, now=opened.last_form_at)
        assert face_of(opened) == Face.ASKING
        opened.last_form_at += timedelta(seconds=1)

        assert face_of(opened) == Face.STARTED


@pytest.mark.parametrize("status", PaymentStatus)
def test_every_status_has_a_face_a_label_and_a_page(debtor, payment, status):
    if status != PaymentStatus.OPEN:
        move(payment, status)

    answer = debtor.get(f"/paiement/{payment.public_id}/statut/")

    assert page_of(debtor, payment)
    assert answer.json() == {
        "status": status,
        "final": status not in IN_PROGRESS,
        "label": str(LABELS[face_of(read_back(payment))]),
        "url": f"/paiement/{payment.public_id}/",
    }
    assert "no-store" in answer.headers["Cache-Control"]


def test_while_somebody_waits_the_bank_is_asked_again(debtor, payment):
    now = timezone.now()
    with national_scope():
        Payment.objects.update(
            last_form_at=now - timedelta(minutes=2),
            check_requested_at=now - timedelta(minutes=1),
            checked_at=now - ASK_AGAIN_AFTER,
        )

    debtor.get(f"/paiement/{payment.public_id}/statut/")

    with national_scope():
        assert Payment.objects.check_requested().count() == 1


def test_the_bank_is_not_asked_again_too_soon_nor_while_a_question_waits(debtor, payment):
    now = timezone.now()
    asked = now - timedelta(minutes=1)
    for checked_at in (now, asked - timedelta(seconds=5), None):
        with national_scope():
            Payment.objects.update(
                last_form_at=now - timedelta(minutes=2),
                check_requested_at=asked,
                checked_at=checked_at,
            )

        debtor.get(f"/paiement/{payment.public_id}/statut/")

        assert read_back(payment).check_requested_at == asked


@pytest.mark.parametrize("refusal", Refusal)
def test_a_refusal_has_a_sentence_that_helps(debtor, payment, refusal):
    book(debtor, payment, vads_trans_status="REFUSED", vads_result="05", vads_auth_result="05")
    with national_scope():
        Transaction.objects.update(refusal=refusal)

    page = page_of(debtor, payment)

    assert " ".join(str(sentence_of(refusal)).split()) in page
    assert NOTHING_TAKEN in page
    # The code is for agents: a number helps nobody.
    assert "05" not in str(sentence_of(refusal))
    assert "plateforme" not in page.split(NOTHING_TAKEN)[1].split("Ce paiement")[0]


def test_a_letter_sees_the_payment_of_its_debt_and_of_no_other(client: Client, creance):
    with national_scope():
        other = CreanceFactory(allocataire=creance.allocataire)
    alone = open_payment(creance, now=timezone.now())
    move(alone, PaymentStatus.ABANDONED)
    both = open_payment(creance, other, now=timezone.now())
    enter(client, holder_of(creance))

    assert client.get(f"/paiement/{alone.public_id}/").status_code == 200
    assert client.get(f"/paiement/{both.public_id}/").status_code == 404


def test_trying_again_proposes_the_same_debts_and_sums(debtor, payment):
    move(payment, PaymentStatus.REFUSED)

    form = debtor.get(f"/payer/?reprendre={payment.public_id}").context["form"]

    assert form.parts[0]["how"].value() == "partie"
    assert form.parts[0]["amount"].value() == "45,50"


class TestComeback:
    """The return page decides nothing."""

    def test_with_a_session_the_bank_is_asked_and_the_page_shown(self, debtor, payment):
        response = debtor.get(f"/paiement/retour/{payment.public_id}/")

        assert response.url == f"/paiement/{payment.public_id}/"
        back = read_back(payment)
        assert back.status == PaymentStatus.OPEN
        assert back.check_requested_at is not None
        assert back.cancel_seen_at is None

    def test_the_cancel_address_is_noted_and_cancels_nothing(self, debtor, payment):
        debtor.get(f"/paiement/retour/{payment.public_id}/?annule=1")

        back = read_back(payment)
        assert back.status == PaymentStatus.OPEN
        assert back.cancel_seen_at is not None

    def test_the_platforms_own_fields_are_not_believed(self, debtor, payment):
        debtor.get(
            f"/paiement/retour/{payment.public_id}/?vads_trans_status=AUTHORISED&vads_result=00"
        )

        assert read_back(payment).status == PaymentStatus.OPEN

    def test_a_return_by_post_needs_no_token(self, creance, payment):
        client = Client(enforce_csrf_checks=True)

        response = client.post(
            f"/paiement/retour/{payment.public_id}/", {"vads_trans_status": "AUTHORISED"}
        )

        assert response.status_code == 200
        assert "identifier de nouveau" in text_of(response)

    def test_without_a_session_the_page_says_nothing_of_the_person(self, client, creance, payment):
        response = client.get(f"/paiement/retour/{payment.public_id}/")

        page = response.content.decode()
        assert payment.reference not in page
        assert "45,50" not in page
        assert f"/identification/?next=/paiement/{payment.public_id}/" in page

    def test_it_is_the_same_page_whether_the_payment_exists_or_not(self, client, payment):
        unknown = "00000000-0000-4000-8000-000000000000"

        known_page = client.get(f"/paiement/retour/{payment.public_id}/").content.decode()
        unknown_page = client.get(f"/paiement/retour/{unknown}/").content.decode()

        assert without_token(known_page).replace(str(payment.public_id), unknown) == without_token(
            unknown_page
        )

    def test_another_person_gets_that_page_too(self, client: Client, payment):
        with national_scope():
            other = CreanceFactory()
        enter(client, person_of(other))

        response = client.get(f"/paiement/retour/{payment.public_id}/")

        assert response.status_code == 200
        assert read_back(payment).check_requested_at is None


def without_token(page: str) -> str:
    """The page without the hidden token against forged requests, which is new each time."""
    lines = page.splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)


def test_the_debts_page_leads_back_to_the_payment_and_its_receipt(client: Client, payment, creance):
    book(client, payment)
    address = f"/mes-creances/{creance.public_id}/"
    way = f'href="/paiement/{payment.public_id}/"'

    enter(client, person_of(creance))
    by_account = client.get(address).content.decode()
    enter(client, holder_of(creance))
    by_letter = client.get(address).content.decode()

    assert way in by_account
    assert way in by_letter
    # The first line, the debt itself, leads nowhere.
    assert by_account.count("Paiement et reçu") == 1


def test_a_letter_is_not_led_to_a_payment_of_other_debts_too(client: Client, creance):
    with national_scope():
        other = CreanceFactory(allocataire=creance.allocataire, nature="IM3")
    payment = open_payment(creance, other, now=timezone.now())
    book(client, payment)

    enter(client, holder_of(creance))
    page = client.get(f"/mes-creances/{creance.public_id}/").content.decode()

    assert "Paiement par carte" in page
    assert str(payment.public_id) not in page
