"""Transaction: one operation at the platform, as it last described it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from allocataires.models import Echeance
from caisses.models import Caisse
from payments.models.boutique import Boutique
from payments.models.payment import Payment


class Operation(models.TextChoices):
    """Direction of the money."""

    DEBIT = "DEBIT", _("paiement")
    CREDIT = "CREDIT", _("remboursement")
    VERIFICATION = "VERIFICATION", _("vérification")


class Transaction(models.Model):
    """One PayZen transaction. ``uuid`` is the platform's own; booked at most once (invariant 4)."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    boutique = models.ForeignKey(
        Boutique, on_delete=models.PROTECT, db_constraint=False, verbose_name=_("boutique")
    )
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="transactions",
        verbose_name=_("paiement"),
    )
    uuid = models.UUIDField(_("identifiant de la plateforme"), default=uuid.uuid4)
    sequence_number = models.IntegerField(_("numéro de séquence"), default=0)
    operation = models.CharField(_("opération"), max_length=12, choices=Operation.choices)
    gateway_status = models.CharField(_("état chez la plateforme"), max_length=40)
    amount_cents = models.BigIntegerField(_("montant"))
    currency = models.CharField(_("devise"), max_length=3)
    card_brand = models.CharField(_("réseau"), max_length=40, blank=True)
    card_number = models.CharField(_("carte (masquée)"), max_length=36, blank=True)
    authorisation = models.CharField(_("autorisation"), max_length=20, blank=True)
    refusal = models.CharField(_("motif de refus"), max_length=20, blank=True)
    #: What the bank and the platform gave as the reason; agents read it, debtors never do.
    refusal_code = models.CharField(_("code de refus"), max_length=40, blank=True)
    #: How far along it is by the last report (``Stage``): a lower one that comes late is old news.
    stage = models.SmallIntegerField(_("avancement"), default=0)
    echeance = models.ForeignKey(
        Echeance,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="transactions",
        verbose_name=_("échéance"),
    )
    first_seen_at = models.DateTimeField(_("vue le"))
    updated_at = models.DateTimeField(_("mise à jour le"))

    class Meta:
        """Names and checks."""

        verbose_name = _("transaction")
        verbose_name_plural = _("transactions")
        constraints = [
            models.UniqueConstraint(fields=["boutique", "uuid"], name="inv04_transaction_once"),
            models.UniqueConstraint(fields=["caisse", "id"], name="transaction_by_caisse"),
            models.CheckConstraint(
                condition=models.Q(amount_cents__gte=0), name="transaction_amount_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.uuid.hex
