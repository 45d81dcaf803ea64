"""Choosing what to pay, and checking it before leaving."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from allocataires.models import Creance
from allocataires.nomenclature import Nature
from allocataires.states import ONLINE_PAYMENT, CreanceState
from caf_portal.database.scope import national_scope
from payments.choice import LIFETIME
from payments.forms import ChoiceForm
from payments.views.memory import _CHOICE
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, holder_of, person_of
from tests.allocataires.states import put_in_state
from tests.payments.factories import open_payment, signed_body
from tests.payments.pages import choose, pay, signed_choice, text_of

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def apl() -> Creance:
    with national_scope():
        return CreanceFactory(nature=Nature.APL, initial_cents=240_00)


@pytest.fixture
def prime(apl: Creance) -> Creance:
    with national_scope():
        return CreanceFactory(
            allocataire=apl.allocataire, nature=Nature.PRIME_ACTIVITE, initial_cents=80_00
        )


def ticked(form: ChoiceForm) -> dict[Creance, str]:
    return {part.creance: part["how"].value() for part in form.parts}


@pytest.mark.parametrize("address", ["/payer/", "/payer/verifier/"])
def test_nobody_chooses_without_being_recognised(client: Client, address):
    response = client.get(address)

    assert response.status_code == 302
    assert response.url.startswith("/identification/?next=%2Fpayer%2F")


def test_with_one_debt_everything_is_proposed(client: Client, apl):
    enter(client, holder_of(apl))

    page = client.get("/payer/")

    assert "Tout ce qui reste : 240,00 €" in text_of(page)
    assert "Ne pas payer cette dette" not in text_of(page)
    assert page.context["form"].parts[0]["how"].value() == "tout"


def test_with_several_debts_nothing_is_proposed_but_the_one_of_the_link(client: Client, apl, prime):
    enter(client, person_of(apl))

    bare = client.get("/payer/").context["form"]
    linked = client.get(f"/payer/?creance={prime.public_id}&creance=bidon").context["form"]

    assert ticked(bare) == {apl: "rien", prime: "rien"}
    assert ticked(linked) == {apl: "rien", prime: "tout"}


@pytest.mark.parametrize(
    ("typed", "cents"), [("45,50", 45_50), ("45.5", 45_50), (" 1 € ", 1_00), ("240", 240_00)]
)
def test_amounts_are_read_as_people_write_them(client: Client, apl, typed, cents):
    enter(client, person_of(apl))

    response = choose(client, apl=(apl, "partie", typed))

    assert response.url == "/payer/verifier/"
    check = client.get(response.url)
    assert check.context["choice"].shares == {apl.public_id: cents}


@pytest.mark.parametrize(
    ("how", "typed", "sentence"),
    [
        ("partie", "", "Écrivez la somme que vous voulez payer."),
        ("partie", "cent", "Écrivez la somme en euros avec des chiffres"),
        ("partie", "-5", "Écrivez la somme en euros avec des chiffres"),
        ("partie", "10,999", "Écrivez la somme en euros avec des chiffres"),
        ("partie", "0", "La somme doit être supérieure à zéro."),
        ("partie", "0,99", "Le paiement minimum par carte est de 1 €."),
        ("partie", "240,01", "Vous ne pouvez pas payer plus que ce qui reste : 240,00 €."),
        ("tout", "20", "Vous avez écrit une somme : cochez « Une autre somme »"),
        ("rien", "", "Cochez une des réponses proposées."),
        ("", "", "Cochez une des réponses proposées."),
    ],
)
def test_what_cannot_be_paid_is_explained_and_nothing_typed_is_lost(
    client: Client, apl, how, typed, sentence
):
    enter(client, holder_of(apl))

    response = choose(client, apl=(apl, how, typed))

    assert response.status_code == 200
    assert sentence in text_of(response)
    part = response.context["form"].parts[0]
    assert part["how"].value() == how
    assert part["amount"].value() == typed


@pytest.mark.parametrize("typed", ["999", "cent", "0", "240,00"])
def test_a_sum_that_was_refused_does_not_stand_in_the_way_of_paying_everything(
    client: Client, apl, typed
):
    enter(client, holder_of(apl))

    response = choose(client, apl=(apl, "tout", typed))

    assert client.get(response.url).context["choice"].shares == {apl.public_id: 240_00}


def test_an_error_is_tied_to_its_field_and_listed_first(client: Client, apl, prime):
    enter(client, person_of(apl))

    page = choose(client, a=(apl, "partie", "x"), b=(prime, "partie", "y")).content.decode()

    field = f"id_{apl.public_id.hex}-amount"
    assert "Il y a 2 points à corriger" in page
    assert f'href="#{field}"' in page
    assert f'id="{field}_error"' in page
    assert f'aria-describedby="{field}_helptext {field}_error"' in page
    assert "<title>Erreur –" in page


def test_nothing_chosen_is_said(client: Client, apl, prime):
    enter(client, person_of(apl))

    page = choose(client, a=(apl, "rien", ""), b=(prime, "rien", ""))

    assert "Choisissez au moins une dette à payer." in text_of(page)


def test_a_few_cents_of_each_debt_make_a_payment_when_they_reach_one_euro(
    client: Client, apl, prime
):
    enter(client, person_of(apl))

    response = choose(client, a=(apl, "partie", "0,40"), b=(prime, "partie", "0,60"))

    assert response.url == "/payer/verifier/"


@pytest.mark.parametrize("state", [CreanceState.CONTESTEE, CreanceState.SUSPENDUE])
def test_what_nobody_asks_for_is_paid_on_purpose_only(client: Client, state):
    with national_scope():
        creance = CreanceFactory(state=state, initial_cents=240_00)
    enter(client, person_of(creance))

    page = client.get("/payer/")
    thoughtless = choose(client, a=(creance, "", ""))
    meant = choose(client, a=(creance, "tout", ""))

    assert str(ONLINE_PAYMENT[state].reason) in page.content.decode()
    assert ticked(page.context["form"]) == {creance: "rien"}
    assert "checked" not in page.content.decode()
    assert "Cochez une des réponses proposées." in text_of(thoughtless)
    assert meant.url == "/payer/verifier/"


def test_a_payment_that_an_agent_checks_is_not_forgotten(client: Client, apl, prime):
    payment = open_payment(apl, shares={apl.public_id: 45_50}, now=timezone.now())
    client.post("/paiement/ipn/", signed_body(payment, vads_effective_amount="4650"), FORM)
    enter(client, person_of(apl))
    by_account = client.get("/payer/")
    enter(client, holder_of(prime))
    by_another_letter = client.get("/payer/")

    assert "Votre paiement de 45,50 €" in text_of(by_account)
    assert "est en cours de vérification" in text_of(by_account)
    assert f"/paiement/{payment.public_id}/" in by_account.content.decode()
    assert "en cours de vérification" not in text_of(by_another_letter)


def test_a_debt_that_may_not_be_paid_is_shown_with_the_reason(client: Client, apl):
    with national_scope():
        CreanceFactory(allocataire=apl.allocataire, nature=Nature.RSA_SOCLE, transferee=True)
    enter(client, person_of(apl))

    page = text_of(client.get("/payer/"))

    assert "Cette dette est suivie par le département" in page


def test_when_nothing_may_be_paid_no_form_is_shown(client: Client, apl):
    with national_scope():
        for creance in Creance.objects.all():
            put_in_state(creance, CreanceState.SURENDETTEMENT)
    enter(client, person_of(apl))

    page = client.get("/payer/")

    assert "Rien à payer en ligne" in text_of(page)
    assert "ne payez pas sans en parler à votre conseiller" in text_of(page)
    assert 'action="/payer/"' not in page.content.decode()


def test_less_than_a_euro_left_is_no_dead_end(client: Client):
    with national_scope():
        small = CreanceFactory(initial_cents=80)
    enter(client, person_of(small))

    page = text_of(client.get("/payer/"))

    assert "Il reste moins de 1 €" in page
    assert "Continuer" not in page


def test_a_letter_neither_shows_nor_pays_another_debt(client: Client, apl, prime):
    enter(client, holder_of(apl))

    page = client.get(f"/payer/?creance={prime.public_id}")
    tampered = choose(client, a=(apl, "partie", "10"), b=(prime, "tout", ""))

    assert "Prime d’activité" not in text_of(page)
    assert client.get(tampered.url).context["choice"].shares == {apl.public_id: 10_00}


def test_an_attempt_under_way_is_offered_instead_of_a_second_one(client: Client, apl, prime):
    payment = open_payment(apl, now=timezone.now())
    enter(client, person_of(apl))

    page = client.get("/payer/")

    assert "Un paiement est déjà en cours" in text_of(page)
    assert f"/paiement/{payment.public_id}/" in page.content.decode()
    assert [part.creance for part in page.context["form"].parts] == [prime]


def test_a_letter_learns_nothing_of_an_attempt_on_other_debts(client: Client, apl, prime):
    payment = open_payment(apl, prime, now=timezone.now())
    enter(client, holder_of(apl))

    page = client.get("/payer/")

    assert "commencé avec un autre accès" in text_of(page)
    assert str(payment.public_id) not in page.content.decode()
    assert "320,00" not in text_of(page)


def test_the_check_page_shows_amounts_fund_and_what_will_be_left(client: Client, apl, prime):
    enter(client, person_of(apl))
    choose(client, a=(apl, "partie", "40"), b=(prime, "tout", ""))

    page = text_of(client.get("/payer/verifier/"))

    assert "120,00 €" in page
    assert "CAF de l'Ain" in page
    assert "il restera 200,00 €" in page
    assert "il ne restera rien" in page
    assert "Ni votre nom, ni votre numéro" in page


def test_the_address_on_file_is_proposed_to_the_account_and_never_to_the_letter(
    client: Client, apl
):
    with national_scope():
        address = apl.allocataire.email

    enter(client, person_of(apl))
    choose(client, a=(apl, "tout", ""))
    by_account = client.get("/payer/verifier/").content.decode()
    enter(client, holder_of(apl))
    choose(client, a=(apl, "tout", ""))
    by_letter = client.get("/payer/verifier/").content.decode()

    assert address in by_account
    assert address not in by_letter


def test_without_a_choice_one_must_choose(client: Client, apl):
    enter(client, person_of(apl))

    assert client.get("/payer/verifier/").url == "/payer/"


def test_a_choice_is_remembered_when_coming_back_to_change_it(client: Client, apl, prime):
    enter(client, person_of(apl))
    choose(client, a=(apl, "partie", "40"), b=(prime, "rien", ""))

    form = client.get("/payer/").context["form"]

    assert ticked(form) == {apl: "partie", prime: "rien"}
    (amount,) = [part["amount"].value() for part in form.parts if part.creance == apl]
    assert amount == "40,00"


def test_somebody_elses_choice_is_worth_nothing(client: Client, apl):
    with national_scope():
        other = CreanceFactory()
    enter(client, person_of(apl))
    choose(client, a=(apl, "tout", ""))
    stolen = signed_choice(client)
    enter(client, person_of(other))

    assert pay(client, choice=stolen).url == "/payer/"


def test_a_tampered_choice_is_worth_nothing(client: Client, apl):
    enter(client, person_of(apl))
    choose(client, a=(apl, "tout", ""))
    session = client.session
    session[_CHOICE] = "A" + session[_CHOICE]
    session.save()

    assert client.get("/payer/verifier/").url == "/payer/"


def test_an_old_choice_must_be_made_again(client: Client, apl, time_machine):
    enter(client, person_of(apl))
    choose(client, a=(apl, "tout", ""))
    kept = signed_choice(client)

    time_machine.move_to(timezone.now() + LIFETIME + timedelta(seconds=1))

    assert pay(client, choice=kept).url == "/payer/"
