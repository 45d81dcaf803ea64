"""Where the portal may post: never inside its own network because somebody typed an address.

The name is resolved and every address it gives is judged; the connection is then made to the one
judged (``webhook``), so that a name that changes its mind in between changes nothing.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

IpAddress = IPv4Address | IPv6Address

#: Addresses of IPv6 that carry one of IPv4 and would lead where the latter may not; the relays of
#: 6to4, and the sites' own addresses of old, which Python takes for public ones.
_CARRIERS = tuple(
    ip_network(each)
    for each in (
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96", "::ffff:0:0:0/96"),
        *("192.88.99.0/24", "fec0::/10"),
    )
)
_DEFAULT_PORTS = {"https": 443, "http": 80}


class AddressRefused(Exception):
    """The portal does not post there; ``str()`` says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect (``address``), and whom to ask for there."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


def place_of(url: str) -> Place:
    """The place of an address. Raises ``AddressRefused``, also when the name does not resolve."""
    parts = _parts_of(url)
    host = parts.hostname or ""
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    found = _resolve(host, port)
    for address in found:
        if not _is_allowed(ip_address(address)):
            raise AddressRefused(_("Cette adresse mène dans un réseau privé ou réservé."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(scheme=parts.scheme, host=host, port=port, path=path, address=found[0])


def _parts_of(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises on a port that is no number
    except ValueError as error:
        raise AddressRefused(_("Cette adresse ne se lit pas.")) from error
    schemes = {"https", "http"} if settings.DEMO else {"https"}
    if parts.scheme not in schemes:
        raise AddressRefused(_("L’adresse doit commencer par https://."))
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise AddressRefused(_("L’adresse nomme une machine, sans identifiant ni mot de passe."))
    if not url.isascii() or not url.isprintable() or " " in url:
        raise AddressRefused(_("Cette adresse ne se lit pas."))
    return parts


def _resolve(host: str, port: int) -> list[str]:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused(_("Le nom de cette machine est inconnu.")) from error
    return [str(answer[4][0]).partition("%")[0] for answer in answers]


def _is_allowed(address: IpAddress) -> bool:
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in network for network in settings.WEBHOOK_NETWORKS):
        return True
    if any(address in carrier for carrier in _CARRIERS):
        return False
    return address.is_global and not address.is_multicast
