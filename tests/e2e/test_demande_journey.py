"""Somebody contests a debt and asks for a remission, on a phone, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journey
from tests.e2e.inspection import inspect
from tests.e2e.people import Person

pytestmark = pytest.mark.usefixtures("_database_allowed")
NewPerson = Callable[..., Person]


def open_debt(page: Page, benefit: str) -> None:
    """From the list to the page of one debt."""
    page.get_by_role("link", name=f"Comprendre cette dette : {benefit}").click()
    journey.expect_heading(page, benefit)


def test_a_contest_is_explained_filed_followed_and_withdrawn(page: Page, person: NewPerson):
    journey.come_in_by_account(page, person(240_00, 120_00, 300_00))
    open_debt(page, "RSA")
    inspect(page)
    page.get_by_role("link", name="Contester cette dette").click()
    journey.expect_heading(page, "Contestation")
    expect(page.get_by_text("Le remboursement s’arrête dès que vous envoyez")).to_be_visible()
    inspect(page)

    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.locator(".error-summary")).to_contain_text("Dites en quelques mots")
    inspect(page)

    page.get_by_label("Ce qui n’est pas exact").fill("J’avais déclaré mon salaire.")
    page.get_by_role("button", name="Envoyer la demande").click()
    journey.expect_heading(page, "RSA")
    expect(page.get_by_text("Votre demande est déposée")).to_be_visible()
    expect(page.get_by_text("Remboursement arrêté depuis").first).to_be_visible()
    inspect(page)

    page.get_by_role("link", name="Retirer cette demande").click()
    journey.expect_heading(page, "Retirer ma demande")
    inspect(page)
    page.get_by_role("button", name="Oui, retirer ma demande").click()
    expect(page.get_by_text("Votre demande est retirée.")).to_be_visible()
    inspect(page)


def test_who_cannot_pay_asks_for_a_remission_without_javascript(
    plain_page: Page, person: NewPerson
):
    journey.come_in_by_account(plain_page, person(240_00, 120_00))
    plain_page.get_by_role("link", name="Je ne peux pas payer").first.click()
    plain_page.get_by_role("link", name="Demander une remise : Prime d’activité").click()

    plain_page.get_by_role("button", name="Envoyer la demande").click()

    journey.expect_heading(plain_page, "Prime d’activité")
    expect(plain_page.get_by_text("Votre demande est déposée")).to_be_visible()
