"""Compte and Journal: where a fund writes its money down."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse


class Compte(models.Model):
    """An account of a fund's own chart."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    number = models.CharField(_("numéro"), max_length=12)
    label = models.CharField(_("libellé"), max_length=100)

    class Meta:
        """Names and checks."""

        verbose_name = _("compte")
        verbose_name_plural = _("comptes")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "number"], name="compte_number_once"),
            models.UniqueConstraint(fields=["caisse", "id"], name="compte_by_caisse"),
            models.CheckConstraint(
                condition=models.Q(number__regex=r"^[0-9]{3,12}$"), name="compte_number_digits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"


class Journal(models.Model):
    """A journal of a fund."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    code = models.CharField(_("code"), max_length=6)
    label = models.CharField(_("libellé"), max_length=100)

    class Meta:
        """Names and checks."""

        verbose_name = _("journal")
        verbose_name_plural = _("journaux")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "code"], name="journal_code_once"),
            models.UniqueConstraint(fields=["caisse", "id"], name="journal_by_caisse"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"
