"""Anomalie: something that does not fit and that a person must settle."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from caisses.perms import Rights


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
    INVARIANT = "INVARIANT", _("Contrôle nocturne : une règle n’est pas respectée")


class AnomalieQuerySet(models.QuerySet["Anomalie"]):
    """Questions asked of anomalies."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)

    def still_open(self) -> Self:
        """Those that nobody has settled."""
        return self.filter(settled_at__isnull=True)


class Anomalie(models.Model):
    """One line of the agents' work list; the same fact makes one line only.

    ``settled_by`` is empty when what followed settled it: the person's choice, money sent on.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    kind = models.CharField(_("nature"), max_length=24, choices=AnomalieKind.choices)
    subject = models.CharField(_("objet"), max_length=64)
    amount_cents = models.BigIntegerField(_("montant"), null=True, blank=True)
    detail = models.TextField(_("constat"), max_length=1000)
    opened_at = models.DateTimeField(_("ouverte le"))
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
        constraints = [
            models.UniqueConstraint(fields=["caisse", "kind", "subject"], name="anomalie_once"),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True, settled_by__isnull=True)
                | (models.Q(settled_at__isnull=False) & ~models.Q(settled_note="")),
                name="anomalie_settled_with_a_note",
            ),
        ]

    def __str__(self) -> str:
        return f"anomalie {self.pk}"
