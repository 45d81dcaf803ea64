"""Preuve: a document given to a person, that a third party can check online by its code."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allocataires.models.allocataire import Allocataire
from caisses.models import Caisse


class PreuveKind(models.TextChoices):
    """What a document states."""

    RECU = "RECU", _("Reçu de paiement")
    RELEVE = "RELEVE", _("Relevé d’une dette")
    QUITTANCE = "QUITTANCE", _("Quittance")


class Preuve(models.Model):
    """What a document said when it was issued; the row never changes.

    Whoever holds the code learns whether it is true, the fund, the date and the amount, and
    nothing else. ``subject_id`` is the public identifier of the payment or of the debt.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    allocataire = models.ForeignKey(
        Allocataire,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="preuves",
        verbose_name=_("allocataire"),
    )
    code = models.CharField(_("code de vérification"), max_length=32)
    kind = models.CharField(_("document"), max_length=9, choices=PreuveKind.choices)
    subject_id = models.UUIDField(_("objet"))
    as_of_on = models.DateField(_("à la date du"))
    amount_cents = models.BigIntegerField(_("montant"))
    issued_at = models.DateTimeField(_("délivré le"))

    class Meta:
        """Names and checks."""

        verbose_name = _("preuve")
        verbose_name_plural = _("preuves")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "code"], name="preuve_code_once"),
            # The same document of the same day, asked for twice, is the same proof.
            models.UniqueConstraint(
                fields=["caisse", "kind", "subject_id", "as_of_on", "amount_cents"],
                name="preuve_once",
            ),
            models.CheckConstraint(condition=Q(amount_cents__gte=0), name="preuve_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
