"""Why an operation is refused, for the pages: the REST API's own sentences are English."""

from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "PSP_002": _("Cette date ou ce mode de validation n'est pas possible."),
    "PSP_011": _("Le statut de la transaction ne le permet pas."),
    "PSP_013": _("La date est trop loin."),
    "PSP_014": _("Rien ne changerait."),
    "PSP_016": _("Cette transaction ne peut pas être dupliquée."),
    "PSP_020": _("Le montant doit être positif, sans dépasser ce qui est possible."),
    "PSP_043": _("La boutique n'autorise pas les remboursements."),
    "PSP_075": _("Elle est déjà remise en banque : remboursez-la."),
    "PSP_076": _("Elle n'est pas encore remise en banque : annulez-la ou modifiez-la."),
    "PSP_083": _("Elle est déclarée impayée."),
    "PSP_104": _("Elle est déjà toute remboursée."),
    "PSP_105": _("Elle est déjà annulée."),
}
