"""The pages before the payment, in a real browser: no barrier found by axe, light, and reflowing.

axe finds a part of the barriers only; the accessibility page says so to people too.
"""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.journey import come_in_by_account, come_in_by_letter
from tests.e2e.people import Person

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LIGHT = 60_000
NARROW = {"width": 320, "height": 640}
BIG_ENOUGH = 44

TARGETS = "button, .button, summary, input:not([type=hidden])"


def be_refused(page: Page, address: str) -> None:
    """Send the form of a page with nothing in it."""
    page.goto(address)
    page.locator("main form button").click()
    page.locator(".error-summary").wait_for()


def open_a_debt(page: Page, person: Person) -> None:
    """The page of one debt, from the list."""
    come_in_by_account(page, person)
    page.get_by_role("link", name="Comprendre cette dette").first.click()
    page.get_by_role("heading", name="Pourquoi cette dette").wait_for()


OPENINGS: dict[str, Callable[[Page, Person], object]] = {
    "home": lambda page, _person: page.goto("/"),
    "cannot pay": lambda page, _person: page.goto("/je-ne-peux-pas-payer/"),
    "legal": lambda page, _person: page.goto("/mentions-legales/"),
    "accessibility": lambda page, _person: page.goto("/accessibilite/"),
    "missing": lambda page, _person: page.goto("/nulle-part/"),
    "identification": lambda page, _person: page.goto("/identification/"),
    "identification refused": lambda page, _person: be_refused(page, "/identification/"),
    "demo login": lambda page, _person: page.goto("/demo/connexion/"),
    "demo login refused": lambda page, _person: be_refused(page, "/demo/connexion/"),
    "mes créances": come_in_by_account,
    "one debt by letter": come_in_by_letter,
    "a debt": open_a_debt,
}


@pytest.fixture(params=OPENINGS.values(), ids=OPENINGS.keys())
def opened(request: pytest.FixtureRequest, page: Page, person: Callable[..., Person]) -> Page:
    request.param(page, person(240_00, 80_00))
    return page


def test_axe_finds_no_barrier_on_a_phone_nor_a_desk(opened: Page) -> None:
    for size in ({"width": 390, "height": 844}, {"width": 1280, "height": 900}):
        opened.set_viewport_size(size)

        results = Axe().run(opened, options={"runOnly": RULES})

        assert results.violations_count == 0, results.generate_report()


def test_nothing_scrolls_sideways_on_a_narrow_screen(opened: Page) -> None:
    opened.set_viewport_size(NARROW)

    assert opened.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_what_is_pressed_is_big_enough_for_a_thumb(opened: Page) -> None:
    small = opened.evaluate(
        """([targets, least]) => [...document.querySelectorAll(targets)]
            .filter(one => one.getBoundingClientRect().height < least)
            .map(one => one.outerHTML)""",
        [TARGETS, BIG_ENOUGH],
    )

    assert small == []


def test_the_summary_of_errors_is_read_first_and_leads_to_the_field(page: Page) -> None:
    be_refused(page, "/identification/")
    assert page.evaluate("document.activeElement.className") == "error-summary"

    page.get_by_role("link", name="Écrivez la date de naissance").click()

    assert page.evaluate("document.activeElement.id") == "id_birth_on_0"


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"

    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "contenu"


@pytest.mark.parametrize("address", ["/", "/identification/"])
def test_the_first_view_is_light(page: Page, address: str) -> None:
    received: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda one: received.append(one["encodedDataLength"]))

    page.goto(address, wait_until="networkidle")

    assert len(received) >= 3
    assert sum(received) < LIGHT


def test_everything_is_read_and_sent_without_javascript(
    plain_page: Page, person: Callable[..., Person]
) -> None:
    come_in_by_letter(plain_page, person(240_00))

    plain_page.get_by_role("button", name="English").click()

    assert plain_page.locator("html").get_attribute("lang") == "en"
    plain_page.get_by_role("button", name="Leave").click()
    assert plain_page.url.endswith("/")
