"""A CFONB 120 file cut in records, and what each position of a record is.

Positions are those of the CFONB's description, counted from 1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from rapprochement.readers.bank.overpunch import signed_cents
from rapprochement.readers.problems import FileUnreadable

LENGTH = 120
AMOUNT_END = 104
OPENING, MOVEMENT, COMPLEMENT, CLOSING = "01", "04", "05", "07"
CODES = (OPENING, MOVEMENT, COMPLEMENT, CLOSING)

#: Not ``splitlines``: it would cut at 0x85, which is a character of labels in some code pages.
_LINE_END = re.compile("\r\n|\n|\r")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_ACCOUNT = re.compile("[0-9]{10}[0-9A-Z]{11}")
_DATE = re.compile("[0-9]{6}")
#: The end of a file as DOS and tapes mark it.
_FILE_END = "\r\n\x1a\x00"


@dataclass(frozen=True, slots=True)
class Record:
    """One record of 120 characters and its number in the file, from 1."""

    number: int
    text: str

    def part(self, first: int, last: int) -> str:
        """Positions ``first`` to ``last``, both included, without the spaces around."""
        return self.text[first - 1 : last].strip(" ")

    @property
    def code(self) -> str:
        """What kind of record it is."""
        return self.text[:2]

    @property
    def account(self) -> str:
        """Bank, branch and account: 21 characters, or ``FileUnreadable``."""
        account = self.text[2:7] + self.text[11:16] + self.text[21:32]
        if not _ACCOUNT.fullmatch(account):
            raise self.refusal(_("le numéro de compte n’est pas lisible"))
        return account

    @property
    def currency(self) -> str:
        """The code of the currency, three letters as received."""
        return self.part(17, 19)

    def day(self, first: int) -> date:
        """The date JJMMAA that starts there, or ``FileUnreadable``.

        AA is always 20AA: the euro has statements only since 1999, and no fund imports that year.
        """
        zone = self.text[first - 1 : first + 5]
        try:
            if not _DATE.fullmatch(zone):
                raise ValueError(zone)
            return date(2000 + int(zone[4:]), int(zone[2:4]), int(zone[:2]))
        except ValueError as error:
            raise self.refusal(
                _("la date en position %(first)s n’existe pas") % {"first": first}
            ) from error

    def amount(self) -> int:
        """Signed cents of positions 91 to 104, or ``FileUnreadable``."""
        decimals = self.text[19]
        if decimals not in "0123456789":
            raise self.refusal(_("le nombre de décimales manque en position 20"))
        try:
            return signed_cents(self.text[90:104], decimals=int(decimals))
        except ValueError as error:
            raise self.refusal(
                _("le montant en positions 91 à 104 n’est pas un nombre de centimes signé")
            ) from error

    def refusal(self, reason: str) -> FileUnreadable:
        """The exception that says this reason, where it is, and what to do."""
        return FileUnreadable(
            _(
                "Enregistrement n° %(number)s : %(reason)s. Récupérez à nouveau le fichier auprès "
                "de la banque, au format CFONB 120, sans le modifier."
            )
            % {"number": self.number, "reason": reason}
        )


def records_of(content: bytes) -> Iterator[Record]:
    """The records of a file, cut by its line ends, or every 120 characters when it has none.

    Blank lines count in the numbers but give nothing; spaces cut at the end of a line are put
    back. Raises ``FileUnreadable``.
    """
    lines = _LINE_END.split(_decoded(content).rstrip(_FILE_END))
    if len(lines) == 1:
        lines = [lines[0][at : at + LENGTH] for at in range(0, len(lines[0]), LENGTH)]
    for number, line in enumerate(lines, start=1):
        text = line.rstrip(" ")
        if text:
            yield _checked(Record(number, text.ljust(LENGTH)))


def _decoded(content: bytes) -> str:
    """One character a position: UTF-8 if it is, else one byte a character."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _checked(record: Record) -> Record:
    if len(record.text) > LENGTH:
        raise record.refusal(
            _("il a %(length)s caractères au lieu de 120") % {"length": len(record.text)}
        )
    if _CONTROL.search(record.text):
        raise record.refusal(_("il contient un caractère de commande"))
    if record.code not in CODES:
        raise record.refusal(
            _("son code n’est ni 01, ni 04, ni 05, ni 07, seuls possibles dans un relevé")
        )
    if record.code != COMPLEMENT and len(record.text.rstrip(" ")) < AMOUNT_END:
        raise record.refusal(_("il est coupé avant la fin de son montant"))
    return record
