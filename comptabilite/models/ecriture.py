"""Ecriture and Ligne: double entry in two positive columns. Both tables only grow."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from caisses.perms import Rights
from comptabilite.models.events import Evenement
from comptabilite.models.plan import Compte, Journal


class EcritureQuerySet(models.QuerySet["Ecriture"]):
    """Questions asked of écritures."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)


class Ecriture(models.Model):
    """One fact written down: two lines or more, balanced, of one fund (invariants 1, 2).

    ``origin_on`` is the Paris date of the fact; ``accounting_on``, decided once, is the same day,
    or the first open one after it when the fact is learnt late; ``recorded_at`` is the UTC
    instant it was written. It is a draft until its day is closed (``Validation``).
    ``source_id`` names what is booked (for a card payment, the PayZen transaction), so that
    nothing is booked twice (invariant 4).
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    journal = models.ForeignKey(
        Journal, on_delete=models.PROTECT, db_constraint=False, verbose_name=_("journal")
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.CharField(_("événement"), max_length=24, choices=Evenement.choices)
    accounting_on = models.DateField(_("date comptable"))
    origin_on = models.DateField(_("date du fait"))
    recorded_at = models.DateTimeField(_("enregistrée le"))
    label = models.CharField(_("libellé"), max_length=120)
    piece = models.CharField(_("pièce"), max_length=40)
    source_id = models.UUIDField(_("origine"))
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="reversed_by",
        verbose_name=_("annule l’écriture"),
    )
    reason = models.CharField(_("motif"), max_length=200, blank=True)

    objects = EcritureQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("écriture")
        verbose_name_plural = _("écritures")
        indexes = [
            models.Index(fields=["caisse", "journal", "accounting_on"], name="ecriture_by_journal"),
            models.Index(fields=["caisse", "origin_on"], name="ecriture_by_origin"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="ecriture_by_caisse"),
            models.UniqueConstraint(
                fields=["caisse", "source_id"],
                condition=models.Q(reverses__isnull=True),
                name="inv04_ecriture_booked_once",
            ),
            models.CheckConstraint(
                condition=models.Q(accounting_on__gte=models.F("origin_on")),
                name="ecriture_never_before_its_fact",
            ),
            models.CheckConstraint(
                condition=models.Q(reverses__isnull=True) | ~models.Q(reason=""),
                name="inv01_reversal_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        said = {"piece": self.piece, "jour": f"{self.accounting_on:%d/%m/%Y}"}
        return str(_("%(piece)s du %(jour)s") % said)


class Ligne(models.Model):
    """One line: an account, debited or credited, never both."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    ecriture = models.ForeignKey(
        Ecriture,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="lignes",
        verbose_name=_("écriture"),
    )
    position = models.SmallIntegerField(_("position"))
    compte = models.ForeignKey(
        Compte, on_delete=models.PROTECT, db_constraint=False, verbose_name=_("compte")
    )
    auxiliaire = models.CharField(_("compte auxiliaire"), max_length=40, blank=True)
    label = models.CharField(_("libellé"), max_length=120)
    debit_cents = models.BigIntegerField(_("débit"), default=0)
    credit_cents = models.BigIntegerField(_("crédit"), default=0)

    class Meta:
        """Names and checks."""

        verbose_name = _("ligne")
        verbose_name_plural = _("lignes")
        indexes = [
            models.Index(fields=["caisse", "compte", "ecriture"], name="ligne_by_compte"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="ligne_by_caisse"),
            models.UniqueConstraint(fields=["ecriture", "position"], name="ligne_position_once"),
            models.CheckConstraint(
                condition=models.Q(debit_cents__gt=0, credit_cents=0)
                | models.Q(debit_cents=0, credit_cents__gt=0),
                name="inv02_ligne_debit_or_credit",
            ),
        ]

    def __str__(self) -> str:
        return f"ligne {self.position}"
