"""What an operation is asked with: the words and limits of ``creerPaiementSecurise``."""

import re
import unicodedata

from caf_portal.paris import paris_date
from payments.gateways.base import GatewayRefused
from payments.gateways.departures import FormRequest
from payments.gateways.payfip.account import Account
from payments.gateways.payfip.references import refdet_of

#: In cents, both included: one euro, and what fits in seven digits.
MINIMUM_CENTS, MAXIMUM_CENTS = 100, 9_999_999
LONGEST_MEL = 80
_SHORTEST_MEL = 6
_LONGEST_OBJET = 100
_LONGEST_URL = 250


def parameters(request: FormRequest, *, account: Account) -> dict[str, str]:
    """The parameters of one operation, as ``PayFiP.get_idop`` names them.

    Nothing personal but the e-mail, which PayFiP wants. Raises ``GatewayRefused``, without
    asking, for what PayFiP would refuse.
    """
    if not MINIMUM_CENTS <= request.amount_cents <= MAXIMUM_CENTS:
        raise GatewayRefused("montant", "between 1 and 99,999.99 euros")
    return {
        "numcli": account.number,
        "saisie": account.saisie,
        "exer": f"{paris_date(request.issued_at):%Y}",
        "refdet": refdet_of(request.order_reference),
        "montant": str(request.amount_cents),
        "mel": _mel(request.email),
        "objet": objet_of(f"Remboursement {request.shop_name} {request.order_reference}"),
        "url_notification": _url(request.announce_url),
        "url_redirect": _url(request.return_url),
    }


def objet_of(text: str) -> str:
    """A text in PayFiP's alphabet: no accent, letters, digits and single spaces, 100 at most."""
    split = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in split if not unicodedata.combining(letter))
    words = re.sub(r"[^A-Za-z0-9]+", " ", plain).split()
    return " ".join(words)[:_LONGEST_OBJET].strip()


def _mel(email: str) -> str:
    """ASCII, as PayFiP reads nothing else: a domain with accents has such a form."""
    name, at, domain = email.rpartition("@")
    try:
        mel = f"{name}{at}{domain.encode('idna').decode('ascii')}"
        mel.encode("ascii")
    except UnicodeError as error:
        raise GatewayRefused("mel", "the address has letters that PayFiP does not read") from error
    if not at or not _SHORTEST_MEL <= len(mel) <= LONGEST_MEL:
        raise GatewayRefused("mel", "an address of 6 to 80 characters is wanted")
    return mel


def _url(address: str) -> str:
    if not address or len(address) > _LONGEST_URL:
        raise GatewayRefused("url", "an address of 250 characters at most is wanted")
    return address
