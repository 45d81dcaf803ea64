"""Paying in several times: seen in full before it is agreed, followed, paid otherwise, stopped."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from allocataires.models import Creance
from caf_portal.database.scope import national_scope
from payments.choice import LIFETIME
from payments.models import Payment
from payments.services.stopping import PlanNotStopped
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, holder_of, person_of
from tests.payments.factories import open_payment
from tests.payments.pages import choice_data, text_of
from tests.payments.plans import agreed_plan, refuse, running_plan, standing, states_of, tell

pytestmark = pytest.mark.django_db

CHOOSE = "/payer/plusieurs-fois/"
AGREE = "/payer/plusieurs-fois/accepter/"


@pytest.fixture
def creance() -> Creance:
    with national_scope():
        return CreanceFactory(initial_cents=100_00)


@pytest.fixture
def other(creance: Creance) -> Creance:
    with national_scope():
        return CreanceFactory(allocataire=creance.allocataire, initial_cents=50_00)


@pytest.fixture
def debtor(client: Client, creance: Creance) -> Client:
    enter(client, person_of(creance))
    return client


def hidden(page, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found is not None, name
    return unescape(found[1])


def answers(page, **changes):
    fields = {name: hidden(page, name) for name in ("choix", "nombre", "jour", "vu")}
    return {**fields, "accord": "on", "email": "personne@example.org", **changes}


def payments():
    with national_scope():
        return list(Payment.objects.select_related("echeance").order_by("pk"))


def page_of(payment):
    return f"/echeancier/{payment.echeancier.public_id}/"


def test_nobody_agrees_a_plan_without_being_recognised(client: Client, creance):
    payment = agreed_plan(creance)

    for address in (CHOOSE, page_of(payment), f"{page_of(payment)}arreter/"):
        assert client.get(address).url.startswith("/identification/")


def test_the_debts_pages_lead_to_it(debtor, creance):
    assert CHOOSE in debtor.get("/mes-creances/").content.decode()
    page = debtor.get(f"/mes-creances/{creance.public_id}/").content.decode()
    assert f"{CHOOSE}?creance={creance.public_id}" in page


def test_dates_and_amounts_are_seen_before_anything_is_agreed(debtor, creance):
    page = debtor.get(f"{CHOOSE}?creance={creance.public_id}&nombre=4&jour=31")

    text = text_of(page)
    dues = page.context["dues"]
    assert [due.amount_cents for due in dues] == [25_00] * 4
    assert dues[0].due_on == timezone.localdate()
    assert "aujourd’hui" in text
    assert "débitée automatiquement" in text
    assert "Si un paiement est refusé plus tard" in text
    assert "arrêter l’échéancier à tout moment" in text
    assert payments() == []


def test_the_remainder_is_on_the_last_one(debtor, creance):
    page = debtor.get(f"{CHOOSE}?creance={creance.public_id}&nombre=3&jour=5")

    assert [due.amount_cents for due in page.context["dues"]] == [33_33, 33_33, 33_34]
    assert "33,34 €" in text_of(page)


def test_several_debts_are_chosen_on_the_page_of_the_choice(debtor, creance, other):
    data = {**choice_data(a=(creance, "partie", "60"), b=(other, "tout", "")), "plusieurs": "1"}

    answer = debtor.post("/payer/", data)
    page = debtor.get(answer.url)

    assert answer.url == CHOOSE
    assert page.context["choice"].amount_cents == 110_00
    assert len(page.context["lines"]) == 2


def test_agreeing_leaves_for_the_bank_with_the_whole_plan(debtor, creance):
    page = debtor.get(f"{CHOOSE}?creance={creance.public_id}&nombre=3&jour=5")

    depart = debtor.post(AGREE, answers(page))

    (payment,) = payments()
    assert (payment.amount_cents, payment.status) == (100_00, "OPEN")
    assert standing(payment) == ("OPEN", "PROPOSED")
    fields = dict(depart.context["hosted"].fields)
    config = fields["vads_payment_config"]
    assert config.startswith(f"MULTI_EXT:{timezone.localdate():%Y%m%d}=3333;")
    assert config.endswith("=3334")
    assert fields["vads_amount"] == "10000"
    assert "33,33 € aujourd’hui" in text_of(depart)


def test_sent_twice_one_plan_is_agreed(debtor, creance):
    page = debtor.get(f"{CHOOSE}?creance={creance.public_id}")
    sent = answers(page)

    debtor.post(AGREE, sent)
    again = debtor.post(AGREE, sent)

    (payment,) = payments()
    assert again.url == f"/paiement/{payment.public_id}/"


def test_the_agreement_is_asked_for(debtor, creance):
    page = debtor.get(f"{CHOOSE}?creance={creance.public_id}")

    answer = debtor.post(AGREE, answers(page, accord=""))

    assert "Cochez cette case si vous êtes d’accord" in text_of(answer)
    assert 'href="#id_accord"' in answer.content.decode()
    assert payments() == []


def test_a_wrong_address_is_explained_and_nothing_is_agreed(debtor, creance):
    page = debtor.get(f"{CHOOSE}?creance={creance.public_id}")

    answer = debtor.post(AGREE, answers(page, email="personne"))

    assert "Cette adresse n’est pas complète" in text_of(answer)
    assert payments() == []


def test_dates_that_moved_since_they_were_seen_are_shown_again(debtor, creance):
    page = debtor.get(f"{CHOOSE}?creance={creance.public_id}")
    yesterday = timezone.localdate() - timedelta(days=1)

    answer = debtor.post(AGREE, answers(page, vu=yesterday.isoformat()))

    assert "Les dates ont changé" in text_of(answer)
    assert payments() == []


@pytest.mark.parametrize(("count", "day"), [("13", "5"), ("1", "5"), ("3", "32"), ("x", "5")])
def test_answers_that_were_not_offered_are_refused(debtor, creance, count, day):
    page = debtor.get(f"{CHOOSE}?creance={creance.public_id}")

    shown = debtor.get(f"{CHOOSE}?creance={creance.public_id}&nombre={count}&jour={day}")
    sent = debtor.post(AGREE, answers(page, nombre=count, jour=day))

    assert shown.context["dues"] == ()
    assert sent.status_code == 200
    assert payments() == []


def test_an_old_choice_must_be_made_again(debtor, creance, time_machine):
    page = debtor.get(f"{CHOOSE}?creance={creance.public_id}")
    sent = answers(page)

    time_machine.move_to(timezone.now() + LIFETIME + timedelta(seconds=1))

    assert debtor.post(AGREE, sent).url == "/payer/"


def test_too_little_is_no_dead_end(client: Client):
    with national_scope():
        small = CreanceFactory(initial_cents=1_50)
    enter(client, person_of(small))

    page = text_of(client.get(CHOOSE))

    assert "trop petite pour être payée en plusieurs fois" in page


def test_a_debt_with_an_attempt_under_way_is_left_out(debtor, creance):
    open_payment(creance, now=timezone.now())

    assert debtor.get(CHOOSE).url == "/payer/"


def test_a_letter_agrees_for_its_own_debt_and_no_other(client: Client, creance, other):
    enter(client, holder_of(creance))

    page = client.get(f"{CHOOSE}?creance={creance.public_id}&creance={other.public_id}")
    client.post(AGREE, answers(page))

    assert page.context["choice"].shares == {creance.public_id: 100_00}
    (payment,) = payments()
    assert payment.amount_cents == 100_00


def test_a_second_plan_on_the_same_debt_is_not_offered_nor_made(client, creance):
    running_plan(client, creance, shares={creance.public_id: 60_00})
    enter(client, person_of(creance))

    page = client.get(f"{CHOOSE}?creance={creance.public_id}")

    assert "Un échéancier est déjà en cours pour cette dette" in text_of(page)
    assert 'name="accord"' not in page.content.decode()


def test_whoever_pays_beside_a_plan_is_warned(client, creance):
    running_plan(client, creance)
    enter(client, person_of(creance))

    page = text_of(client.get("/payer/"))

    assert "66,67 € seront encore débités de votre carte" in page


def test_the_plan_shows_promised_against_came_in(client, creance):
    payment = running_plan(client, creance, now=timezone.now())
    enter(client, person_of(creance))

    page = text_of(client.get(page_of(payment)))

    assert "Prochain paiement : 33,33 €" in page
    assert "Promis 100,00 €" in page
    assert "Payé 33,33 €" in page
    assert "Encore à débiter 66,67 €" in page
    assert "Payée par carte à son échéance" in page
    listed = client.get("/mes-creances/").content.decode()
    assert page_of(payment) in listed
    assert page_of(payment) in client.get(f"/mes-creances/{creance.public_id}/").content.decode()


def test_the_page_of_the_payment_leads_to_the_plan_once_it_started(client, creance):
    payment = agreed_plan(creance, now=timezone.now())
    enter(client, person_of(creance))
    address = f"/paiement/{payment.public_id}/"

    assert client.get(address).status_code == 200
    tell(client, payment, 1)

    assert client.get(address).url == page_of(payment)


def test_a_finished_plan_is_proved_by_its_page_and_has_no_receipt_of_one_day(client, creance):
    payment = running_plan(client, creance)
    tell(client, payment, 2)
    tell(client, payment, 3)
    enter(client, person_of(creance))

    assert "Tout est payé. Merci." in text_of(client.get(page_of(payment)))
    assert client.get(f"/paiement/{payment.public_id}/recu.pdf").status_code == 404


def test_a_late_due_is_never_shown_as_paid(client, creance):
    payment = running_plan(client, creance, now=timezone.now() - timedelta(days=60))
    enter(client, person_of(creance))

    page = text_of(client.get(page_of(payment)))

    assert "En attente de la banque" in page
    assert "Ne payez pas une deuxième fois" in page
    assert "Payé 33,33 €" in page


def test_a_refused_due_has_its_button_and_leaves_for_the_bank(client, creance):
    payment = running_plan(client, creance)
    refuse(client, payment, 2)
    enter(client, person_of(creance))

    page = client.get(page_of(payment))
    assert "a été refusé par la banque" in text_of(page)
    assert "Payer ces 33,33 €" in text_of(page)
    depart = client.post(f"{page_of(payment)}payer/2/")

    assert dict(depart.context["hosted"].fields)["vads_payment_config"] == "SINGLE"
    _plan, online = payments()
    assert (online.amount_cents, online.echeance.rank) == (33_33, 2)
    again = client.post(f"{page_of(payment)}payer/2/")
    assert again.url == f"/paiement/{online.public_id}/"


@pytest.mark.parametrize("rank", [1, 3])
def test_a_due_that_is_not_refused_is_not_paid_here(client, creance, rank):
    payment = running_plan(client, creance)
    enter(client, person_of(creance))

    answer = client.post(f"{page_of(payment)}payer/{rank}/")

    assert "n’est plus à payer ici" in text_of(answer)
    assert len(payments()) == 1
    assert client.post(f"{page_of(payment)}payer/9/").status_code == 404


def test_somebody_elses_plan_does_not_exist(client, creance):
    payment = running_plan(client, creance)
    with national_scope():
        stranger = CreanceFactory()
    enter(client, person_of(stranger))

    assert client.get(page_of(payment)).status_code == 404
    assert client.get(f"{page_of(payment)}arreter/").status_code == 404
    assert client.post(f"{page_of(payment)}arreter/").status_code == 404
    assert client.post(f"{page_of(payment)}payer/2/").status_code == 404


def test_a_letter_does_not_see_the_plan_of_other_debts(client, creance, other):
    payment = running_plan(client, creance, other)
    enter(client, holder_of(creance))

    assert client.get(page_of(payment)).status_code == 404
    assert page_of(payment) not in client.get("/mes-creances/").content.decode()


def test_a_plan_that_never_started_is_no_plan(client, creance):
    payment = agreed_plan(creance)
    enter(client, person_of(creance))

    assert client.get(page_of(payment)).status_code == 404


def test_stopping_says_what_will_happen_and_asks(client, creance):
    payment = running_plan(client, creance)
    enter(client, person_of(creance))

    page = text_of(client.get(f"{page_of(payment)}arreter/"))

    assert "66,67 € ne seront plus débités" in page
    assert "reste dû" in page
    assert states_of(payment) == ["PAID", "PLANNED", "PLANNED"]


def test_stopping_says_when_it_is_done(client, creance, monkeypatch):
    payment = running_plan(client, creance)
    enter(client, person_of(creance))
    asked = []
    monkeypatch.setattr(
        "payments.views.plan_stop.stop_plan", lambda target, **how: asked.append((target, how))
    )

    answer = client.post(f"{page_of(payment)}arreter/", follow=True)

    assert asked[0][0].payment_id == payment.pk
    assert asked[0][1]["cause"] == "PERSON"
    assert "Votre échéancier est arrêté" in text_of(answer)


def test_a_platform_that_does_not_answer_is_no_false_promise(client, creance, monkeypatch):
    payment = running_plan(client, creance)
    enter(client, person_of(creance))

    def fail(*_args, **_how):
        raise PlanNotStopped("1 left")

    monkeypatch.setattr("payments.views.plan_stop.stop_plan", fail)

    answer = client.post(f"{page_of(payment)}arreter/")

    assert answer.status_code == 503
    assert "Nous n’avons pas pu tout arrêter" in text_of(answer)
