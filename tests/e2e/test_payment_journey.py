"""People pay in a real browser: the portal, the bank's page, and back to the ledger."""

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e import journey
from tests.e2e.ledger import account_of
from tests.e2e.people import Person
from tests.e2e.stack import Stack

pytestmark = pytest.mark.usefixtures("_database_allowed")
APL, PRIME = "Aide personnalisée au logement", "Prime d’activité"
PAID = "Votre paiement est enregistré"
NewPerson = Callable[..., Person]


def test_a_letter_pays_a_part_by_card_with_a_code_from_the_bank(
    page: Page, stack: Stack, person: NewPerson
):
    camille = person(240_00)
    address = f"{camille.login}@example.org"

    journey.come_in_by_letter(page, camille)
    journey.go_and_choose(page)
    journey.choose_part(page, APL, "45,50")
    journey.go_and_check(page)
    expect(page.get_by_text("il restera 194,50 €")).to_be_visible()
    journey.leave_for_the_bank(page, email=address)
    journey.type_card(page, journey.ACCEPTED_WITH_CODE)
    journey.type_code(page)
    journey.come_back(page)

    journey.expect_heading(page, PAID)
    expect(page.get_by_text("45,50 € ont été payés.")).to_be_visible()
    expect(page.get_by_text("il reste 194,50 €")).to_be_visible()
    ledger = account_of(stack.database, camille)
    assert ledger.balances == [194_50]
    assert ledger.card_mouvements == [45_50]
    assert ledger.ecritures == [(45_50, 45_50)]
    _expect_receipt(page, ledger.references[0], "45,50 €")
    _expect_movement(page, "Paiement par carte", "45,50 €")
    _expect_mail(page, to=address, subject="Paiement de 45,50 € enregistré")


def test_an_account_pays_two_debts_at_once(page: Page, stack: Stack, person: NewPerson):
    marie = person(120_00, 300_00)

    journey.come_in_by_account(page, marie)
    journey.go_and_choose(page)
    journey.choose_all(page, APL)
    journey.choose_part(page, PRIME, "100")
    journey.go_and_check(page)
    expect(page.get_by_text("il ne restera rien")).to_be_visible()
    journey.leave_for_the_bank(page)
    journey.type_card(page, journey.ACCEPTED)
    journey.come_back(page)

    journey.expect_heading(page, PAID)
    ledger = account_of(stack.database, marie)
    assert ledger.balances == [0, 200_00]
    assert ledger.card_mouvements == [120_00, 100_00]
    assert ledger.ecritures == [(220_00, 220_00)]


def test_without_javascript_one_pays_all_the_same(
    plain_page: Page, stack: Stack, person: NewPerson
):
    page, somebody = plain_page, person(75_00)

    journey.come_in_by_letter(page, somebody)
    journey.go_and_choose(page)
    journey.go_and_check(page)
    page.get_by_role("button", name="Aller payer").click()
    page.get_by_role("button", name="Continuer vers la page de paiement").click()
    journey.type_card(page, journey.ACCEPTED)
    journey.come_back(page)

    # The waiting page refreshes itself, or is refreshed by hand.
    journey.expect_heading(page, PAID)
    assert account_of(stack.database, somebody).balances == [0]


def test_a_refused_card_says_why_and_the_second_one_pays(
    page: Page, stack: Stack, person: NewPerson
):
    somebody = person(90_00)

    journey.come_in_by_account(page, somebody)
    journey.go_and_choose(page)
    journey.choose_part(page, APL, "30")
    journey.go_and_check(page)
    journey.leave_for_the_bank(page)
    journey.type_card(page, journey.REFUSED_FUNDS)
    journey.come_back(page)

    journey.expect_heading(page, "Le paiement a été refusé")
    expect(page.get_by_text("Rien n’a été débité")).to_be_visible()
    expect(page.get_by_text("le compte ne permet pas ce paiement")).to_be_visible()
    assert account_of(stack.database, somebody).balances == [90_00]

    page.get_by_role("link", name="Essayer de nouveau").click()
    expect(page.get_by_label("Somme à payer")).to_have_value("30,00")
    journey.go_and_check(page)
    journey.leave_for_the_bank(page)
    journey.type_card(page, journey.ACCEPTED)
    journey.come_back(page)

    journey.expect_heading(page, PAID)
    ledger = account_of(stack.database, somebody)
    assert ledger.statuses == ["REFUSED", "PAID"]
    assert ledger.ecritures == [(30_00, 30_00)]


