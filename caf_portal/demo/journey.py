"""One payment, page after page, as a person without JavaScript makes it."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from caf_portal.demo.browser import Browser, Page, PageRefused

#: Accepted after a 3-D Secure code: the longest way to a payment.
CARD = {"number": "4970 1000 0000 0337", "expiry": "12/39", "cvv": "123"}
NETWORK = "VISA"

_CHALLENGE_CODE = re.compile(r"<strong>(\d+)</strong>")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter and its addressee's memory give."""

    reference: str
    birth_on: date


@dataclass(frozen=True, slots=True)
class Paid:
    """Where the journey ended: the page of the payment, and its identifier."""

    page: Page
    payment_id: str


def pay_by_letter(
    browser: Browser, portal: str, letter: Letter, *, amount: str, email: str
) -> Paid:
    """From the letter to the page shown after the bank's. Raises ``PageRefused``.

    ``amount`` is typed as a person would; the rest of the debt is left.
    """
    page = _identify(browser, portal, letter)
    page = _choose(browser, f"{portal}/payer/", amount)
    page = browser.submit(page, page.form_with("choix"), {"email": email})
    page = browser.submit(page, page.form_with("vads_site_id"), {})
    page = _pay_at_the_bank(browser, page)
    page = _come_back(browser, page, portal)
    return Paid(page, payment_id=_identifier(page))


def _identify(browser: Browser, portal: str, letter: Letter) -> Page:
    page = browser.open(f"{portal}/identification/")
    form = page.form_with("reference")
    boxes = [name for name in form.names if name.startswith("birth_on")]
    day = letter.birth_on
    birth = dict(zip(boxes, (f"{day:%d}", f"{day:%m}", f"{day:%Y}"), strict=True))
    return _elsewhere(page, browser.submit(page, form, {"reference": letter.reference, **birth}))


def _choose(browser: Browser, url: str, amount: str) -> Page:
    page = browser.open(url)
    form = next((form for form in page.forms if _has_shares(form.names)), None)
    if form is None:
        message = f"{url} proposes no debt to pay"
        raise PageRefused(message)
    nothing = {name: "rien" for name in form.names if name.endswith("-how")}
    chosen = {form.name_ending("-how"): "partie", form.name_ending("-amount"): amount}
    return _elsewhere(page, browser.submit(page, form, {**nothing, **chosen}))


def _pay_at_the_bank(browser: Browser, page: Page) -> Page:
    """Network, card, 3-D Secure code: the three forms of the hosted page."""
    page = browser.submit(page, page.form_with("network"), {"network": NETWORK})
    page = _elsewhere(page, browser.submit(page, page.form_with("number"), CARD))
    code = _CHALLENGE_CODE.search(page.text)
    if code is None:
        message = f"{page.url} shows no 3-D Secure code"
        raise PageRefused(message)
    return _elsewhere(page, browser.submit(page, page.form_with("code"), {"code": code[1]}))


def _come_back(browser: Browser, page: Page, portal: str) -> Page:
    """By the button or the link that leads back to the shop, whichever the page has."""
    for form in page.forms:
        if form.action.startswith(f"{portal}/"):
            return browser.submit(page, form, {})
    return browser.open(page.link_to(f"{portal}/paiement/"))


def _identifier(page: Page) -> str:
    """The payment's identifier, in the address of its page."""
    found = re.search(r"/paiement/([0-9a-f-]{36})/", urlsplit(page.url).path)
    if found is None:
        message = f"{page.url} is not the page of a payment"
        raise PageRefused(message)
    return found[1]


def _has_shares(names: list[str]) -> bool:
    return any(name.endswith("-how") for name in names)


def _elsewhere(before: Page, after: Page) -> Page:
    """A form that was understood leads to another page; one that was not is shown again."""
    if after.url == before.url:
        message = f"{before.url} did not accept what was typed"
        raise PageRefused(message)
    return after
