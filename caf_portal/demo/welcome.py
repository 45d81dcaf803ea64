"""The page that ends the start of the demo: where to go, who to be, which card to use."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from caf_portal.demo.ports import HOST, Ports

#: The sandbox's cards, copied: nothing of ours imports it (a test compares the two lists).
TEST_CARDS = (
    ("4970 1000 0000 0055", "acceptée / accepted"),
    ("4970 1000 0000 0337", "code 3-D Secure, puis acceptée / 3DS challenge, then accepted"),
    ("4970 1000 0000 0113", "refusée par la banque / refused"),
    ("4970 1000 0000 0519", "refusée : solde insuffisant / refused: insufficient funds"),
    ("4970 1100 0000 0401", "3-D Secure refusé / 3DS refused"),
    ("4970 1000 0000 0683", "la banque tarde / the bank answers late"),
)

_USUAL = Ports()


def welcome_page(ports: Ports, folder: Path) -> str:
    """The page as text. ``folder`` holds ``logins.json``, written by ``load_demo``."""
    portal, sandbox = f"http://{HOST}:{ports.portal}", f"http://{HOST}:{ports.sandbox}"
    sections = [
        "Le portail de démonstration est prêt.  The demo is ready.",
        _moved(ports),
        _table(
            "Adresses / Addresses",
            [
                ("Portail (débiteur) / portal", f"{portal}/"),
                ("Agents d'une caisse / fund's agents", f"{portal}/agents/"),
                ("Administration nationale / national admin", f"{portal}/national/"),
                ("Banque d'essai PayZen / sandbox", f"{sandbox}/"),
                ("Messages envoyés / mail box", f"{portal}/boite-aux-lettres/"),
            ],
        ),
        *_people(folder / "logins.json"),
        _table("Cartes d'essai / Test cards (date à venir, CVV quelconque)", TEST_CARDS),
        f"Relevés et journaux à charger / files to load (5 min) : {folder / 'releves' / 'a-lire'}",
        f"Journaux techniques : {folder / 'logs'}    Ctrl-C arrête tout / stops everything.",
    ]
    return "\n\n".join(section for section in sections if section)


def _moved(ports: Ports) -> str:
    lines = [
        f"Le port {usual} est pris : {name} utilise {port}. / Port {usual} is busy."
        for name, port, usual in (
            ("le portail", ports.portal, _USUAL.portal),
            ("la banque d'essai", ports.sandbox, _USUAL.sandbox),
            ("la boîte aux lettres", ports.mail, _USUAL.mail),
        )
        if port != usual
    ]
    return "\n".join(lines)


def _people(path: Path) -> list[str]:
    known = json.loads(path.read_text())
    logins = [
        (login["who"], login["login"], login["password"], login["url"]) for login in known["logins"]
    ]
    letters = [
        (letter["who"], letter["reference"], _french_date(letter["birth_on"]))
        for letter in known["letters"]
    ]
    accounts = [
        (account["who"], account["login"], account["password"], account["url"])
        for account in known["accounts"]
    ]
    return [
        _table("Agents : identifiant, mot de passe / Agents' logins", logins),
        _table("Comptes caf.fr d'essai / Accounts", accounts),
        _table("Lettres : référence, date de naissance / Letters", letters),
    ]


def _french_date(text: str) -> str:
    """As the portal's form takes it: 1990-05-17 gives 17/05/1990."""
    return f"{date.fromisoformat(text):%d/%m/%Y}"


def _table(title: str, rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join([title, *(f"  {line}".rstrip() for line in padded)])
