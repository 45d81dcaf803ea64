"""Impaye: a payment that the holder's bank took back."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from caisses.perms import Rights
from payments.models import Payment, Transaction
from rapprochement.models.gateway import LignePlateforme


class ImpayeStatus(models.TextChoices):
    """What became of it."""

    ROUVERT = "ROUVERT", _("Dette de nouveau due")
    A_TRAITER = "A_TRAITER", _("À traiter par un agent")


class ImpayeQuerySet(models.QuerySet["Impaye"]):
    """Questions asked of chargebacks."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)


class Impaye(models.Model):
    """A chargeback told by a JRI file: its debts owe again what it took (movement ``IMPAYE``), and
    an écriture says so. ``public_id`` is the source of both. A transaction that the portal does
    not know has no payment and waits for an agent. The table only grows."""

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
        return f"impayé {self.pk}"
