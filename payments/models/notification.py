"""Notification: what the gateway sent, kept before it is judged; and what we made of it."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from payments.models.boutique import Boutique


class Outcome(models.TextChoices):
    """What became of a message about a transaction."""

    APPLIED = "APPLIED", _("prise en compte")
    ALREADY_APPLIED = "ALREADY_APPLIED", _("déjà prise en compte")
    SUSPENSE = "SUSPENSE", _("mise en attente d’un agent")
    IGNORED = "IGNORED", _("sans effet")


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Questions asked of notifications."""

    def unfinished(self, *, before: datetime, since: datetime | None = None) -> Self:
        """Stored, and never judged: the process died in between. Without ``since``, reads all."""
        # Said this way, PostgreSQL looks each one up instead of reading every outcome ever written.
        judged = NotificationOutcome.objects.filter(notification=models.OuterRef("pk"))
        found = self.filter(~models.Exists(judged), received_at__lt=before).order_by("pk")
        return found if since is None else found.filter(received_at__gte=since)


class Notification(models.Model):
    """The exact bytes of an authentic message. Immutable (invariant 9)."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    boutique = models.ForeignKey(
        Boutique, on_delete=models.PROTECT, db_constraint=False, verbose_name=_("boutique")
    )
    received_at = models.DateTimeField(_("reçue le"))
    content_type = models.CharField(_("type de contenu"), max_length=100)
    body = models.BinaryField(_("contenu brut"))

    objects = NotificationQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(fields=["caisse", "-received_at"], name="notification_newest"),
            models.Index(fields=["received_at"], name="notification_received"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="notification_by_caisse"),
        ]

    def __str__(self) -> str:
        return f"notification {self.pk}"


class NotificationOutcome(models.Model):
    """What we made of a notification: one row, written with its effects (invariant 9)."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    notification = models.OneToOneField(
        Notification,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="outcome",
        verbose_name=_("notification"),
    )
    payment = models.ForeignKey(
        "payments.Payment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="notification_outcomes",
        verbose_name=_("paiement"),
    )
    outcome = models.CharField(_("suite"), max_length=16, choices=Outcome.choices)
    at = models.DateTimeField(_("le"))

    class Meta:
        """Names."""

        verbose_name = _("suite donnée à une notification")
        verbose_name_plural = _("suites données aux notifications")

    def __str__(self) -> str:
        return self.outcome
