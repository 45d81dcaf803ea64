"""LignePlateforme and Remise: what the gateway says, and what it says it gave the bank."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from caf_portal.money import format_euros
from caisses.models import Caisse
from caisses.perms import Rights
from payments.models import Boutique
from rapprochement.models.files import FichierKind, FichierReleve


class RemiseQuerySet(models.QuerySet["Remise"]):
    """Questions asked of remittances."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)


class Remise(models.Model):
    """A remittance of a shop to the bank, summed from the lines of the JRB file that tells it.

    Amounts are in cents, debits less credits; ``net_cents`` = ``gross_cents`` - ``fee_cents``. A
    remittance that gave back more than it took is negative. The table only grows.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    boutique = models.ForeignKey(
        Boutique,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="+",
        verbose_name=_("boutique"),
    )
    fichier = models.ForeignKey(
        FichierReleve,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="remises",
        verbose_name=_("fichier"),
    )
    number = models.CharField(_("numéro"), max_length=20)
    remitted_on = models.DateField(_("remise le"))
    operations = models.IntegerField(_("opérations"))
    gross_cents = models.BigIntegerField(_("brut"))
    fee_cents = models.BigIntegerField(_("frais"))
    net_cents = models.BigIntegerField(_("net"))

    objects = RemiseQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("remise")
        verbose_name_plural = _("remises")
        indexes = [models.Index(fields=["caisse", "remitted_on"], name="remise_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="remise_by_caisse"),
            models.UniqueConstraint(
                fields=["boutique", "number", "remitted_on"], name="inv04_remise_once"
            ),
            models.CheckConstraint(
                condition=models.Q(net_cents=models.F("gross_cents") - models.F("fee_cents"))
                & models.Q(fee_cents__gte=0),
                name="remise_net_of_fees",
            ),
        ]

    def __str__(self) -> str:
        said = {"number": self.number, "jour": f"{self.remitted_on:%d/%m/%Y}"}
        return str(_("remise %(number)s du %(jour)s") % said)


class LignePlateformeQuerySet(models.QuerySet["LignePlateforme"]):
    """Questions asked of lines of the gateway's files."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)


class LignePlateforme(models.Model):
    """A line of a file of the gateway. The table only grows.

    ``amount_cents`` is signed: positive for money that comes to the fund, negative for what goes
    back (credit, cancellation, reduction, chargeback), zero for what moved nothing (a refusal).
    ``day_on`` is the Paris day of ``happened_at`` (UTC), or the day that the file gives.
    ``transaction_uuid`` is empty when the file does not have it: ``trans_id`` (6 characters) and
    ``order_reference`` are then all there is.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    fichier = models.ForeignKey(
        FichierReleve,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="lignes_plateforme",
        verbose_name=_("fichier"),
    )
    boutique = models.ForeignKey(
        Boutique,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="+",
        verbose_name=_("boutique"),
    )
    kind = models.CharField(_("nature"), max_length=8, choices=FichierKind.choices)
    rank = models.IntegerField(_("rang"))
    transaction_uuid = models.UUIDField(_("transaction"), null=True, blank=True)
    parent_uuid = models.UUIDField(_("transaction d’origine"), null=True, blank=True)
    trans_id = models.CharField(_("numéro"), max_length=6, blank=True)
    order_reference = models.CharField(_("commande"), max_length=64, blank=True)
    operation = models.CharField(_("opération"), max_length=24)
    status = models.CharField(_("état"), max_length=40, blank=True)
    amount_cents = models.BigIntegerField(_("montant"))
    currency = models.CharField(_("devise"), max_length=3, default="EUR")
    fee_cents = models.BigIntegerField(_("frais"), default=0)
    happened_at = models.DateTimeField(_("faite le"), null=True, blank=True)
    day_on = models.DateField(_("jour"))
    remise = models.ForeignKey(
        Remise,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="lignes",
        verbose_name=_("remise"),
    )
    reason = models.CharField(_("motif"), max_length=100, blank=True)

    objects = LignePlateformeQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("ligne de la plateforme")
        verbose_name_plural = _("lignes de la plateforme")
        indexes = [
            models.Index(fields=["caisse", "day_on", "kind"], name="ligne_pf_by_day"),
            models.Index(fields=["caisse", "transaction_uuid"], name="ligne_pf_by_uuid"),
            models.Index(fields=["boutique", "trans_id"], name="ligne_pf_by_trans_id"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="ligne_pf_by_caisse"),
            models.UniqueConstraint(fields=["fichier", "rank"], name="ligne_pf_rank_once"),
        ]

    def __str__(self) -> str:
        """Its file's kind, the transaction, the order, how much, which day."""
        name = " ".join(each for each in (self.kind, self.trans_id, self.order_reference) if each)
        return f"{name}, {format_euros(self.amount_cents)}, {self.day_on:%d/%m/%Y}"
