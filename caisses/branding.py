"""How a fund looks: its colours as a style sheet, its logo, its words.

A style sheet and a logo are named by a hash of their bytes, so that browsers may keep them for
ever and a new charte shows at once. What a charte holds is public knowledge.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from caf_portal.database.scope import caisse_scope
from caisses.models import Caisse, Charte

#: Pages opened under a former charte still find what they link to.
_FORMER_ONES = 5


@dataclass(frozen=True, slots=True)
class Branding:
    """What a page needs of the charte in force. ``logo_hash`` is empty without a logo."""

    code: str
    css_hash: str
    logo_hash: str
    logo_alt: str
    accueil: str
    contact: str


def branding_of(caisse: Caisse, *, now: datetime) -> Branding | None:
    """The branding of a fund, or ``None`` while it has no published charte.

    Opens the fund's scope for this one look-up: pages of any kind may call it.
    """
    with caisse_scope(caisse.pk):
        charte = Charte.objects.in_force(caisse_id=caisse.pk, now=now)
    if charte is None:
        return None
    return Branding(
        code=caisse.code,
        css_hash=fingerprint(stylesheet(charte)),
        logo_hash=fingerprint(logo(charte)) if charte.logo_png else "",
        logo_alt=charte.logo_alt,
        accueil=charte.accueil,
        contact=charte.contact,
    )


def published_chartes(*, code: str, now: datetime) -> list[Charte]:
    """The charte in force of the fund with this code and the few before it, newest first.

    Raises ``Caisse.DoesNotExist``. Opens the fund's scope for this one look-up.
    """
    caisse = Caisse.objects.get(code=code)
    with caisse_scope(caisse.pk):
        newest_first = Charte.objects.filter(caisse_id=caisse.pk, published_at__lte=now).order_by(
            "-published_at", "-pk"
        )
        return list(newest_first[:_FORMER_ONES])


def stylesheet(charte: Charte) -> bytes:
    """The custom properties that the portal's style sheet reads.

    Colours are ``#rrggbb``, which the database checks: nothing else can be written into it.
    """
    return (
        ":root{"
        f"--couleur-principale:{charte.couleur_principale};"
        f"--couleur-accent:{charte.couleur_accent}"
        "}\n"
    ).encode("ascii")


def logo(charte: Charte) -> bytes:
    """The bytes of the logo (PNG); empty when the charte has none."""
    return bytes(charte.logo_png or b"")


def fingerprint(content: bytes) -> str:
    """The 16 hexadecimal characters that name this content in an address."""
    return hashlib.sha256(content).hexdigest()[:16]
