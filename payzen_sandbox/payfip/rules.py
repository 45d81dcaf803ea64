"""What the service refuses, with a code. Codes that eopayment does not show are our guesses."""

import re
from collections.abc import Mapping

from payzen_sandbox.payfip.clients import all_clients

NOT_FINISHED, FORGOTTEN = "P5", "P1"


class Refused(Exception):
    """A functional error: a code and a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


_RULES = (
    ("saisie", r"[TXW]", "S1", "Le format du paramètre SAISIE n'est pas conforme"),
    ("exer", r"[0-9]{4}", "E1", "Le format du paramètre EXER n'est pas conforme"),
    ("refdet", r"[A-Za-z0-9]{6,30}", "R3", "Le format du paramètre REFDET n'est pas conforme"),
    ("montant", r"[0-9]{3,7}", "M3", "Le format du paramètre MONTANT n'est pas conforme"),
    ("mel", r"[^@\s]+@[^@\s]+\.[^@\s]+", "A2", "Adresse mel incorrecte."),
    ("objet", r"[A-Za-z0-9 ]{0,100}", "O1", "Le format du paramètre OBJET n'est pas conforme"),
    ("urlnotif", r"https?://\S{1,240}", "U1", "Le format du paramètre URLNOTIF n'est pas conforme"),
    (
        "urlredirect",
        r"https?://\S{1,240}",
        "U2",
        "Le format du paramètre URLREDIRECT n'est pas conforme",
    ),
)


def check_account(numcli: str) -> str:
    """The name of an account; raises Refused for a number that nobody has."""
    if numcli not in all_clients():
        raise Refused("N1", "Le numéro de client est inconnu")
    return all_clients()[numcli]


def check_operation(asked: Mapping[str, str]) -> None:
    """Refuse the first thing that is wrong; a stand-in takes test payments only."""
    check_account(asked.get("numcli", ""))
    for name, pattern, code, sentence in _RULES:
        if not re.fullmatch(pattern, asked.get(name, ""), re.ASCII):
            raise Refused(code, sentence)
    if not 6 <= len(asked["mel"]) <= 80:
        raise Refused("A2", "Adresse mel incorrecte.")
    if int(asked["montant"]) < 100:
        raise Refused("M4", "Le montant est inférieur à un euro")
    if asked["saisie"] != "T":
        raise Refused("S2", "Ce bac à sable ne prend que des paiements de test")
