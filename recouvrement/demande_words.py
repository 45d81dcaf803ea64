"""The words of demandes in addresses and on pages."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recouvrement.models.demande import DemandeKind

#: Last part of the address of each form.
WORD_OF_KIND: Final = {
    DemandeKind.RECTIFICATION: "rectification",
    DemandeKind.RECOURS: "contestation",
    DemandeKind.REMISE: "remise",
}
KIND_OF_WORD: Final = {word: kind for kind, word in WORD_OF_KIND.items()}

#: What the button that leads to the form says.
INVITATIONS: Final[dict[str, str | Promise]] = {
    DemandeKind.RECTIFICATION: _("Demander une correction"),
    DemandeKind.RECOURS: _("Contester cette dette"),
    DemandeKind.REMISE: _("Demander une remise de dette"),
}
