"""What the person paid is read by the fund's agent, and by nobody of another fund."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from caisses.demo.agents import PASSWORD
from tests.e2e import journey
from tests.e2e.closing import leave
from tests.e2e.ledger import account_of
from tests.e2e.people import Person
from tests.e2e.stack import Stack

pytestmark = pytest.mark.usefixtures("_database_allowed")


@pytest.fixture
def reference(page: Page, stack: Stack, person: Callable[..., Person]) -> str:
    """The reference of a payment just made, by card with the bank's code."""
    somebody = person(64_00)
    journey.come_in_by_letter(page, somebody)
    journey.go_and_choose(page)
    journey.go_and_check(page)
    journey.leave_for_the_bank(page)
    journey.type_card(page, journey.ACCEPTED_WITH_CODE)
    journey.type_code(page)
    journey.come_back(page)
    journey.expect_heading(page, "Votre paiement est enregistré")
    return account_of(stack.database, somebody).references[0]


def agent_page(browser: Browser, stack: Stack, login: str) -> Page:
    context = browser.new_context(
        base_url=stack.portal, locale="fr-FR", viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto("/agents/")
    page.locator("#id_username").fill(login)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("[type=submit]").click()
    page.wait_for_url("**/agents/")
    return page


def test_the_agent_of_the_fund_reads_the_ecriture(
    browser: Browser, stack: Stack, reference: str
) -> None:
    page = agent_page(browser, stack, "agent011")

    page.goto(f"/agents/comptabilite/ecriture/?q={reference}")
    page.locator("#result_list tbody tr a").first.click()

    content = page.locator("#content")
    expect(content).to_contain_text(reference)
    expect(content.get_by_text("64,00").first).to_be_visible()
    leave(page.context)


def test_the_agent_of_the_fund_reads_the_payment_from_click_to_journal(
    browser: Browser, stack: Stack, reference: str
) -> None:
    page = agent_page(browser, stack, "agent011")

    page.goto(f"/agents/payments/payment/?q={reference}")
    page.locator("#result_list tbody tr a").first.click()

    content = page.locator("#content")
    expect(content).to_contain_text(reference)
    expect(content).to_contain_text("notification")
    leave(page.context)


@pytest.mark.parametrize("table", ["comptabilite/ecriture", "payments/payment"])
def test_the_agent_of_another_fund_finds_nothing(
    browser: Browser, stack: Stack, reference: str, table: str
) -> None:
    page = agent_page(browser, stack, "agent331")

    page.goto(f"/agents/{table}/?q={reference}")

    expect(page.locator("#changelist")).to_be_visible()
    expect(page.locator("#result_list tbody tr")).to_have_count(0)
    leave(page.context)
