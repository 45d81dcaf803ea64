"""Anomalie: something that does not fit and that a person must settle."""

import re
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from caf_portal.money import format_euros
from caf_portal.paris import paris_date
from caisses.models import Caisse
from caisses.perms import Rights
from comptabilite.models.ecriture import Ligne

#: How the portal names a payment, wherever words tell of it.
_PAYMENT: Final = re.compile(r"P\d{6}-[0-9A-Z]{8}")


class AnomalieKind(models.TextChoices):
    """What did not fit."""

    AMOUNT_MISMATCH = "AMOUNT_MISMATCH", _("Montant différent de celui demandé")
    CURRENCY_MISMATCH = "CURRENCY_MISMATCH", _("Devise différente de celle demandée")
    UNKNOWN_ORDER = "UNKNOWN_ORDER", _("Paiement d’une commande inconnue")
    SECOND_PAYMENT = "SECOND_PAYMENT", _("Second encaissement pour le même paiement")
    SURPLUS = "SURPLUS", _("Trop-perçu : la dette avait diminué entre-temps")
    DOUBLE_COLLECTION = (
        "DOUBLE_COLLECTION",
        _("Paiement et retenue le même mois sur la même dette"),
    )
    MUTATION_TO_FINISH = "MUTATION_TO_FINISH", _("Dette partie vers une autre caisse à rapprocher")
    EXCHANGE_FAILED = "EXCHANGE_FAILED", _("Échange avec le logiciel de la caisse à reprendre")
    DEBT_MOVED = "DEBT_MOVED", _("Paiement reçu sur une dette qui n’était plus à payer ici")
    UNANSWERED = "UNANSWERED", _("Paiement resté sans réponse de la plateforme")
    UNKNOWN_STATUS = "UNKNOWN_STATUS", _("Réponse inconnue de la plateforme")
    NOT_COLLECTED = "NOT_COLLECTED", _("Paiement enregistré que la banque n’a pas remis")
    REMITTANCE_SUSPENDED = (
        "REMITTANCE_SUSPENDED",
        _("Paiement enregistré dont la remise est suspendue"),
    )
    BACK_OFFICE_OPERATION = "BACK_OFFICE_OPERATION", _("Opération faite chez la plateforme")
    REFUND_FAILED = "REFUND_FAILED", _("Remboursement refusé par la plateforme")
    REFUSED_INSTALMENT = "REFUSED_INSTALMENT", _("Échéance refusée par la banque")
    OVERDUE_INSTALMENT = "OVERDUE_INSTALMENT", _("Échéance non payée à sa date")
    UNKNOWN_INSTALMENT = (
        "UNKNOWN_INSTALMENT",
        _("Encaissement qui ne correspond à aucune échéance"),
    )
    UNREADABLE_NOTIFICATION = "UNREADABLE_NOTIFICATION", _("Notification illisible")
    SHOP_DRIFT = "SHOP_DRIFT", _("Réglage d’une boutique à vérifier")
    LOST_NOTIFICATION = "LOST_NOTIFICATION", _("Paiement de la plateforme inconnu du portail")
    CHARGEBACK = "CHARGEBACK", _("Impayé : la banque a repris un paiement")
    CHARGEBACK_TO_BOOK = (
        "CHARGEBACK_TO_BOOK",
        _("Impayé, ou impayé rendu par la banque, à passer en écriture"),
    )
    MISSING_FILE = "MISSING_FILE", _("Fichier du jour manquant")
    FILE_REFUSED = "FILE_REFUSED", _("Fichier reçu et refusé")
    BANK_LINE = "BANK_LINE", _("Ligne de banque à identifier")
    RESIDUAL = "RESIDUAL", _("Écart d’une journée à expliquer")
    LEDGER_RULE_MISSING = (
        "LEDGER_RULE_MISSING",
        _("Événement que le schéma comptable ne prévoit pas"),
    )
    INVARIANT = "INVARIANT", _("Contrôle nocturne : une règle n’est pas respectée")


