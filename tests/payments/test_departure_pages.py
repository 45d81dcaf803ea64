"""Leaving for the bank's page: once for one choice, with a policy opened for this page only."""

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from allocataires.models import Creance
from caf_portal.database.scope import national_scope
from payments.choice import Choice
from payments.models import Boutique, Payment, Redirection
from payments.services.waiting import request_check
from payments.status import Cause, PaymentStatus
from payments.workflow import transition
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, holder_of, person_of
from tests.payments.factories import open_payment
from tests.payments.pages import choose, pay, signed_choice, text_of
from tests.payments.roads import lead

pytestmark = pytest.mark.django_db
BANK = override_settings(PAYZEN_FORM_URL="https://bank.example:8443/vads-payment/")


@pytest.fixture
def creance() -> Creance:
    with national_scope():
        return CreanceFactory(initial_cents=240_00)


def payments() -> list[Payment]:
    with national_scope():
        return list(Payment.objects.order_by("pk"))


def policy_of(response) -> dict[str, str]:
    directives = response.headers["Content-Security-Policy"].split("; ")
    return dict(directive.split(" ", 1) for directive in directives)


@BANK
def test_the_page_posts_the_signed_fields_to_the_bank_and_nothing_personal(client: Client, creance):
    enter(client, person_of(creance))
    choose(client, a=(creance, "partie", "45,50"))

    response = pay(client)

    (payment,) = payments()
    page = response.content.decode()
    fields = dict(response.context["hosted"].fields)
    assert 'action="https://bank.example:8443/vads-payment/"' in page
    assert f'name="vads_order_id" value="{payment.reference}"' in page
    assert 'name="vads_amount" value="4550"' in page
    assert fields["signature"] in page
    assert "vads_cust_email" not in fields
    with national_scope():
        person = creance.allocataire
    assert not {person.nom, person.prenom, person.numero} & set(fields.values())


@BANK
def test_only_this_page_may_post_to_the_bank(client: Client, creance):
    enter(client, person_of(creance))
    choose(client, a=(creance, "tout", ""))

    departure = policy_of(pay(client))
    elsewhere = policy_of(client.get("/payer/"))

    assert departure["form-action"] == "'self' https://bank.example:8443"
    assert elsewhere["form-action"] == "'self'"
    assert {**departure, "form-action": ""} == {**elsewhere, "form-action": ""}


def test_an_address_is_kept_with_the_payment_and_not_sent_unless_asked(client: Client, creance):
    enter(client, holder_of(creance))
    choose(client, a=(creance, "tout", ""))
    shown = client.get("/payer/verifier/").content.decode()

    response = pay(client, email="proche@example.org")

    assert "checked" not in shown.split('name="partage"')[1].split(">")[0]
    assert payments()[0].email == "proche@example.org"
    assert "vads_cust_email" not in dict(response.context["hosted"].fields)


def test_an_address_is_sent_along_when_the_person_ticks_it(client: Client, creance):
    enter(client, holder_of(creance))
    choose(client, a=(creance, "tout", ""))

    response = pay(client, email="proche@example.org", partage="on")

    assert dict(response.context["hosted"].fields)["vads_cust_email"] == "proche@example.org"


def test_a_wrong_address_is_said_before_anything_is_created(client: Client, creance):
    enter(client, person_of(creance))
    choose(client, a=(creance, "partie", "45,50"))

    response = pay(client, email="proche@")

    assert "Cette adresse n’est pas complète" in text_of(response)
    assert "45,50 €" in text_of(response)
    assert 'value="proche@"' in response.content.decode()
    assert payments() == []


def test_the_same_choice_sent_twice_makes_one_payment(client: Client, creance):
    enter(client, person_of(creance))
    choose(client, a=(creance, "partie", "20"))
    choice = signed_choice(client)

    first = pay(client, choice=choice)
    second = pay(client, choice=choice)

    (payment,) = payments()
    assert first.status_code == 200
    assert second.url == f"/paiement/{payment.public_id}/"


