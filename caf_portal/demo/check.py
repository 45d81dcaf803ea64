"""``manage.py demo --check``: pay a part of a debt, then look at everything it must have left.

Over HTTP from the letter to the receipt, the bank's pages included; the message in the mail box,
which proves worker and beat; the journal in SQL; then every invariant.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from mailbox import Maildir
from pathlib import Path

from caf_portal.demo.browser import Browser, PageRefused
from caf_portal.demo.journal import JournalWrong, check_journal
from caf_portal.demo.journey import Letter, Paid, pay_by_letter
from caf_portal.demo.terminal import say
from caf_portal.embedded.places import PROJECT

_AMOUNT_CENTS, _TYPED, _SHOWN = 1234, "12,34", "12,34\u00a0€"
_EMAIL = "demonstration@personne.example"
_PATIENCE_SECONDS = 60


class CheckFailed(Exception):
    """Something is not as it should be; the message says what."""


def check_one_payment(portal: Mapping[str, str]) -> None:
    """Pay 12,34 € with the first letter of the demonstration. Raises ``CheckFailed``.

    ``portal`` is the environment of the portal's processes.
    """
    browser = Browser()
    try:
        paid = pay_by_letter(
            browser, portal["PORTAL_URL"], _first_letter(portal), amount=_TYPED, email=_EMAIL
        )
        say("  paiement : fait, retour de la banque")
        _check_pages(browser, paid)
    except PageRefused as error:
        raise CheckFailed(str(error)) from error
    say("  page de confirmation et reçu PDF : bons")
    _check_message(Path(portal["MAILBOX_PATH"]))
    say("  message de confirmation : arrivé")
    _check_database(portal, paid)


def _first_letter(portal: Mapping[str, str]) -> Letter:
    known = json.loads((Path(portal["DEMO_FOLDER"]) / "logins.json").read_text())
    letter = known["letters"][0]
    return Letter(letter["reference"], date.fromisoformat(letter["birth_on"]))


def _check_pages(browser: Browser, paid: Paid) -> None:
    """The payment is confirmed without the person doing anything, and its receipt is a PDF."""
    status_url = f"{paid.page.url}statut/"
    _wait("the payment is not confirmed", lambda: _status(browser, status_url) == "PAID")
    page = browser.open(paid.page.url)
    if _SHOWN not in page.text:
        message = f"{page.url} does not show {_SHOWN}"
        raise CheckFailed(message)
    receipt = browser.open(page.link_to("recu.pdf"))
    if not receipt.content.startswith(b"%PDF-"):
        message = f"{receipt.url} is not a PDF"
        raise CheckFailed(message)


def _status(browser: Browser, url: str) -> str:
    return str(json.loads(browser.open(url).content)["status"])


def _check_message(path: Path) -> None:
    box = Maildir(path, create=True)
    _wait(
        f"no message for {_EMAIL} in {path}",
        lambda: any(_EMAIL in message["To"] for message in box),
    )


def _check_database(portal: Mapping[str, str], paid: Paid) -> None:
    try:
        journal = check_journal(
            portal["DATABASE_URL"], payment_id=paid.payment_id, amount_cents=_AMOUNT_CENTS
        )
    except JournalWrong as error:
        raise CheckFailed(str(error)) from error
    say(f"  journal {journal} de la caisse : une écriture équilibrée de {_SHOWN}")
    command = [sys.executable, str(PROJECT / "manage.py"), "check_invariants"]
    result = subprocess.run(  # noqa: S603 - our own command line, no shell
        command, env=portal, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise CheckFailed(f"check_invariants:\n{result.stdout}{result.stderr}")
    say(f"  invariants : {result.stdout.strip()}")


def _wait(failure: str, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not done():
        if time.monotonic() > deadline:
            message = f"{failure} after {_PATIENCE_SECONDS} s"
            raise CheckFailed(message)
        time.sleep(0.5)
