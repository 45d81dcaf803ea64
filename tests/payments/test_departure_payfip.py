"""Leaving for a page that must be asked for: what the person is told, and what is kept."""

from datetime import timedelta

import pytest
import requests
import responses
from django.db import DatabaseError, transaction
from django.test import Client

from allocataires.models import Creance
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from payments.choice import Choice
from payments.models import Payment, Redirection
from payments.services import starting
from payments.services.starting import start_payment
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.sessions import enter, person_of
from tests.payments.factories import NOW, debtor_of, open_payment
from tests.payments.pages import choose, pay, text_of
from tests.payments.payfip_double import PAGE, payfip_at

pytestmark = pytest.mark.django_db
EMAIL = "personne@example.org"


@pytest.fixture
def payfip():
    with (
        responses.RequestsMock(assert_all_requests_are_fired=False) as mock,
        payfip_at(mock) as double,
    ):
        yield double


@pytest.fixture
def creance(payfip) -> Creance:
    with national_scope():
        person = AllocataireFactory(caisse=Caisse.objects.get(code="974"))
        return CreanceFactory(allocataire=person, initial_cents=240_00)


@pytest.fixture
def payer(client: Client, creance) -> Client:
    enter(client, person_of(creance))
    return client


def payments():
    with national_scope():
        return list(Payment.objects.prefetch_related("redirections").order_by("pk"))


def test_the_page_goes_to_payfip_with_the_operation_alone(payer, creance, payfip):
    choose(payer, a=(creance, "partie", "45,50"))

    response = pay(payer, email=EMAIL)

    page = response.content.decode()
    assert response.status_code == 200
    assert f'method="get" action="{PAGE}"' in page
    assert f'name="idop" value="{payfip.last}"' in page
    assert "vads_" not in page
    assert "sur la page sécurisée PayFiP" in text_of(response)
    assert "form-action 'self' http://127.0.0.1:9" in response.headers["Content-Security-Policy"]
    assert payfip.operations[payfip.last]["montant"] == "4550"
    (payment,) = payments()
    assert payment.gateway_references == [payfip.last]


def test_nothing_of_the_person_but_the_address_is_sent(payer, creance, payfip):
    choose(payer, a=(creance, "tout", ""))
    pay(payer, email=EMAIL)

    with national_scope():
        person = creance.allocataire
    said = " ".join(payfip.operations[payfip.last].values())
    assert payfip.operations[payfip.last]["mel"] == EMAIL
    assert [w for w in (person.nom, person.prenom, person.numero) if w in said] == []


def test_the_check_page_asks_for_the_address_and_names_the_platform(payer, creance):
    choose(payer, a=(creance, "tout", ""))

    page = text_of(payer.get("/payer/verifier/"))

    assert "La plateforme PayFiP la demande" in page
    assert "facultatif" not in page
    assert "page de paiement sécurisée PayFiP" in page
    assert "PayZen" not in page


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("", "Écrivez une adresse électronique : la plateforme PayFiP la demande."),
        ("personne@", "Cette adresse n’est pas complète."),
        (f"{'a' * 60}@{'b' * 60}.example", "80"),
    ],
)
def test_without_a_good_address_nothing_is_created_and_the_page_says_why(
    payer, creance, payfip, email, said
):
    choose(payer, a=(creance, "tout", ""))

    assert said in text_of(pay(payer, email=email))
    assert (payments(), payfip.asked) == ([], [])


def test_whoever_starts_a_payment_must_give_an_address(creance):
    with caisse_scope(creance.caisse_id), pytest.raises(starting.EmailMissing, match="PayFiP"):
        start_payment(
            debtor=debtor_of(creance),
            shares={creance.public_id: 5_00},
            email="",
            langue="fr",
            now=NOW,
        )


def test_more_than_the_platform_takes_is_refused_before_leaving(payfip):
    with national_scope():
        person = AllocataireFactory(caisse=Caisse.objects.get(code="974"))
        large = CreanceFactory(allocataire=person, initial_cents=150_000_00)

    with pytest.raises(starting.AmountAboveLimit, match=r"99.999,99"):
        open_payment(large)
    assert open_payment(large, shares={large.public_id: 99_999_99}).amount_cents == 99_999_99


@pytest.mark.parametrize(
    "failure",
    [requests.ReadTimeout(), requests.ConnectionError(), (503, "<html>maintenance</html>")],
    ids=lambda failure: str(failure)[:30],
)
def test_a_platform_that_gives_no_page_debits_nothing_and_the_payment_stays_open(
    payer, creance, payfip, failure
):
    payfip.failure = failure
    choose(payer, a=(creance, "partie", "45,50"))

    response = pay(payer, email=EMAIL)

    (payment,) = payments()
    assert response.status_code == 503
    assert "Rien n’a été débité." in text_of(response)
    assert "45,50 €" in text_of(response)
    assert f'action="/paiement/{payment.public_id}/continuer/"' in response.content.decode()
    assert (payment.status, payment.gateway_references) == ("OPEN", [])


def test_trying_again_leaves_with_the_same_payment(payer, creance, payfip):
    payfip.failure = requests.ReadTimeout()
    choose(payer, a=(creance, "tout", ""))
    pay(payer, email=EMAIL)
    payfip.failure = None
    (payment,) = payments()

    response = payer.post(f"/paiement/{payment.public_id}/continuer/")

    assert response.status_code == 200
    assert f'name="idop" value="{payfip.last}"' in response.content.decode()
    (payment,) = payments()
    assert payment.gateway_references == [payfip.last]
    with national_scope():
        assert Redirection.objects.count() == 2


def test_the_same_choice_sent_again_after_a_failure_leads_to_the_payment(payer, creance, payfip):
    payfip.failure = requests.ReadTimeout()
    choice = Choice({creance.public_id: 20_00}).signed_for(person_of(creance))
    pay(payer, email=EMAIL, choice=choice)
    payfip.failure = None

    again = pay(payer, email=EMAIL, choice=choice)

    (payment,) = payments()
    assert again.url == f"/paiement/{payment.public_id}/"


def test_a_payment_offers_no_plan_there(payer, creance):
    assert "plusieurs-fois" not in payer.get("/payer/").content.decode()


def test_inv10_a_departure_is_named_once_and_never_changed(creance):
    payment = open_payment(creance)
    with caisse_scope(payment.caisse_id):
        rows = Redirection.objects.filter(payment=payment)
        for change in (
            {"gateway_reference": "another"},
            {"gateway_reference": ""},
            {"issued_at": NOW + timedelta(days=1)},
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


def test_inv10_two_departures_never_share_a_name(creance, payfip):
    payment = open_payment(creance)
    with caisse_scope(payment.caisse_id):
        twin = Redirection(
            caisse_id=payment.caisse_id,
            boutique_id=payment.boutique_id,
            payment=payment,
            trans_id="800000",
            utc_on=NOW.date(),
            issued_at=NOW,
            gateway_reference=payfip.last,
        )
        with pytest.raises(DatabaseError, match="redirection_reference_once"):
            twin.save()