class AnomalieQuerySet(models.QuerySet["Anomalie"]):
    """Questions asked of anomalies."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)

    def still_open(self) -> Self:
        """Those that nobody has settled."""
        return self.filter(settled_at__isnull=True)

    def locked(self) -> Self:
        """Rows in a fixed order, this table only, without blocking foreign-key checks."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Anomalie(models.Model):
    """One line of the agents' work list; the same fact makes one open line only.

    ``settled_by`` is empty when what followed settled it: the person's choice, money sent on.
    Once settled nothing of it changes (``inv23_anomalie_settled_once``): what comes again makes
    a new line, whose ``occurrence`` is the next number (``comptabilite.work_rules`` says when).
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    kind = models.CharField(_("nature"), max_length=24, choices=AnomalieKind.choices)
    subject = models.CharField(_("objet"), max_length=64)
    occurrence = models.IntegerField(_("fois"), default=1)
    amount_cents = models.BigIntegerField(_("montant"), null=True, blank=True)
    detail = models.TextField(_("constat"), max_length=1000)
    opened_at = models.DateTimeField(_("ouverte le"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("suivie par"),
    )
    settled_at = models.DateTimeField(_("réglée le"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("réglée par"),
    )
    settled_note = models.TextField(_("suite donnée"), max_length=1000, blank=True)

    objects = AnomalieQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("anomalie")
        verbose_name_plural = _("anomalies")
        indexes = [
            models.Index(
                fields=["caisse", "opened_at"],
                condition=models.Q(settled_at__isnull=True),
                name="anomalie_open_by_age",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="anomalie_by_caisse"),
            models.UniqueConstraint(
                fields=["caisse", "kind", "subject", "occurrence"], name="anomalie_numbered"
            ),
            models.UniqueConstraint(
                fields=["caisse", "kind", "subject"],
                condition=models.Q(settled_at__isnull=True),
                name="anomalie_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_by__isnull=True) | ~models.Q(kind="BANK_LINE"),
                name="inv23_anomalie_not_by_words",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True, settled_by__isnull=True)
                | (models.Q(settled_at__isnull=False) & ~models.Q(settled_note="")),
                name="anomalie_settled_with_a_note",
            ),
        ]

    def __str__(self) -> str:
        """Its kind, the payment or the first words of what was found, how much, since when."""
        reference = _PAYMENT.search(f"{self.subject} {self.detail}")
        what = reference[0] if reference else Truncator(self.detail).chars(50)
        facts = [self.get_kind_display(), what]
        if self.amount_cents is not None:
            facts.append(format_euros(self.amount_cents))
        return ", ".join([*facts, f"{paris_date(self.opened_at):%d/%m/%Y}"])


class TraceKind(models.TextChoices):
    """What was done about a line of the work list. The database itself writes that it was opened
    and settled."""

    OUVERTE = "OUVERTE", _("Ouverte")
    PRISE = "PRISE", _("Prise en charge")
    RENDUE = "RENDUE", _("Remise au pot commun")
    CONFIEE = "CONFIEE", _("Confiée")
    NOTE = "NOTE", _("Note")
    ACTION = "ACTION", _("Action")
    REGLEE = "REGLEE", _("Réglée")


class TraceAnomalie(models.Model):
    """One thing done or noted about an anomaly. The table only grows; nobody is ``agent`` when the
    portal acted by itself."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    anomalie = models.ForeignKey(
        Anomalie,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="traces",
        verbose_name=_("anomalie"),
    )
    at = models.DateTimeField(_("le"))
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("par"),
    )
    kind = models.CharField(_("quoi"), max_length=8, choices=TraceKind.choices)
    note = models.TextField(_("note"), max_length=1000, blank=True)

    class Meta:
        """Names and checks."""

        verbose_name = _("trace d’anomalie")
        verbose_name_plural = _("traces d’anomalies")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class NoteLigne(models.Model):
    """What an agent knows of a line that waits on a suspense account. The table only grows."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    ligne = models.ForeignKey(
        Ligne,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="notes",
        verbose_name=_("ligne"),
    )
    at = models.DateTimeField(_("le"))
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par")
    )
    text = models.TextField(_("note"), max_length=1000)

    class Meta:
        """Names and checks."""

        verbose_name = _("note sur une ligne")
        verbose_name_plural = _("notes sur des lignes")

    def __str__(self) -> str:
        return f"note {self.pk}"
