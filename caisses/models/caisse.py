"""Caisse: one of the 101 family-benefit funds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Certainty(models.TextChoices):
    """How sure we are of a code that no official list confirmed (``docs/domaine.md``)."""

    SEEN = "OUI", _("vu dans une source")
    PROBABLE = "PROBABLE", _("déduit de la règle générale")
    GUESSED = "NON", _("supposé, à confirmer")


class Caisse(models.Model):
    """A fund. The table is public knowledge and is not walled off: it carries no person's data."""

    code = models.CharField(_("code"), max_length=3, unique=True)
    nom = models.CharField(_("nom"), max_length=80)
    departement_code = models.CharField(_("numéro de département"), max_length=3)
    departement_nom = models.CharField(_("département"), max_length=60)
    region = models.CharField(_("région"), max_length=60)
    ville = models.CharField(_("siège"), max_length=60)
    siren = models.CharField(_("SIREN"), max_length=9, unique=True)
    code_certainty = models.CharField(
        _("certitude du code"), max_length=8, choices=Certainty.choices
    )
    ville_seen = models.BooleanField(_("siège vérifié"), default=False)

    class Meta:
        """Names and checks."""

        verbose_name = _("caisse")
        verbose_name_plural = _("caisses")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[0-9]{3}$"), name="caisse_code_three_digits"
            ),
            models.CheckConstraint(
                condition=models.Q(siren__regex=r"^[0-9]{9}$"), name="caisse_siren_nine_digits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.nom}"
