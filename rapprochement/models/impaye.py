"""Impaye: a payment that the holder's bank took back, or gave back since, and what was booked."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from caf_portal.money import format_euros
from caisses.models import Caisse
from caisses.perms import Rights
from comptabilite.models import Ecriture
from payments.models import Payment, Transaction
from rapprochement.models.gateway import LignePlateforme


class ImpayeStatus(models.TextChoices):
    """What became of it."""

    ROUVERT = "ROUVERT", _("Dette de nouveau due")
    A_TRAITER = "A_TRAITER", _("À enregistrer par un comptable")


class ImpayeQuerySet(models.QuerySet["Impaye"]):
    """Questions asked of chargebacks."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)


class Impaye(models.Model):
    """A chargeback told by a JRI file: its debts owe again what it took (movement ``IMPAYE``), and
    an écriture says so. ``public_id`` is the source of both. What does not fit, or has no payment
    here, and what a bank gave back of a chargeback (its line is positive) wait for an accountant
    (``SuiteImpaye``). The table only grows."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plateforme = models.OneToOneField(
        LignePlateforme,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="impaye",
        verbose_name=_("ligne de la plateforme"),
    )
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="impayes",
        verbose_name=_("paiement"),
    )
    transaction = models.ForeignKey(
        Transaction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="impayes",
        verbose_name=_("transaction"),
    )
    amount_cents = models.BigIntegerField(_("montant"))
    charged_on = models.DateField(_("repris le"))
    reason = models.CharField(_("motif"), max_length=100, blank=True)
    status = models.CharField(_("état"), max_length=9, choices=ImpayeStatus.choices)
    recorded_at = models.DateTimeField(_("enregistré le"))

    objects = ImpayeQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("impayé")
        verbose_name_plural = _("impayés")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="impaye_by_caisse"),
            models.UniqueConstraint(
                fields=["transaction"],
                condition=models.Q(transaction__isnull=False),
                name="inv04_impaye_once",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="impaye_amount_positive"
            ),
        ]

    def __str__(self) -> str:
        said = {
            "amount": format_euros(self.amount_cents),
            "jour": f"{self.charged_on:%d/%m/%Y}",
        }
        return str(_("impayé de %(amount)s du %(jour)s") % said)

    @property
    def is_given_back(self) -> bool:
        """Whether the bank gave money back, instead of taking it."""
        return self.plateforme.amount_cents > 0


class SuiteKind(models.TextChoices):
    """What an accountant booked."""

    REPRIS = "REPRIS", _("Impayé enregistré")
    RENDU = "RENDU", _("Impayé rendu par la banque, enregistré")


class SuiteImpaye(models.Model):
    """What an accountant booked of a chargeback that the portal could not: once, with its écriture.

    ``beyond_cents`` is what of it is on the suspense account without being the payment's: what a
    bank took beyond what was left, or, of what a bank gave back, what ends that wait or is more
    than it ever took. The table only grows.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    impaye = models.OneToOneField(
        Impaye,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="suite",
        verbose_name=_("impayé"),
    )
    kind = models.CharField(_("suite"), max_length=6, choices=SuiteKind.choices)
    transaction = models.ForeignKey(
        Transaction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("transaction"),
    )
    ecriture = models.OneToOneField(
        Ecriture,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="+",
        verbose_name=_("écriture"),
    )
    beyond_cents = models.BigIntegerField(_("au-delà du paiement"))
    note = models.CharField(_("note"), max_length=300)
    booked_at = models.DateTimeField(_("enregistré le"))
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par")
    )

    class Meta:
        """Names and checks."""

        verbose_name = _("suite donnée à un impayé")
        verbose_name_plural = _("suites données aux impayés")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(beyond_cents__gte=0), name="suite_impaye_beyond_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"suite d’impayé {self.pk}"
