"""The gestures of somebody who pays, one function a page; the words are those of the screen."""

import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.people import Person

ACCEPTED = "4970100000000055"
ACCEPTED_WITH_CODE = "4970100000000337"
REFUSED_FUNDS = "4970100000000519"
#: The bank does not answer in time; accepted half a minute later.
LATE = "4970100000000683"


def come_in_by_letter(page: Page, person: Person) -> None:
    """From the home page to the debt of the letter."""
    page.goto("/")
    page.get_by_role("link", name="courrier").first.click()
    page.get_by_label("Référence de paiement").fill(person.reference)
    for label, value in zip(("Jour", "Mois", "Année"), person.BIRTH, strict=True):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Voir ma dette").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ma dette")


def come_in_by_account(page: Page, person: Person) -> None:
    """By the login that stands for caf.fr."""
    page.goto("/demo/connexion/")
    page.get_by_label("Identifiant").fill(person.login)
    page.get_by_label("Mot de passe").fill("demonstration")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes dettes")


def go_and_choose(page: Page) -> None:
    """To the page where one chooses."""
    page.get_by_role("link", name="Payer tout ou partie").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choisir ce que vous payez")


def choose_all(page: Page, debt: str) -> None:
    """Pay the whole of a debt."""
    page.get_by_role("group", name=debt).get_by_label("Tout ce qui reste").check()


def choose_part(page: Page, debt: str, amount: str) -> None:
    """Pay some of a debt: typing the sum is enough, without JavaScript one ticks too."""
    group = page.get_by_role("group", name=debt)
    group.get_by_label("Somme à payer").fill(amount)
    expect(group.get_by_label("Une autre somme")).to_be_checked()


def go_and_check(page: Page) -> None:
    """To the page where everything is shown once more."""
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vérifier avant de payer")


def leave_for_the_bank(page: Page, *, email: str = "") -> None:
    """To the hosted page, which the portal's page opens by itself."""
    if email:
        page.get_by_label("Votre adresse électronique").fill(email)
    page.get_by_role("button", name="Aller payer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Comment voulez-vous payer ?")


def type_card(page: Page, number: str) -> None:
    """On the hosted page, choose a network and type a test card."""
    network = "VISA" if number.startswith("4") else "MASTERCARD"
    page.get_by_role("button", name=f"Carte {network}").click()
    page.get_by_label("Numéro de carte").fill(number)
    page.get_by_label("Date d'expiration").fill("12/30")
    page.get_by_label("Cryptogramme").fill("123")
    page.get_by_role("button", name="Payer").click()


def type_code(page: Page) -> None:
    """On the page that stands for the bank's own, copy the code that it shows."""
    code = page.locator(".challenge-code strong").inner_text()
    page.get_by_label("Code de confirmation").fill(code)
    page.get_by_role("button", name="Confirmer le paiement").click()


def come_back(page: Page) -> None:
    """Return to the portal without waiting for the hosted page to do it."""
    page.get_by_role("link", name="Retourner à la boutique").click()


def expect_heading(page: Page, text: str) -> None:
    """Wait for a page, or for the waiting page to turn into it."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text, timeout=30_000)


def wait_until(happened: Callable[[], bool], *, seconds: float = 60) -> None:
    """Wait for something that no page shows."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.5)
