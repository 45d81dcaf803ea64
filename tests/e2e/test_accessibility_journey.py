"""Every page of a payment, in a real browser: no barrier found by axe, and none beyond a phone.

One journey a situation, looked at step by step: axe finds a part of the barriers only, and the
accessibility page says so to people too.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e import journey
from tests.e2e.inspection import inspect, weight_of
from tests.e2e.people import Person

LIGHT = 60_000
APL, PRIME = "Aide personnalisée au logement", "Prime d’activité"
NewPerson = Callable[..., Person]


def start_paying(page: Page, person: Person) -> None:
    """To the check page, with the whole of one debt."""
    journey.come_in_by_account(page, person)
    journey.go_and_choose(page)
    journey.choose_all(page, APL)
    journey.go_and_check(page)


def test_choosing_checking_and_their_errors(page: Page, person: NewPerson) -> None:
    journey.come_in_by_account(page, person(240_00, 80_00))
    journey.go_and_choose(page)
    inspect(page)
    journey.choose_part(page, APL, "cent")
    journey.choose_part(page, PRIME, "999")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_text("Il y a 2 points à corriger").wait_for()
    inspect(page)
    journey.choose_part(page, APL, "100")
    journey.choose_all(page, PRIME)
    journey.go_and_check(page)
    inspect(page)
    page.get_by_label("Votre adresse électronique").fill("nom@")
    page.get_by_role("button", name="Aller payer").click()
    page.get_by_text("Il y a 1 point à corriger").wait_for()
    inspect(page)


def test_the_first_error_takes_the_focus_and_leads_to_its_field(
    page: Page, person: NewPerson
) -> None:
    journey.come_in_by_account(page, person(240_00, 80_00))
    journey.go_and_choose(page)
    journey.choose_part(page, PRIME, "999")
    page.get_by_role("button", name="Continuer").click()

    page.locator(".error-summary:focus").wait_for()
    page.get_by_role("link", name="Vous ne pouvez pas payer plus").click()

    assert page.evaluate("document.activeElement.value") == "999"


def test_leaving_waiting_and_being_paid(page: Page, person: NewPerson) -> None:
    start_paying(page, person(240_00, 80_00))
    page.route("**/js/depart*", lambda route: route.abort())
    page.get_by_role("button", name="Aller payer").click()
    journey.expect_heading(page, "Vers la page de paiement")
    inspect(page)
    detail = page.locator("#depart").get_attribute("data-detail")
    page.get_by_role("button", name="Continuer vers la page de paiement").click()
    hosted = page.url

    page.goto("/payer/")
    inspect(page)
    page.goto(str(detail))
    journey.expect_heading(page, "Paiement commencé, pas terminé")
    inspect(page)
    page.get_by_role("link", name="Oui, ou je ne sais pas : vérifier").click()
    journey.expect_heading(page, "Nous interrogeons la banque")
    inspect(page)

    page.goto(hosted)
    journey.type_card(page, journey.ACCEPTED)
    journey.come_back(page)
    journey.expect_heading(page, "Votre paiement est enregistré")
    inspect(page)


def test_being_refused(page: Page, person: NewPerson) -> None:
    start_paying(page, person(240_00, 80_00))
    journey.leave_for_the_bank(page)
    journey.type_card(page, journey.REFUSED_FUNDS)
    journey.come_back(page)
    journey.expect_heading(page, "Le paiement a été refusé")
    inspect(page)


def test_cancelling(page: Page, person: NewPerson) -> None:
    start_paying(page, person(240_00, 80_00))
    journey.leave_for_the_bank(page)
    page.get_by_role("button", name="Annuler et retourner à la boutique").click()
    journey.expect_heading(page, "Vous avez annulé ce paiement")
    inspect(page)


def test_waiting_for_a_bank_that_does_not_answer(page: Page, person: NewPerson) -> None:
    start_paying(page, person(240_00, 80_00))
    journey.leave_for_the_bank(page)
    journey.type_card(page, journey.LATE)
    journey.come_back(page)
    journey.expect_heading(page, "La banque n’a pas encore donné sa réponse")
    inspect(page)


def test_coming_back_without_a_session_and_the_mail_box(page: Page) -> None:
    page.goto("/paiement/retour/00000000-0000-4000-8000-000000000000/")
    inspect(page)
    page.goto("/boite-aux-lettres/")
    inspect(page)


@pytest.mark.parametrize("address", ["/payer/", "/payer/verifier/"])
def test_the_pages_are_light(page: Page, person: NewPerson, address: str) -> None:
    start_paying(page, person(240_00, 80_00))

    assert weight_of(page, address) < LIGHT