def test_a_cancelled_payment_says_that_nothing_was_debited(
    page: Page, stack: Stack, person: NewPerson
):
    somebody = person(90_00)

    journey.come_in_by_letter(page, somebody)
    journey.go_and_choose(page)
    journey.go_and_check(page)
    journey.leave_for_the_bank(page)
    page.get_by_role("button", name="Annuler et retourner à la boutique").click()

    journey.expect_heading(page, "Vous avez annulé ce paiement")
    expect(page.get_by_text("Rien n’a été débité")).to_be_visible()
    ledger = account_of(stack.database, somebody)
    assert (ledger.statuses, ledger.balances) == (["ABANDONED"], [90_00])


def test_a_second_attempt_is_offered_the_one_under_way(page: Page, stack: Stack, person: NewPerson):
    somebody = person(90_00)
    journey.come_in_by_letter(page, somebody)
    journey.go_and_choose(page)
    journey.go_and_check(page)
    journey.leave_for_the_bank(page)

    page.goto("/payer/")
    page.get_by_role("link", name="Voir ce paiement").click()
    page.get_by_role("button", name="Non : continuer vers la page de paiement").click()
    journey.type_card(page, journey.ACCEPTED)
    journey.come_back(page)

    journey.expect_heading(page, PAID)
    assert account_of(stack.database, somebody).statuses == ["PAID"]


def test_a_double_click_makes_one_payment(page: Page, stack: Stack, person: NewPerson):
    somebody = person(90_00)
    journey.come_in_by_letter(page, somebody)
    journey.go_and_choose(page)
    journey.go_and_check(page)
    page.get_by_role("button", name="Aller payer").dblclick()
    # The second click, if it reached the portal, shows the attempt that the first one opened.
    onward = page.get_by_role("button", name="Non : continuer vers la page de paiement")
    expect(onward.or_(page.get_by_role("button", name="Carte VISA"))).to_be_visible()
    if onward.is_visible():
        onward.click()
    journey.type_card(page, journey.ACCEPTED)
    journey.come_back(page)

    journey.expect_heading(page, PAID)
    assert account_of(stack.database, somebody).statuses == ["PAID"]


def test_the_back_button_on_the_banks_page_never_makes_a_second_payment(
    page: Page, stack: Stack, person: NewPerson
):
    somebody = person(90_00)
    journey.come_in_by_letter(page, somebody)
    journey.go_and_choose(page)
    journey.choose_part(page, APL, "20")
    journey.go_and_check(page)
    journey.leave_for_the_bank(page)
    journey.type_card(page, journey.ACCEPTED)
    journey.come_back(page)
    journey.expect_heading(page, PAID)

    page.goto("/payer/verifier/")

    # The choice was used: one must choose again, and see what is left.
    journey.expect_heading(page, "Choisir ce que vous payez")
    expect(page.get_by_text("70,00 €").first).to_be_visible()
    assert len(account_of(stack.database, somebody).statuses) == 1


def _expect_receipt(page: Page, reference: str, amount: str) -> None:
    link = page.get_by_role("link", name="Ouvrir mon reçu").get_attribute("href")
    answer = page.request.get(str(link))
    assert answer.headers["content-type"] == "application/pdf"
    text = " ".join(PdfReader(BytesIO(answer.body())).pages[0].extract_text().split())
    assert reference in text
    assert amount in text


def _expect_movement(page: Page, kind: str, amount: str) -> None:
    page.get_by_role("link", name="Retour à ma dette").click()
    page.get_by_role("link", name="Comprendre cette dette").click()
    row = page.get_by_role("row").filter(has_text=kind)
    expect(row).to_contain_text(amount)


def _expect_mail(page: Page, *, to: str, subject: str) -> None:
    """The relay passes every few seconds."""
    letter = page.get_by_role("listitem").filter(has_text=to)
    for _attempt in range(20):
        page.goto("/boite-aux-lettres/")
        if letter.count():
            break
        page.wait_for_timeout(1000)
    letter.get_by_role("link", name=subject).click()
    expect(page.get_by_text("Référence du paiement")).to_be_visible()
