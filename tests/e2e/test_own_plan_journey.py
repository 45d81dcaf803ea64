"""Somebody spreads a debt over months without a card: advised, agreed, paused, given up."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journey
from tests.e2e.inspection import inspect
from tests.e2e.people import Person

pytestmark = pytest.mark.usefixtures("_database_allowed")
NewPerson = Callable[..., Person]
SPREAD, SCALE, PLAN = "Étaler mon remboursement", "Combien par mois ?", "Mon échéancier"
CHANGE = "Changer mon échéancier"


def test_a_debt_is_spread_with_the_scale_paused_and_given_up(page: Page, person: NewPerson):
    journey.come_in_by_account(page, person(240_00, 80_00))
    page.get_by_role("link", name="Étaler sur plusieurs mois").first.click()
    journey.expect_heading(page, SPREAD)
    inspect(page)

    page.get_by_role("link", name="Combien par mois, selon le barème ?").click()
    journey.expect_heading(page, SCALE)
    inspect(page)
    page.get_by_label("Vos ressources par mois").fill("mille")
    page.get_by_role("button", name="Calculer").click()
    page.get_by_text("Il y a 1 point à corriger").wait_for()
    inspect(page)
    page.get_by_label("Vos ressources par mois").fill("800")
    page.get_by_label("Votre loyer").fill("350")
    page.get_by_role("button", name="Calculer").click()
    expect(page.get_by_text("56,00 € par mois").first).to_be_visible()
    inspect(page)

    page.get_by_role("link", name="Voir mes possibilités avec ce montant").click()
    expect(page.get_by_role("heading", name="Conseillé par le barème")).to_be_visible()
    inspect(page)
    page.get_by_label("Combien par mois, en euros ?").fill("80")
    page.get_by_role("button", name="Voir les dates et les montants").click()
    expect(page.get_by_text("C’est plus que ce que le barème demande")).to_be_visible()
    inspect(page)
    page.get_by_role("button", name="Valider mon échéancier").click()
    page.get_by_text("Il y a 1 point à corriger").wait_for()
    inspect(page)
    page.get_by_label("Je suis d’accord").check()
    page.get_by_role("button", name="Valider mon échéancier").click()
    journey.expect_heading(page, PLAN)
    inspect(page)

    page.get_by_role("link", name="Déplacer, sauter ou faire une pause").click()
    journey.expect_heading(page, CHANGE)
    inspect(page)
    page.get_by_role("link", name="Voir ce que donne une pause").click()
    expect(page.get_by_text("L’échéancier se terminera le")).to_be_visible()
    inspect(page)
    page.get_by_role("button", name="Confirmer ces dates").click()
    journey.expect_heading(page, PLAN)
    page.get_by_role("link", name="Arrêter l’échéancier").click()
    inspect(page)
    page.get_by_role("button", name="Oui, arrêter l’échéancier").click()
    expect(page.get_by_text("Cet échéancier est arrêté.")).to_be_visible()
    inspect(page)


def test_a_long_plan_is_asked_and_taken_back(page: Page, person: NewPerson):
    journey.come_in_by_letter(page, person(240_00))
    page.get_by_role("link", name="Étaler sur plusieurs mois").first.click()
    page.get_by_role("link", name="Voir les dates sur 24 mois").click()
    expect(page.get_by_text("Votre Caf doit d’abord accepter")).to_be_visible()
    inspect(page)
    page.get_by_label("Un mot pour votre Caf").fill("Je reprends un emploi en mars.")
    page.get_by_label("Je suis d’accord").check()
    page.get_by_role("button", name="Envoyer ma demande").click()
    journey.expect_heading(page, PLAN)
    expect(page.get_by_text("Votre demande est chez votre Caf.")).to_be_visible()
    inspect(page)
    page.get_by_role("link", name="Retirer ma demande").click()
    page.get_by_role("button", name="Oui, retirer ma demande").click()
    expect(page.get_by_text("Cet échéancier est arrêté.")).to_be_visible()
