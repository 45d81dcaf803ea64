"""Compte and Journal: where a fund writes its money down."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse


class Compte(models.Model):
    """An account of a fund's own chart. ``label`` is what it was called when it was opened; what it
    is called at a date is said by the scheme of that date (``CompteSchema``)."""

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


class JournalKind(models.TextChoices):
    """What a journal is for."""

    ENCAISSEMENT = "ENCAISSEMENT", _("Encaissements en ligne")
    BANQUE = "BANQUE", _("Banque")
    PRESTATIONS = "PRESTATIONS", _("Créances et retenues")
    DIVERS = "DIVERS", _("Opérations diverses")


class Auxiliaire(models.TextChoices):
    """What the auxiliary account of a line names."""

    AUCUN = "AUCUN", _("Aucun")
    PERSONNE = "PERSONNE", _("Le numéro de la personne")
    CREANCE = "CREANCE", _("La dette : numéro de la personne, nature et rang")


class Journal(models.Model):
    """A journal of a fund. ``label`` is what it was called when it was opened; what it is called
    at a date is said by the scheme of that date (``JournalSchema``)."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    code = models.CharField(_("code"), max_length=6)
    label = models.CharField(_("libellé"), max_length=100)
    kind = models.CharField(
        _("genre"), max_length=12, choices=JournalKind.choices, default=JournalKind.DIVERS
    )

    class Meta:
        """Names and checks."""

        verbose_name = _("journal")
        verbose_name_plural = _("journaux")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "code"], name="journal_code_once"),
            models.UniqueConstraint(fields=["caisse", "id"], name="journal_by_caisse"),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[A-Z0-9]{2,6}$"), name="journal_code_plain"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"
