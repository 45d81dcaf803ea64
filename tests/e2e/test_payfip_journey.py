"""A fund whose platform is PayFiP, in a real browser: another page, the same ledger."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journey
from tests.e2e.ledger import account_of
from tests.e2e.people import Person
from tests.e2e.stack import Stack

pytestmark = pytest.mark.usefixtures("_database_allowed")
NewPerson = Callable[..., Person]
REUNION = "974"
PAID = "Votre paiement est enregistré"


def leave_for_payfip(page: Page, person: Person) -> None:
    """By the letter, the whole debt, to the page of the platform."""
    journey.come_in_by_letter(page, person)
    journey.go_and_choose(page)
    journey.go_and_check(page)
    expect(page.get_by_text("sécurisée PayFiP")).to_be_visible()
    journey.leave_for_the_bank(page, email="personne@example.org")


def end_with(page: Page, button: str) -> None:
    """Choose how the payment ends on the platform's page."""
    page.get_by_role("button", name=button, exact=True).click()


def come_back(page: Page) -> None:
    page.get_by_role("link", name="Retourner sur le site de la caisse").click()


@contextmanager
def switched(page: Page, stack: Stack, label: str) -> Iterator[None]:
    """One of the sandbox's switches on, until the end of the block."""
    office = page.context.new_page()

    def switch(*, on: bool) -> None:
        office.goto(f"{stack.sandbox}/payfip/")
        office.get_by_label(label).set_checked(on)
        with office.expect_navigation():
            office.get_by_role("button", name="Enregistrer").click()

    switch(on=True)
    try:
        yield
    finally:
        switch(on=False)


@pytest.mark.parametrize("button", ["Payer par carte", "Payer par prélèvement"])
def test_a_payment_by_payfip_reaches_the_ledger(
    page: Page, stack: Stack, person: NewPerson, button: str
):
    noe = person(315_00, caisse=REUNION)

    leave_for_payfip(page, noe)
    expect(page.get_by_text("315,00")).to_be_visible()
    end_with(page, button)
    come_back(page)

    journey.expect_heading(page, PAID)
    ledger = account_of(stack.database, noe)
    assert (ledger.balances, ledger.card_mouvements) == ([0], [315_00])
    assert (ledger.ecritures, ledger.statuses) == ([(315_00, 315_00)], ["PAID"])


def test_a_refusal_is_told_and_nothing_is_booked(page: Page, stack: Stack, person: NewPerson):
    noe = person(80_00, caisse=REUNION)

    leave_for_payfip(page, noe)
    end_with(page, "Essayer une carte que la banque refuse")
    come_back(page)

    journey.expect_heading(page, "Le paiement a été refusé")
    ledger = account_of(stack.database, noe)
    assert (ledger.balances, ledger.ecritures, ledger.statuses) == ([80_00], [], ["REFUSED"])


def test_whoever_gives_up_sees_that_nothing_was_debited(
    page: Page, stack: Stack, person: NewPerson
):
    noe = person(80_00, caisse=REUNION)

    leave_for_payfip(page, noe)
    end_with(page, "Abandonner")
    come_back(page)

    journey.expect_heading(page, "Vous avez annulé ce paiement")
    assert account_of(stack.database, noe).statuses == ["ABANDONED"]


def test_whoever_closes_the_page_is_booked_by_the_announcement(
    page: Page, stack: Stack, person: NewPerson
):
    noe = person(60_00, caisse=REUNION)

    leave_for_payfip(page, noe)
    end_with(page, "Payer par carte")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre paiement est accepté")
    page.goto(f"{stack.portal}/mes-creances/")

    journey.wait_until(lambda: account_of(stack.database, noe).statuses == ["PAID"])


def test_without_announcement_the_return_makes_us_ask(page: Page, stack: Stack, person: NewPerson):
    noe = person(70_00, caisse=REUNION)

    with switched(page, stack, "Les notifications se perdent"):
        leave_for_payfip(page, noe)
        end_with(page, "Payer par carte")
        come_back(page)
        journey.expect_heading(page, PAID)

    assert account_of(stack.database, noe).balances == [0]


def test_a_platform_that_is_down_keeps_the_payment_for_later(
    page: Page, stack: Stack, person: NewPerson
):
    noe = person(90_00, caisse=REUNION)
    journey.come_in_by_letter(page, noe)
    journey.go_and_choose(page)
    journey.go_and_check(page)
    with switched(page, stack, "Le service répond qu’il est indisponible"):
        page.get_by_label("Votre adresse électronique").fill("personne@example.org")
        page.get_by_role("button", name="Aller payer").click()
        journey.expect_heading(page, "La page de paiement n’a pas répondu")

    page.get_by_role("button", name="Essayer de nouveau").click()
    journey.expect_heading(page, "Comment voulez-vous payer ?")
    end_with(page, "Payer par carte")
    come_back(page)

    journey.expect_heading(page, PAID)
    assert account_of(stack.database, noe).balances == [0]
