"""Draws the pictures of the documentation again, from the running demonstration.

    make demo            in one terminal
    make screenshots     in another

Pays a part of an invented person's debt, in a real browser, and keeps what the screen shows on
the way. Everything comes from what `make demo` printed: addresses, logins, test cards.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
DEMO = ROOT / "var" / "demo"
LARGEST_BYTES = 150_000
PHONE = {"width": 390, "height": 780}
DESK = {"width": 1100, "height": 860}
#: Lists have more columns.
WIDE = {"width": 1280, "height": 860}
#: Several debts, one of them half repaid: the demonstration's richest page.
PERSON, PASSWORD = "marie", "demonstration"
CARD, SOMME = "4970100000000055", "45,50"
AGENT, ACCOUNTANT = "agent331", "comptable011"
REFERENCE = re.compile(r"P\d{6}-[0-9A-Z]{8}")
GAP = 30


class ScreenshotsFailed(Exception):
    """A picture cannot be made; the message says what to do."""


def main() -> int:
    """Make every picture; 1 with a sentence when the demonstration or the browser is missing."""
    try:
        portal = _portal()
        with _chromium() as browser:
            payment = _as_a_person(browser, portal)
            _as_an_agent(browser, portal, payment)
            _as_an_accountant(browser, portal)
    except ScreenshotsFailed as error:
        print(f"screenshots: {error}", file=sys.stderr)  # noqa: T201 - a command line's output
        return 1
    return 0


def _portal() -> str:
    try:
        ports = json.loads((DEMO / "ports.json").read_text())
    except FileNotFoundError as error:
        raise ScreenshotsFailed("the demonstration has never run: start `make demo`.") from error
    return f"http://127.0.0.1:{ports['portal']}"


def _password(login: str) -> str:
    logins = json.loads((DEMO / "logins.json").read_text())["logins"]
    return str(next(agent["password"] for agent in logins if agent["login"] == login))


@contextmanager
def _chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        raise ScreenshotsFailed("no Chromium: sudo apt-get install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def _page(browser: Browser, portal: str, size: dict[str, int]) -> Page:
    context = browser.new_context(
        base_url=portal, locale="fr-FR", viewport=size, device_scale_factor=1.5
    )
    context.set_default_timeout(30_000)
    return context.new_page()


def _as_a_person(browser: Browser, portal: str) -> str:
    """From the list of debts to the confirmation; gives the reference of the payment made."""
    page = _page(browser, portal, PHONE)
    screens = []
    page.goto("/demo/connexion/")
    page.get_by_label("Identifiant").fill(PERSON)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    screens.append(_screen(page))
    page.goto("/payer/")
    debt = page.get_by_role("group", name="Aide personnalisée au logement")
    debt.get_by_label("Une autre somme").check()
    debt.get_by_label("Somme à payer").fill(SOMME)
    page.get_by_role("button", name="Continuer").click()
    screens.append(_screen(page))
    page.get_by_role("button", name="Aller payer").click()
    page.get_by_role("button", name="Carte VISA").click()
    page.get_by_label("Numéro de carte").fill(CARD)
    page.get_by_label("Date d'expiration").fill("12/39")
    page.get_by_label("Cryptogramme").fill("123")
    screens.append(_screen(page))
    page.get_by_role("button", name="Payer").click()
    page.get_by_role("link", name="Retourner à la boutique").click()
    page.get_by_role("heading", name="Votre paiement est enregistré").wait_for()
    screens.append(_screen(page))
    _keep(_side_by_side(screens), "journey")
    return REFERENCE.findall(page.inner_text("main"))[0]


def _as_an_agent(browser: Browser, portal: str, reference: str) -> None:
    """The page of that payment, from the click to the journal."""
    page = _entered(browser, portal, AGENT, DESK)
    page.goto(f"/agents/payments/payment/?q={reference}")
    page.get_by_role("link", name=reference).click()
    page.wait_for_load_state("networkidle")
    _keep(_picture(page.get_by_role("region", name="Du clic au journal").screenshot()), "agent")


def _as_an_accountant(browser: Browser, portal: str) -> None:
    """The work list, and the proof of the first day that is not closed."""
    page = _entered(browser, portal, ACCOUNTANT, WIDE)
    page.goto("/agents/comptabilite/anomalie/")
    _keep(_picture(page.locator("#content").screenshot()), "work-list")
    page.goto("/agents/comptabilite/cloture/cloturer/")
    page.locator("#content tbody th a").first.click()
    page.wait_for_load_state("networkidle")
    _keep(_picture(page.locator("#content").screenshot()), "proof")


def _entered(browser: Browser, portal: str, login: str, size: dict[str, int]) -> Page:
    page = _page(browser, portal, size)
    page.goto("/agents/")
    page.locator("#id_username").fill(login)
    page.locator("#id_password").fill(_password(login))
    page.locator("[type=submit]").click()
    page.wait_for_load_state("networkidle")
    return page


def _screen(page: Page) -> Image.Image:
    page.wait_for_load_state("networkidle")
    return _picture(page.screenshot(animations="disabled"))


def _picture(shot: bytes) -> Image.Image:
    return Image.open(BytesIO(shot)).convert("RGB")


def _side_by_side(screens: list[Image.Image]) -> Image.Image:
    step = screens[0].width + GAP
    sheet = Image.new("RGB", (step * len(screens) - GAP, screens[0].height), "white")
    for place, screen in enumerate(screens):
        sheet.paste(screen, (place * step, 0))
    return sheet


def _keep(picture: Image.Image, name: str) -> None:
    """Write ``docs/images/<name>.png`` in 64 colours, and refuse a heavy one."""
    path = IMAGES / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > LARGEST_BYTES:
        raise ScreenshotsFailed(f"{path.name} is {path.stat().st_size} bytes: too heavy.")


if __name__ == "__main__":
    sys.exit(main())
