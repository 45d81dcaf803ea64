"""SchemaComptable: how each event of a fund becomes an écriture, from a given date on."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from allocataires.nomenclature import Famille
from caisses.models import Caisse
from comptabilite.models.plan import Compte, Journal


class Evenement(models.TextChoices):
    """What happens to money and must be written down."""

    CARD_PAYMENT = "CARD_PAYMENT", _("Paiement par carte d’une créance")
    UNIDENTIFIED_RECEIPT = "UNIDENTIFIED_RECEIPT", _("Encaissement à identifier")
    CARD_REFUND = "CARD_REFUND", _("Somme rendue sur une créance")
    SUSPENSE_REFUND = "SUSPENSE_REFUND", _("Somme à identifier rendue")
    SUSPENSE_TO_DEBT = "SUSPENSE_TO_DEBT", _("Somme à identifier affectée à une créance")
    REMISSION = "REMISSION", _("Remise de dette accordée")
    DEBT_SENT = "DEBT_SENT", _("Créance partie vers une autre caisse")
    DEBT_RECEIVED = "DEBT_RECEIVED", _("Créance venue d’une autre caisse")
    RECEIPT_SENT = "RECEIPT_SENT", _("Encaissement transmis à une autre caisse")
    RECEIPT_RECEIVED = "RECEIPT_RECEIVED", _("Encaissement reçu par une autre caisse")


class SchemaComptable(models.Model):
    """One version of a fund's rules, in force from ``effective_on`` until the next one."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    effective_on = models.DateField(_("en vigueur à partir du"))
    label = models.CharField(_("libellé"), max_length=100)

    class Meta:
        """Names and checks."""

        verbose_name = _("schéma comptable")
        verbose_name_plural = _("schémas comptables")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "effective_on"], name="schema_date_once"),
            models.UniqueConstraint(fields=["caisse", "id"], name="schema_by_caisse"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.effective_on:%Y-%m-%d})"


class RegleComptableQuerySet(models.QuerySet["RegleComptable"]):
    """Questions asked of rules."""

    def in_force(self, *, caisse_id: int, on: date) -> "RegleComptableQuerySet":
        """Rules of the fund's latest scheme effective on this accounting date (Paris)."""
        latest = (
            SchemaComptable.objects.filter(caisse_id=caisse_id, effective_on__lte=on)
            .order_by("-effective_on")
            .values("pk")[:1]
        )
        return self.filter(caisse_id=caisse_id, schema=latest).order_by("pk")


class RegleComptable(models.Model):
    """For one event and one family of benefits: which account is debited, which credited.

    ``famille`` is empty when the rule serves every family that has no rule of its own.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    schema = models.ForeignKey(
        SchemaComptable,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="regles",
        verbose_name=_("schéma"),
    )
    event = models.CharField(_("événement"), max_length=24, choices=Evenement.choices)
    famille = models.CharField(_("famille"), max_length=5, choices=Famille.choices, blank=True)
    journal = models.ForeignKey(
        Journal,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="+",
        verbose_name=_("journal"),
    )
    debit = models.ForeignKey(
        Compte,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="+",
        verbose_name=_("compte débité"),
    )
    credit = models.ForeignKey(
        Compte,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="+",
        verbose_name=_("compte crédité"),
    )

    objects = RegleComptableQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("règle comptable")
        verbose_name_plural = _("règles comptables")
        constraints = [
            models.UniqueConstraint(fields=["schema", "event", "famille"], name="regle_once"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.famille or '*'}"
