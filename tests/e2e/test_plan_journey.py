"""Somebody pays in several times, in a real browser: agreed, followed, stopped."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journey
from tests.e2e.inspection import inspect
from tests.e2e.ledger import account_of
from tests.e2e.people import Person
from tests.e2e.stack import Stack

pytestmark = pytest.mark.usefixtures("_database_allowed")
NewPerson = Callable[..., Person]
#: The bank refuses the second due of a plan with this card.
SECOND_IS_REFUSED = "4970100000000709"
PLAN, CHOICE = "Mon échéancier", "Payer en plusieurs fois"


def choose_three_payments(page: Page) -> None:
    """From the list of debts to the preview of three payments."""
    page.get_by_role("link", name=CHOICE).first.click()
    journey.expect_heading(page, CHOICE)
    page.get_by_label("En combien de paiements ?").select_option("3")
    page.get_by_label("Quel jour du mois").select_option("28")
    page.get_by_role("button", name="Voir les dates et les montants").click()
    journey.expect_heading(page, CHOICE)


def agree(page: Page) -> None:
    """Tick the agreement and leave for the hosted page."""
    page.get_by_label("Je suis d’accord").check()
    page.get_by_role("button", name="Aller payer les premiers").click()


def pay_the_first(page: Page) -> None:
    """On the hosted page: a plan always asks for the bank's code."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Comment voulez-vous payer ?")
    journey.type_card(page, journey.ACCEPTED_WITH_CODE)
    journey.type_code(page)
    journey.come_back(page)


def test_three_payments_are_agreed_the_first_is_paid_and_the_rest_is_stopped(
    page: Page, stack: Stack, person: NewPerson
):
    somebody = person(100_00)
    journey.come_in_by_letter(page, somebody)
    choose_three_payments(page)
    expect(page.get_by_text("33,34 €")).to_be_visible()
    inspect(page)

    page.get_by_role("button", name="Aller payer les premiers").click()
    expect(page.get_by_text("Cochez cette case").first).to_be_visible()
    inspect(page)
    agree(page)
    pay_the_first(page)

    journey.expect_heading(page, PLAN)
    expect(page.get_by_text("débité automatiquement de votre carte")).to_be_visible()
    inspect(page)
    ledger = account_of(stack.database, somebody)
    assert ledger.statuses == ["SCHEDULED"]
    assert ledger.balances == [66_67]
    assert ledger.ecritures == [(33_33, 33_33)]

    page.get_by_role("link", name="Arrêter l’échéancier").click()
    inspect(page)
    page.get_by_role("button", name="Oui, arrêter l’échéancier").click()

    journey.expect_heading(page, PLAN)
    expect(page.get_by_text("plus rien ne sera débité").first).to_be_visible()
    inspect(page)
    ledger = account_of(stack.database, somebody)
    assert ledger.statuses == ["STOPPED"]
    assert ledger.balances == [66_67]


def test_a_refused_payment_is_paid_online(page: Page, stack: Stack, person: NewPerson):
    somebody = person(90_00)
    journey.come_in_by_letter(page, somebody)
    choose_three_payments(page)
    agree(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Comment voulez-vous payer ?")
    journey.type_card(page, SECOND_IS_REFUSED)
    journey.type_code(page)
    journey.come_back(page)
    journey.expect_heading(page, PLAN)

    # Three months later, at the bank: the second is refused, the third is paid.
    live_through_three_months(page, stack)
    page.reload()

    expect(page.get_by_text("a été refusé par la banque")).to_be_visible()
    inspect(page)
    ledger = account_of(stack.database, somebody)
    assert ledger.statuses == ["SCHEDULED"]
    assert ledger.balances == [30_00]

    page.get_by_role("button", name="Payer ces 30,00 €").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Comment voulez-vous payer ?")
    journey.type_card(page, journey.ACCEPTED)
    journey.come_back(page)

    journey.expect_heading(page, "Votre paiement est enregistré")
    page.goto("/mes-creances/")
    page.get_by_role("link", name="Suivre cet échéancier").click()
    expect(page.get_by_text("Tout est payé. Merci.")).to_be_visible()
    expect(page.get_by_text("Payée autrement")).to_be_visible()
    ledger = account_of(stack.database, somebody)
    assert ledger.statuses == ["PAID", "PAID"]
    assert ledger.balances == [0]
    assert ledger.ecritures == [(30_00, 30_00)] * 3


def live_through_three_months(page: Page, stack: Stack) -> None:
    """The bank's clock goes forward, its run of dues is made, and the clock comes back."""
    office = f"{stack.sandbox}/back-office"
    page.request.post(f"{office}/clock/", data={"advance_seconds": 92 * 86_400})
    try:
        answer = page.request.post(f"{office}/runs/", data={"run": "instalments"})
        assert answer.json()["count"] >= 2
    finally:
        page.request.post(f"{office}/clock/", data={"reset": True})


def test_without_javascript_one_agrees_a_plan_all_the_same(
    plain_page: Page, stack: Stack, person: NewPerson
):
    page, somebody = plain_page, person(90_00)
    journey.come_in_by_letter(page, somebody)

    choose_three_payments(page)
    agree(page)
    page.get_by_role("button", name="Continuer vers la page de paiement").click()
    pay_the_first(page)
    page.goto("/mes-creances/")
    page.get_by_role("link", name="Suivre cet échéancier").click()

    journey.expect_heading(page, PLAN)
    expect(page.get_by_text("Encore à débiter")).to_be_visible()
    assert account_of(stack.database, somebody).statuses == ["SCHEDULED"]