def test_the_same_choice_sent_again_after_payment_makes_no_other(client: Client, creance):
    enter(client, person_of(creance))
    choose(client, a=(creance, "partie", "20"))
    choice = signed_choice(client)
    pay(client, choice=choice)
    with national_scope():
        payment = Payment.objects.locked().get()
        transition(payment, PaymentStatus.REFUSED, now=timezone.now(), cause=Cause.POLL)

    again = pay(client, choice=choice)

    assert again.url == f"/paiement/{payment.public_id}/"
    assert len(payments()) == 1


def test_another_choice_on_a_debt_under_way_leads_to_the_attempt(client: Client, creance):
    payment = open_payment(creance, now=timezone.now())
    enter(client, person_of(creance))
    choice = Choice({creance.public_id: 10_00}).signed_for(person_of(creance))

    response = pay(client, choice=choice)

    assert response.url == f"/paiement/{payment.public_id}/"
    assert len(payments()) == 1


def test_a_fund_without_a_shop_says_so_and_nothing_is_lost(client: Client, creance):
    enter(client, person_of(creance))
    choose(client, a=(creance, "partie", "45,50"))
    choice = signed_choice(client)
    with national_scope():
        Boutique.objects.filter(caisse=creance.caisse).update(active=False)

    response = pay(client, choice=choice)

    assert "Le paiement en ligne n’est pas ouvert pour votre caisse." in text_of(response)
    assert "Rien n’a été débité." in text_of(response)
    assert response.context["form"].parts[0]["amount"].value() == "45,50"


def test_a_debt_that_shrank_meanwhile_must_be_chosen_again(client: Client, creance):
    enter(client, person_of(creance))
    choice = Choice({creance.public_id: 300_00}).signed_for(person_of(creance))

    response = pay(client, choice=choice)

    assert "Vous ne pouvez pas payer plus que ce qui reste" in text_of(response)
    assert payments() == []


@pytest.mark.parametrize("address", ["/payer/confirmer/", "/paiement/{}/continuer/"])
def test_leaving_is_a_post(client: Client, creance, address):
    enter(client, person_of(creance))

    assert client.get(address.format(creance.public_id)).status_code == 405


def test_leaving_needs_a_token_against_forged_requests(creance):
    client = Client(enforce_csrf_checks=True)
    enter(client, person_of(creance))

    assert client.post("/payer/confirmer/", {"choix": "x"}).status_code == 403


def test_an_attempt_not_finished_leaves_again_with_a_new_number(client: Client, creance):
    payment = open_payment(creance, now=timezone.now())
    enter(client, person_of(creance))

    response = client.post(f"/paiement/{payment.public_id}/continuer/")

    assert response.status_code == 200
    with national_scope():
        numbers = list(Redirection.objects.values_list("trans_id", flat=True))
    assert len(set(numbers)) == 2
    assert dict(response.context["hosted"].fields)["vads_trans_id"] in numbers


@pytest.mark.parametrize("status", [s for s in PaymentStatus if s != PaymentStatus.OPEN])
def test_any_other_attempt_does_not_leave_again(client: Client, creance, status):
    payment = open_payment(creance, now=timezone.now())
    with national_scope():
        lead(Payment.objects.locked().get(), status, now=timezone.now())
    enter(client, person_of(creance))

    response = client.post(f"/paiement/{payment.public_id}/continuer/")

    assert response.url == f"/paiement/{payment.public_id}/"


def test_while_the_bank_is_asked_the_card_is_kept_away(client: Client, creance):
    payment = open_payment(creance, now=timezone.now())
    with national_scope():
        request_check(payment=Payment.objects.get(), cancelled=False, now=timezone.now())
    enter(client, person_of(creance))

    page = client.get(f"/paiement/{payment.public_id}/").content.decode()
    response = client.post(f"/paiement/{payment.public_id}/continuer/")

    assert "/continuer/" not in page
    assert response.url == f"/paiement/{payment.public_id}/"


def test_somebody_elses_attempt_is_not_found(client: Client, creance):
    payment = open_payment(creance, now=timezone.now())
    with national_scope():
        other = CreanceFactory()
    enter(client, person_of(other))

    for action in ("", "statut/", "recu.pdf"):
        assert client.get(f"/paiement/{payment.public_id}/{action}").status_code == 404
    assert client.post(f"/paiement/{payment.public_id}/continuer/").status_code == 404
