"""SchemaComptable: how each event of a fund becomes an écriture, from a given date on."""

from collections.abc import Collection
from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from allocataires.nomenclature import Famille
from caisses.models import Caisse
from caisses.perms import Rights
from comptabilite.models.events import Evenement
from comptabilite.models.plan import Auxiliaire, Compte, Journal, JournalKind


class SchemaStatus(models.TextChoices):
    """A draft is nobody's rule; an adopted version is not changed, and once begun, for ever."""

    BROUILLON = "BROUILLON", _("Brouillon")
    ADOPTE = "ADOPTE", _("Adopté")


class RemittanceMode(models.TextChoices):
    """How the acquirer pays a fund."""

    NETTE = "NETTE", _("Nette : frais déduits de chaque remise")
    BRUTE = "BRUTE", _("Brute : frais débités à part")


class SchemaComptableQuerySet(models.QuerySet["SchemaComptable"]):
    """Questions asked of schemes."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)

    def locked(self) -> Self:
        """In a fixed order, without blocking foreign-key checks."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)

    def in_force(self, *, caisse_id: int, on: date) -> "SchemaComptableQuerySet":
        """The fund's version that rules this accounting date (Paris): one at most."""
        adopted = self.filter(caisse_id=caisse_id, effective_on__lte=on, status=SchemaStatus.ADOPTE)
        return adopted.order_by("-effective_on")[:1]


class SchemaComptable(models.Model):
    """One version of a fund's rules, in force from ``effective_on`` until the next one.

    Only adopted versions rule. Adopted, nothing of it changes (until its first day it may become
    a draft again), and it cannot begin on a day that already has écritures or is closed
    (``inv19_schema_frozen``), so that a past export is built again
    with the parameters of its day. ``booked_elsewhere`` are the events that the fund's software
    writes in its own books, and that are not written here.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    effective_on = models.DateField(_("en vigueur à partir du"))
    label = models.CharField(_("libellé"), max_length=100)
    status = models.CharField(
        _("état"), max_length=9, choices=SchemaStatus.choices, default=SchemaStatus.ADOPTE
    )
    remittance_mode = models.CharField(
        _("remises de la plateforme"),
        max_length=5,
        choices=RemittanceMode.choices,
        default=RemittanceMode.NETTE,
    )
    booked_elsewhere = ArrayField(
        models.CharField(max_length=24, choices=Evenement.choices),
        verbose_name=_("événements écrits par le logiciel de la caisse"),
        default=list,
        blank=True,
    )
    drafted_at = models.DateTimeField(_("rédigé le"), null=True, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("rédigé par"),
    )
    adopted_at = models.DateTimeField(_("adopté le"), null=True, blank=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("adopté par"),
    )

    objects = SchemaComptableQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("schéma comptable")
        verbose_name_plural = _("schémas comptables")
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "effective_on"],
                condition=models.Q(status="ADOPTE"),
                name="schema_date_once",
            ),
            models.UniqueConstraint(
                fields=["caisse"],
                condition=models.Q(status="BROUILLON"),
                name="schema_one_draft",
            ),
            models.UniqueConstraint(fields=["caisse", "id"], name="schema_by_caisse"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.effective_on:%d/%m/%Y})"


class RegleComptableQuerySet(models.QuerySet["RegleComptable"]):
    """Questions asked of rules."""

    def of_open_day(
        self, *, caisse_id: int, on: date, events: Collection[str]
    ) -> "models.RawQuerySet[RegleComptable]":
        """Rules of these events in force on the first open day from ``on``, each with that day as
        ``open_on``: one statement for a booking, and until the transaction ends no day closes and
        no version is adopted (``comptabilite_rules_of_open_day``)."""
        return self.raw(
            "SELECT * FROM comptabilite_rules_of_open_day(%s, %s, %s)",
            [caisse_id, on, [str(event) for event in events]],
        )

    def in_force(self, *, caisse_id: int, on: date) -> "RegleComptableQuerySet":
        """Rules of the fund's latest scheme effective on this accounting date (Paris)."""
        latest = SchemaComptable.objects.in_force(caisse_id=caisse_id, on=on).values("pk")
        return self.filter(caisse_id=caisse_id, schema=latest).with_auxiliaries()

    def with_auxiliaries(self) -> "RegleComptableQuerySet":
        """In order, each with ``debit_auxiliaire`` and ``credit_auxiliaire`` (``Auxiliaire``, or
        ``None`` when the scheme says nothing of the account)."""
        return self.order_by("pk").annotate(
            debit_auxiliaire=_auxiliary_of("debit_id"),
            credit_auxiliaire=_auxiliary_of("credit_id"),
        )


def _auxiliary_of(column: str) -> models.Subquery:
    named = CompteSchema.objects.filter(
        schema=models.OuterRef("schema_id"), compte=models.OuterRef(column)
    )
    return models.Subquery(named.values("auxiliaire")[:1])


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


class JournalSchema(models.Model):
    """What a journal is called under a version of the scheme."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    schema = models.ForeignKey(
        SchemaComptable,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="journaux",
        verbose_name=_("schéma"),
    )
    journal = models.ForeignKey(
        Journal,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="+",
        verbose_name=_("journal"),
    )
    label = models.CharField(_("libellé"), max_length=100)
    kind = models.CharField(_("genre"), max_length=12, choices=JournalKind.choices)

    class Meta:
        """Names and checks."""

        verbose_name = _("journal d’un schéma")
        verbose_name_plural = _("journaux d’un schéma")
        constraints = [
            models.UniqueConstraint(fields=["schema", "journal"], name="journal_schema_once"),
        ]

    def __str__(self) -> str:
        return self.label


class CompteSchema(models.Model):
    """What an account is called under a version of the scheme, and what its auxiliary names."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    schema = models.ForeignKey(
        SchemaComptable,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="comptes",
        verbose_name=_("schéma"),
    )
    compte = models.ForeignKey(
        Compte,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="+",
        verbose_name=_("compte"),
    )
    label = models.CharField(_("libellé"), max_length=100)
    auxiliaire = models.CharField(
        _("compte auxiliaire"),
        max_length=8,
        choices=Auxiliaire.choices,
        default=Auxiliaire.CREANCE,
    )

    class Meta:
        """Names and checks."""

        verbose_name = _("compte d’un schéma")
        verbose_name_plural = _("comptes d’un schéma")
        constraints = [
            models.UniqueConstraint(fields=["schema", "compte"], name="compte_schema_once"),
        ]

    def __str__(self) -> str:
        return self.label
