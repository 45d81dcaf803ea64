"""Two funds with colours of their own and a neutral mark, drawn here: no real logo is used."""

from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw

from caisses.models import Agent, Caisse, Charte
from caisses.services.chartes import publish_charte, save_draft
from caisses.services.logos import encode_logo

#: Code of the fund, main colour, accent, words of welcome.
_CHARTES = (
    ("011", "#5b2a6e", "#8a4b08", "Bonjour ! Ici, vous remboursez à votre rythme."),
    ("331", "#1d4f5f", "#7a2e2e", "Une question avant de payer ? Écrivez-nous, nous répondons."),
)
_CONTACT = "Caisse de démonstration\n0 800 00 00 00 (numéro d’exemple)"


def publish_chartes(*, author: Agent, approver: Agent, now: datetime) -> None:
    """Draft and publish the chartes of two funds, by two people, inside a national scope."""
    for code, principale, accent, accueil in _CHARTES:
        draft = Charte(
            caisse=Caisse.objects.get(code=code),
            couleur_principale=principale,
            couleur_accent=accent,
            logo_png=neutral_logo(principale, accent),
            logo_alt=f"Caisse {code}",
            accueil=accueil,
            contact=_CONTACT,
        )
        save_draft(charte=draft, author=author)
        publish_charte(charte=draft, approver=approver, now=now)


def neutral_logo(principale: str, accent: str) -> bytes:
    """Two shapes in two colours, as a PNG: obviously nobody's mark."""
    scale = 4
    image = Image.new("RGBA", (64 * scale, 64 * scale), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, 64 * scale - 1, 64 * scale - 1), 14 * scale, fill=principale)
    draw.ellipse((14 * scale, 14 * scale, 50 * scale, 50 * scale), fill="#ffffff")
    draw.ellipse((24 * scale, 24 * scale, 40 * scale, 40 * scale), fill=accent)
    buffer = BytesIO()
    image.resize((128, 128)).save(buffer, "PNG")
    buffer.seek(0)
    return encode_logo(buffer)
