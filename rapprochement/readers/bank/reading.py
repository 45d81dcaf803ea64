"""The door of this package: the bytes of a file of the bank, recognised by what they say."""

import re
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from rapprochement.readers.bank.camt import read_camt053
from rapprochement.readers.bank.cfonb import read_cfonb
from rapprochement.readers.bank.statement import BankStatement
from rapprochement.readers.problems import FileUnreadable

LARGEST_BYTES = 50 * 1024 * 1024

Kind = Literal["CFONB120", "CAMT053"]

#: Byte order marks of UTF-8 and UTF-16, then what blank space may come before an XML document.
_XML = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<")
#: A record code of CFONB 120 and five digits of a bank; a first record other than 01 is refused
#: later with its reason.
_CFONB = re.compile(rb"(\xef\xbb\xbf)?[\r\n]*0[1457][0-9]{5}")


@dataclass(frozen=True, slots=True)
class BankFile:
    """A file that was read whole: its format and its statements, at least one."""

    kind: Kind
    statements: tuple[BankStatement, ...]


def read_bank_file(content: bytes, *, filename: str) -> BankFile:
    """The statements of a file; its name is only used to speak of it.

    Raises ``FileUnreadable``, and nothing else, for anything that is not wholly right.
    """
    name = _shown(filename)
    if not content.strip():
        raise FileUnreadable(
            _("Le fichier « %(name)s » est vide : récupérez-le à nouveau auprès de la banque.")
            % {"name": name}
        )
    if len(content) > LARGEST_BYTES:
        raise FileUnreadable(
            _(
                "Le fichier « %(name)s » dépasse %(most)s Mo : demandez à la banque un fichier "
                "par jour."
            )
            % {"name": name, "most": LARGEST_BYTES // 1024**2}
        )
    if _XML.match(content):
        return BankFile("CAMT053", read_camt053(content))
    if _CFONB.match(content):
        return BankFile("CFONB120", read_cfonb(content))
    raise FileUnreadable(
        _(
            "Le format du fichier « %(name)s » n’est pas reconnu. Déposez un relevé CFONB 120, "
            "camt.053.001.02 ou camt.053.001.08, décompressé et tel que la banque l’a produit."
        )
        % {"name": name}
    )


def _shown(filename: str) -> str:
    """Without folders, with what can be printed, no longer than a line."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in name if char.isprintable())[:100]
