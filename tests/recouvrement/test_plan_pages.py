"""Spreading debts over months, as a person does it: ways, dates, agreement, the plan's page."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from allocataires.models import Echeancier
from allocataires.models.echeancier import PlanMeans
from caf_portal.database.scope import national_scope
from payments.models import Payment
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.sessions import enter, holder_of, person_of
from tests.allocataires.states import put_in_state
from tests.payments.factories import NOW
from tests.payments.pages import text_of
from tests.recouvrement.own_plans import arrives, dates_of, dues_of, own_plan, tend

pytestmark = pytest.mark.django_db
PROPOSE, AGREE = "/etaler/", "/etaler/accepter/"


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def person():
    with national_scope():
        return AllocataireFactory()


@pytest.fixture
def creance(person):
    with national_scope():
        return CreanceFactory(allocataire=person, initial_cents=240_00, nature="IN5", rang="001")


@pytest.fixture
def payer(client, creance):
    enter(client, person_of(creance))
    return client


def fields_of(page):
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode())
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def ask(payer, **answers):
    wanted = {"mensualite": "40", "jour": "6", "moyen": "DEMANDE", "debut": "", **answers}
    return payer.get(PROPOSE, wanted)


def plans():
    with national_scope():
        return list(Echeancier.objects.order_by("pk"))


def test_three_ways_are_proposed_with_months_amount_and_last_date(payer):
    page = text_of(payer.get(PROPOSE, {"conseil": "3000"}))

    assert "Plus court 60,00 € par mois 4 mois, jusqu’au 6 mars 2027" in page
    assert "Conseillé par le barème 30,00 € par mois 8 mois, jusqu’au 6 juillet 2027" in page
    assert "choisir seul 20,00 € par mois 12 mois, jusqu’au 6 novembre 2027" in page
    assert "10,00 € par mois 24 mois, jusqu’au 6 novembre 2028. Un agent" in page


def test_without_the_scale_the_page_says_where_to_find_it(payer):
    page = text_of(payer.get(PROPOSE))

    assert "Conseillé par le barème" not in page
    assert "Combien par mois, selon le barème ?" in page


def test_dates_are_shown_before_anything_is_agreed(payer):
    page = ask(payer)

    assert "Sur 6 mois, jusqu’au 6 mai 2027" in text_of(page)
    assert "6 décembre 2026" in text_of(page)
    assert plans() == []


def test_agreeing_gives_the_plan_that_was_shown_once(payer):
    fields = {**fields_of(ask(payer)), "accord": "on"}

    first = payer.post(AGREE, fields)
    again = payer.post(AGREE, fields)

    (plan,) = plans()
    assert first["Location"] == again["Location"] == f"/remboursement-etale/{plan.public_id}/"
    assert plan.status == "ACTIVE"
    assert dates_of(plan)[0] == "2026-12-06"
    page = text_of(payer.get(first["Location"]))
    assert "Prochaine échéance : 40,00 € avant le 6 décembre 2026" in page


def test_more_than_the_scale_is_said(payer):
    assert "plus que ce que le barème demande" in text_of(ask(payer, conseil="3000"))
    assert "plus que ce que le barème demande" not in text_of(ask(payer, conseil="4000"))


def test_more_than_twelve_months_is_sent_to_the_fund_with_a_note(payer):
    page = ask(payer, mensualite="15")
    assert "Votre Caf doit d’abord accepter" in text_of(page)

    answer = payer.post(
        AGREE, {**fields_of(page), "accord": "on", "note": "Je reprends un emploi."}
    )

    (plan,) = plans()
    assert (plan.status, plan.ask_note) == ("ASKED", "Je reprends un emploi.")
    shown = text_of(payer.get(answer["Location"]))
    assert "Votre demande est chez votre Caf" in shown
    assert "Payer 15,00 € en ligne" not in shown
    assert payer.get(f"{answer['Location']}echeancier.pdf").status_code == 404


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"mensualite": ""}, "Écrivez ce que vous pouvez payer chaque mois."),
        ({"mensualite": "beaucoup"}, "Écrivez une somme en euros, par exemple 45 ou 45,50."),
        ({"mensualite": "0,50"}, "Chaque mois doit être d’au moins 1 €."),
        ({"mensualite": "5"}, "il faut au moins 10,00 € par mois pour finir en 24 mois"),
        ({"mensualite": "500"}, "tout serait payé en une fois"),
        ({"jour": "32"}, "Choisissez un jour du mois, de 1 à 31."),
        ({"jour": "x"}, "Choisissez un jour du mois, de 1 à 31."),
        ({"moyen": "TROC"}, "Choisissez une des réponses proposées."),
        ({"debut": "x"}, "Choisissez une des dettes proposées."),
        ({"moyen": "CARTE", "mensualite": "15"}, "Par carte, c’est 12 mois au plus."),
    ],
)
def test_an_answer_that_makes_no_plan_is_said_and_nothing_is_written(payer, answers, why):
    page = ask(payer, **answers)

    assert page.status_code == 200
    assert why in text_of(page)
    assert 'name="accord"' not in page.content.decode()
    assert plans() == []


def test_the_box_must_be_ticked(payer):
    page = payer.post(AGREE, fields_of(ask(payer)))

    assert "Cochez cette case si vous êtes d’accord" in text_of(page)
    assert plans() == []


def test_dates_that_changed_since_they_were_seen_are_shown_again(payer, creance, time_machine):
    time_machine.move_to(datetime(2026, 11, 20, 22, 58, tzinfo=UTC), tick=False)
    payer.cookies.clear()
    enter(payer, person_of(creance))
    fields = {**fields_of(ask(payer, jour="25")), "accord": "on"}
    time_machine.move_to(datetime(2026, 11, 20, 23, 2, tzinfo=UTC), tick=False)

    page = payer.post(AGREE, fields)

    assert "Les dates ont changé depuis que vous les avez vues" in text_of(page)
    assert "25 décembre 2026" in text_of(page)
    assert plans() == []


def test_a_choice_that_was_altered_is_made_again(payer):
    fields = {**fields_of(ask(payer)), "accord": "on", "choix": "autre chose"}

    assert payer.post(AGREE, fields)["Location"] == "/payer/"
    assert plans() == []


def test_by_card_the_page_leads_to_the_bank(payer):
    page = ask(payer, moyen="CARTE").content.decode()

    assert "/payer/plusieurs-fois/?nombre=6&amp;jour=6" in page


def test_a_second_plan_of_a_debt_is_not_offered_nor_written(payer, creance):
    fields = {**fields_of(ask(payer)), "accord": "on"}
    own_plan(creance)

    page = payer.post(AGREE, fields)

    assert "Un échéancier est déjà en cours ou demandé pour cette dette" in text_of(page)
    assert len(plans()) == 1


def test_a_debt_whose_recovery_is_stopped_is_left_out(payer, creance, person):
    with national_scope():
        other = CreanceFactory(allocataire=person, initial_cents=100_00)
        put_in_state(creance, "CONTESTEE")

    page = payer.get(PROPOSE)

    assert page.context["choice"].shares == {other.public_id: 100_00}


def test_a_due_is_paid_from_the_page(payer, creance):
    plan = own_plan(creance, means=PlanMeans.DEMANDE)

    answer = payer.post(f"/remboursement-etale/{plan.public_id}/payer/1/")

    assert dict(answer.context["hosted"].fields)["vads_amount"] == "5000"
    with national_scope():
        assert Payment.objects.get().echeance.rank == 1
    assert "attendez sa fin" in text_of(payer.get(f"/remboursement-etale/{plan.public_id}/"))


def test_a_transfer_is_told_to_whom_and_with_which_reference(payer, creance, person):
    plan = own_plan(creance)

    page = text_of(payer.get(f"/remboursement-etale/{plan.public_id}/"))

    assert "Directeur comptable et financier" in page
    assert str(creance.reference(caisse=person.caisse, allocataire=person)) in page


def test_money_in_advance_is_shown(payer, creance):
    plan = own_plan(creance)
    arrives(creance, "CHEQUE", 30_00, now=NOW + timedelta(hours=1))
    tend(plan, now=NOW + timedelta(hours=1))

    page = text_of(payer.get(f"/remboursement-etale/{plan.public_id}/"))

    assert "Dont en avance sur la prochaine échéance 30,00 €" in page
    assert "Prochaine échéance : 20,00 €" in page


def test_a_stopped_debt_is_said_on_the_plans_page(payer, creance):
    plan = own_plan(creance)
    with national_scope():
        put_in_state(creance, "CONTESTEE")

    assert "En pause : rien ne vous est demandé" in text_of(
        payer.get(f"/remboursement-etale/{plan.public_id}/")
    )


def test_a_plan_is_stopped_after_it_was_explained(payer, creance):
    plan = own_plan(creance)
    address = f"/remboursement-etale/{plan.public_id}/arreter/"
    assert "240,00 € ne seront plus à payer" in text_of(payer.get(address))

    payer.post(address)
    payer.post(address)

    assert plans()[0].status == "STOPPED"
    assert {due.status for due in dues_of(plan)} == {"CANCELLED"}


def test_the_schedule_is_a_pdf(payer, creance):
    plan = own_plan(creance)

    answer = payer.get(f"/remboursement-etale/{plan.public_id}/echeancier.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_the_debts_lead_to_their_plan(payer, creance):
    plan = own_plan(creance)

    for page in ("/mes-creances/", f"/mes-creances/{creance.public_id}/"):
        assert f"/remboursement-etale/{plan.public_id}/" in payer.get(page).content.decode()


def test_a_debt_in_a_plan_is_offered_no_other_plan(payer, creance):
    address, offer = f"/mes-creances/{creance.public_id}/", f"/etaler/?creance={creance.public_id}"
    before = payer.get(address).content.decode()
    own_plan(creance)

    after = payer.get(address).content.decode()

    assert offer in before
    assert offer not in after


def test_who_contests_reads_that_the_plan_pauses(payer, person):
    with national_scope():
        debt = CreanceFactory(allocataire=person, nature="IM3", rang="001")
    address, said = f"/mes-creances/{debt.public_id}/demander/contestation/", "mis en pause"
    before = payer.get(address).content.decode()
    own_plan(debt)

    after = payer.get(address).content.decode()

    assert said not in before
    assert said in after


@pytest.mark.parametrize("end", ["", "arreter/", "echeancier.pdf", "payer/1/"])
def test_a_letter_opens_no_plan_of_another_debt(client, creance, person, end):
    with national_scope():
        other = CreanceFactory(allocataire=person)
    plan = own_plan(other, creance)
    enter(client, holder_of(creance))
    send = client.post if end.startswith("payer") else client.get

    assert send(f"/remboursement-etale/{plan.public_id}/{end}").status_code == 404
    assert client.get(f"/changer-echeancier/{plan.public_id}/").status_code == 404


def test_somebody_else_sees_no_plan(client, creance):
    with national_scope():
        stranger = CreanceFactory()
    plan = own_plan(creance)
    enter(client, person_of(stranger))

    assert client.get(f"/remboursement-etale/{plan.public_id}/").status_code == 404
