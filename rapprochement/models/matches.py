"""What answers what: a gateway line and a ledger line, a bank line and its écriture."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from comptabilite.models import Ecriture, Ligne
from rapprochement.models.bank import LigneBanque
from rapprochement.models.gateway import LignePlateforme, Remise


class Regle(models.TextChoices):
    """How two sides were found to answer each other."""

    EXACTE = "EXACTE", _("Même transaction, même montant")
    REFERENCE = "REFERENCE", _("Même commande, même numéro, même montant")
    REMISE = "REMISE", _("Numéro de remise dans le libellé, même montant")
    MONTANT = "MONTANT", _("Même montant, à la date attendue, sans autre candidat")
    GROUPE = "GROUPE", _("Plusieurs remises d’un même jour pour une ligne")
    AGENT = "AGENT", _("Choisi par un agent")


class Appariement(models.Model):
    """A gateway line and the line of 511x that books it. Each answers once (a ledger line once a
    kind of file: a transaction is told by JT, then by JRB). The table only grows.

    A million pairs a day for a large fund: ``inv21_pairs_agree`` reads all the pairs of a statement
    together, fund, lines and amounts, where keys would look each up; no index that a unique key
    gives.
    """

    caisse = models.ForeignKey(
        Caisse, on_delete=models.PROTECT, db_constraint=False, verbose_name=_("caisse")
    )
    plateforme = models.OneToOneField(
        LignePlateforme,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="appariement",
        verbose_name=_("ligne de la plateforme"),
    )
    kind = models.CharField(_("nature"), max_length=8)
    ligne = models.ForeignKey(
        Ligne,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="appariements",
        verbose_name=_("ligne d’écriture"),
    )
    regle = models.CharField(_("règle"), max_length=9, choices=Regle.choices)
    matched_at = models.DateTimeField(_("rapprochées le"))
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("par"),
    )

    class Meta:
        """Names and checks."""

        verbose_name = _("appariement")
        verbose_name_plural = _("appariements")
        constraints = [
            models.UniqueConstraint(
                fields=["ligne", "kind"], name="inv21_ledger_line_matched_once"
            ),
        ]

    def __str__(self) -> str:
        return f"appariement {self.pk}"


class ImputationKind(models.TextChoices):
    """What a bank line is."""

    REMISE = "REMISE", _("Remise de la plateforme")
    REPRISE = "REPRISE", _("Reprise de la plateforme (impayés, remboursements)")
    FRAIS = "FRAIS", _("Frais")
    ATTENTE = "ATTENTE", _("Somme à identifier")
    ETRANGERE = "ETRANGERE", _("Étrangère au portail")


class ImputationQuerySet(models.QuerySet["Imputation"]):
    """Imputations, in the house's words."""

    def in_force(self) -> Self:
        """Those that nobody corrected: one a line at most."""
        return self.filter(corrected_at__isnull=True)


class Imputation(models.Model):
    """What a bank line is, and the écriture that says so: one in force a line. A row is never
    erased; a mistake is corrected once, with a reason: its écriture is reversed, and the line waits
    for another imputation, with an écriture of its own."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    ligne = models.ForeignKey(
        LigneBanque,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="imputations",
        verbose_name=_("ligne de banque"),
    )
    kind = models.CharField(_("nature"), max_length=9, choices=ImputationKind.choices)
    regle = models.CharField(_("règle"), max_length=9, choices=Regle.choices)
    ecriture = models.OneToOneField(
        Ecriture,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="imputation",
        verbose_name=_("écriture"),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    imputed_at = models.DateTimeField(_("imputée le"))
    imputed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("par"),
    )
    corrected_at = models.DateTimeField(_("corrigée le"), null=True, blank=True)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("corrigée par"),
    )
    corrected_reason = models.CharField(_("motif de la correction"), max_length=200, blank=True)

    objects = ImputationQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("imputation")
        verbose_name_plural = _("imputations")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="imputation_by_caisse"),
            models.CheckConstraint(
                condition=~models.Q(regle="AGENT") | models.Q(imputed_by__isnull=False),
                name="imputation_by_an_agent_has_a_name",
            ),
            models.UniqueConstraint(
                fields=["ligne"],
                condition=models.Q(corrected_at__isnull=True),
                name="inv21_line_imputed_once",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    corrected_at__isnull=True, corrected_by__isnull=True, corrected_reason=""
                )
                | models.Q(corrected_at__isnull=False, corrected_by__isnull=False)
                & ~models.Q(corrected_reason=""),
                name="imputation_corrected_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"imputation {self.pk}"


class RemiseBanqueQuerySet(models.QuerySet["RemiseBanque"]):
    """What bank lines brought, in the house's words."""

    def in_force(self) -> Self:
        """What imputations in force say."""
        return self.filter(imputation__corrected_at__isnull=True)


class RemiseBanque(models.Model):
    """How much of a remittance a bank line brought: a line may bring several remittances, a
    remittance may come in several lines. Signed cents, gross. The table only grows; what a
    corrected imputation said does not count."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    imputation = models.ForeignKey(
        Imputation,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="remises",
        verbose_name=_("imputation"),
    )
    remise = models.ForeignKey(
        Remise,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="banques",
        verbose_name=_("remise"),
    )
    gross_cents = models.BigIntegerField(_("brut"))
    fee_cents = models.BigIntegerField(_("frais"), default=0)

    objects = RemiseBanqueQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("remise reçue en banque")
        verbose_name_plural = _("remises reçues en banque")
        constraints = [
            models.UniqueConstraint(fields=["imputation", "remise"], name="remise_banque_once"),
        ]

    def __str__(self) -> str:
        return f"remise reçue {self.pk}"
