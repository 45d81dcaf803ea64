"""Cloture and Validation: a day, a month or a year that is over, and what it made final."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from caisses.perms import Rights
from comptabilite.models.ecriture import Ecriture
from comptabilite.models.plan import Journal


class Periode(models.TextChoices):
    """How long a period is."""

    JOUR = "JOUR", _("Jour")
    MOIS = "MOIS", _("Mois")
    ANNEE = "ANNEE", _("Année")


class ClotureQuerySet(models.QuerySet["Cloture"]):
    """Questions asked of closings."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)

    def days(self, *, caisse_id: int) -> Self:
        """The closed days of a fund, the last one first."""
        return self.filter(caisse_id=caisse_id, periode=Periode.JOUR).order_by("-last_on")


class Cloture(models.Model):
    """A period of a fund that takes nothing any more. The table only grows.

    Days follow each other without a gap (``inv17_days_in_order``); a month needs all its days, a
    year all its months. ``first_on`` and ``last_on`` are Paris dates, both included. ``proof`` is
    what the proof of the period said when it closed (totals and residuals, cents).
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    periode = models.CharField(_("période"), max_length=5, choices=Periode.choices)
    first_on = models.DateField(_("du"))
    last_on = models.DateField(_("au"))
    closed_at = models.DateTimeField(_("clôturée le"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("clôturée par"),
    )
    ecritures = models.IntegerField(_("écritures"), default=0)
    debit_cents = models.BigIntegerField(_("total"), default=0)
    residual_cents = models.BigIntegerField(_("écart expliqué"), default=0)
    proof = models.JSONField(_("preuve"), default=dict)

    objects = ClotureQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("clôture")
        verbose_name_plural = _("clôtures")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="cloture_by_caisse"),
            models.UniqueConstraint(
                fields=["caisse", "periode", "last_on"], name="inv17_closed_once"
            ),
            models.CheckConstraint(
                condition=models.Q(first_on__lte=models.F("last_on"))
                & (~models.Q(periode=Periode.JOUR) | models.Q(first_on=models.F("last_on"))),
                name="cloture_period_makes_sense",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_periode_display()} {self.last_on:%d/%m/%Y}"


class Validation(models.Model):
    """What makes an écriture final: its number and its place in the chain, given once.

    Written by ``comptabilite_validate_day`` when its day closes. ``number`` has no gap in a
    journal and a year (``inv11_numbers_follow``); ``hash`` is that of the canonical form
    (``docs/journal-format.md``), chained to the écriture before it in the journal
    (``inv12_chain_holds``).
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    ecriture = models.OneToOneField(
        Ecriture,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="validation",
        verbose_name=_("écriture"),
    )
    journal = models.ForeignKey(
        Journal,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="+",
        verbose_name=_("journal"),
    )
    cloture = models.ForeignKey(
        Cloture,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="validations",
        verbose_name=_("clôture"),
    )
    exercice = models.SmallIntegerField(_("exercice"))
    number = models.IntegerField(_("numéro"))
    validated_on = models.DateField(_("validée le"))
    validated_at = models.DateTimeField(_("validée à"))
    previous_hash = models.CharField(_("empreinte précédente"), max_length=64)
    hash = models.CharField(_("empreinte"), max_length=64)

    class Meta:
        """Names and checks."""

        verbose_name = _("validation")
        verbose_name_plural = _("validations")
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "journal", "exercice", "number"], name="inv11_number_once"
            ),
            models.UniqueConstraint(
                fields=["caisse", "journal", "previous_hash"], name="inv12_chain_never_forks"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1)
                & models.Q(hash__regex=r"^[0-9a-f]{64}$")
                & models.Q(previous_hash__regex=r"^[0-9a-f]{64}$"),
                name="validation_well_formed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercice}-{self.number}"


class DemandeClotureQuerySet(models.QuerySet["DemandeCloture"]):
    """Questions asked of requests."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)

    def unfinished(self) -> Self:
        """Those that a worker does, or has still to do."""
        return self.filter(ended_at__isnull=True)


class DemandeCloture(models.Model):
    """What an accountant asked to close, and how far it is: kept before any worker is told.

    ``first_on`` is the day itself when only that one is asked; empty, every day until ``last_on``
    closes, then the months or the year that end by then (``periode``). ``refusal`` is the sentence
    by which it stopped before its end. A fund has one that is not ended.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    periode = models.CharField(_("période"), max_length=5, choices=Periode.choices)
    first_on = models.DateField(_("du"), null=True, blank=True)
    last_on = models.DateField(_("au"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par")
    )
    asked_at = models.DateTimeField(_("demandée le"))
    #: Times that a worker took it: one that stops every worker is given up.
    attempts = models.SmallIntegerField(_("essais"), default=0)
    days_closed = models.IntegerField(_("jours clôturés"), default=0)
    ended_at = models.DateTimeField(_("terminée le"), null=True, blank=True)
    refusal = models.TextField(_("pourquoi elle s’est arrêtée"), max_length=1000, blank=True)

    objects = DemandeClotureQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("demande de clôture")
        verbose_name_plural = _("demandes de clôture")
        constraints = [
            models.UniqueConstraint(
                fields=["caisse"],
                condition=models.Q(ended_at__isnull=True),
                name="demande_cloture_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(first_on__isnull=True)
                | models.Q(periode=Periode.JOUR, first_on=models.F("last_on")),
                name="demande_cloture_one_day_is_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_periode_display()} {self.last_on:%d/%m/%Y}"
