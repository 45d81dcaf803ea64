"""The dashboard in a real browser: no barrier, nothing that the policy refuses, nobody else's."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from caisses.demo.agents import PASSWORD
from tests.e2e import journey
from tests.e2e.inspection import DESK, PHONE, RULES
from tests.e2e.people import Person

CHARTS = 4


def enter(page: Page, address: str, login: str) -> None:
    page.goto(address)
    page.locator("#id_username").fill(login)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("[type=submit]").click()
    page.wait_for_url(f"**{address}")


@pytest.fixture
def paid(page: Page, person: Callable[..., Person]) -> None:
    """A payment of today, by card with the bank's code."""
    journey.come_in_by_letter(page, person(64_00))
    journey.go_and_choose(page)
    journey.go_and_check(page)
    journey.leave_for_the_bank(page)
    journey.type_card(page, journey.ACCEPTED_WITH_CODE)
    journey.type_code(page)
    journey.come_back(page)
    journey.expect_heading(page, "Votre paiement est enregistré")


@pytest.mark.usefixtures("paid")
@pytest.mark.parametrize(
    ("address", "login"), [("/agents/", "agent011"), ("/national/", "nationale1")]
)
def test_the_dashboard_opens_from_the_home_page_and_bars_nobody(
    page: Page, address: str, login: str
) -> None:
    enter(page, address, login)
    page.get_by_role("link", name="Tableau de bord").first.click()

    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 844})
        expect(page.locator("svg.picture-chart")).to_have_count(CHARTS)
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    bar = page.locator("svg#argent rect.bar-paye").last
    drawn = bar.locator("title").text_content() or ""
    newest = page.locator("table:has(#chiffres) tbody tr").first
    told = newest.locator("td").first.inner_text()
    assert told in drawn
    assert told[:4] != "0,00", "the control: today has money"
