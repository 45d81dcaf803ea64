"""Lettrage: lines of one account that answer each other and sum to nothing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from comptabilite.models.ecriture import Ligne
from comptabilite.models.plan import Compte


class Lettrage(models.Model):
    """A group of lines of one account whose debits equal its credits (``inv18_lettrage_balanced``).

    ``code`` (A, B … Z, AA …) is given once an account, by the database. It may be undone once,
    when a chargeback or a reversal brings a debt back: the rows stay, so that what was lettered on
    a past day is still known. Dates are Paris dates, instants UTC.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    compte = models.ForeignKey(
        Compte,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="lettrages",
        verbose_name=_("compte"),
    )
    rank = models.IntegerField(_("rang"))
    code = models.CharField(_("lettre"), max_length=8)
    lettered_on = models.DateField(_("lettré le"))
    lettered_at = models.DateTimeField(_("lettré à"))
    reason = models.CharField(_("motif"), max_length=120)
    undone_at = models.DateTimeField(_("délettré à"), null=True, blank=True)
    undone_reason = models.CharField(_("motif du délettrage"), max_length=120, blank=True)

    class Meta:
        """Names and checks."""

        verbose_name = _("lettrage")
        verbose_name_plural = _("lettrages")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="lettrage_by_caisse"),
            models.UniqueConstraint(fields=["caisse", "compte", "rank"], name="lettrage_rank_once"),
            models.UniqueConstraint(fields=["caisse", "compte", "code"], name="lettrage_code_once"),
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True) | ~models.Q(undone_reason=""),
                name="lettrage_undone_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        said = {"code": self.code, "jour": f"{self.lettered_on:%d/%m/%Y}"}
        return str(_("lettre %(code)s du %(jour)s") % said)


class LigneLettree(models.Model):
    """A line in a lettrage; ``live`` until the lettrage is undone: one live lettrage a line.

    A remittance may letter a million lines at once: ``inv18_lettrage_balanced`` reads those of a
    statement together, fund, account and sum, where keys would look each up; no index that a
    unique key gives.
    """

    caisse = models.ForeignKey(
        Caisse, on_delete=models.PROTECT, db_constraint=False, verbose_name=_("caisse")
    )
    lettrage = models.ForeignKey(
        Lettrage,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="lignes",
        verbose_name=_("lettrage"),
    )
    ligne = models.ForeignKey(
        Ligne,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="lettrages",
        verbose_name=_("ligne"),
    )
    live = models.BooleanField(_("en vigueur"), default=True)

    class Meta:
        """Names and checks."""

        verbose_name = _("ligne lettrée")
        verbose_name_plural = _("lignes lettrées")
        constraints = [
            models.UniqueConstraint(
                fields=["ligne"], condition=models.Q(live=True), name="inv18_ligne_lettered_once"
            ),
            models.UniqueConstraint(fields=["lettrage", "ligne"], name="ligne_in_a_lettrage_once"),
        ]

    def __str__(self) -> str:
        return f"ligne {self.ligne_id}"
