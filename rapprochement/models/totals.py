"""TotalJour and TotalFichier: sums of what changes no more, so that no proof reads years."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from comptabilite.models import Compte
from rapprochement.models.files import FichierReleve


class TotalJour(models.Model):
    """What a closed day holds on an account 511x, by event: exact for good, as a closed day takes
    nothing (invariant 17).

    Written by the database when the day closes, from the view that reads the lines themselves
    (``rapprochement_jour_511``); the first closing also totals what was written on days before it.
    ``amount_cents``: debits less credits; ``ecritures``: those that are no reversal. Every account
    511x, not only the one that the scheme uses today. The table only grows.
    """

    caisse = models.ForeignKey(
        Caisse,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        verbose_name=_("caisse"),
    )
    compte = models.ForeignKey(
        Compte,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("compte"),
    )
    day_on = models.DateField(_("jour"))
    #: One of ``Evenement``.
    event = models.CharField(_("événement"), max_length=24)
    ecritures = models.IntegerField(_("écritures"))
    amount_cents = models.BigIntegerField(_("montant"))

    class Meta:
        """Names and checks."""

        verbose_name = _("total d’un jour clos")
        verbose_name_plural = _("totaux des jours clos")
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "compte", "day_on", "event"], name="inv17_day_totalled_once"
            ),
        ]

    def __str__(self) -> str:
        return f"total {self.event} {self.day_on:%d/%m/%Y}"


class TotalFichier(models.Model):
    """What a file of the platform tells of a Paris day: its operations
    (``rapprochement/operations.py``) and their sum, in cents.

    Written by the database with the lines themselves, which change no more; a file that comes late
    adds rows of its own, so that the sum until a day is exact whenever the files came.
    """

    caisse = models.ForeignKey(
        Caisse,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        verbose_name=_("caisse"),
    )
    fichier = models.ForeignKey(
        FichierReleve,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="totaux",
        verbose_name=_("fichier"),
    )
    day_on = models.DateField(_("jour"))
    operations = models.IntegerField(_("opérations"))
    amount_cents = models.BigIntegerField(_("montant"))

    class Meta:
        """Names and checks."""

        verbose_name = _("total d’un fichier")
        verbose_name_plural = _("totaux des fichiers")
        indexes = [models.Index(fields=["caisse", "day_on"], name="total_fichier_by_day")]

    def __str__(self) -> str:
        return f"total du {self.day_on:%d/%m/%Y}"
