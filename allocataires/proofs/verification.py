"""What every document prints for whoever checks it: the address, the code, the QR code."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from caf_portal.qr import qr_svg


def proof_data(code: str) -> dict[str, Any]:
    """The address to open, the code to type there, and an SVG that leads to both."""
    page = f"{settings.PORTAL_URL}{reverse('payments:verify')}"
    scanned = f"{settings.PORTAL_URL}{reverse('payments:verify_code', args=[code])}"
    return {"code": code, "page": page, "qr": qr_svg(scanned).decode()}


def proof_words() -> dict[str, str]:
    """The words of that part of the document, in the active language."""
    return {
        "verify": _("Vérifier ce document"),
        "verify_how": _("Lisez le QR code, ou écrivez le code ci-dessous sur la page :"),
        "code": _("Code :"),
        "qr": _("QR code qui mène à la vérification de ce document"),
        "verify_says": _(
            "La page répond si ce document est vrai, avec la caisse, la date et le montant. "
            "Elle ne dit rien d’autre : ni nom, ni prestation, ni raison."
        ),
        "page": _("Page"),
        "fact": _("Information"),
        "value": _("Détail"),
    }
