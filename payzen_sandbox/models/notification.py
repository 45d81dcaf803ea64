"""One call to a shop's notification URL: what was sent, when, and what was answered."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from payzen_sandbox.models.payment import Payment
from payzen_sandbox.models.transaction import Transaction


class Outcome(models.TextChoices):
    """What became of the call."""

    WAITING = "WAITING", _("Retardée")
    SENDING = "SENDING", _("En cours d'envoi")
    DELIVERED = "DELIVERED", _("Reçue par la boutique")
    FAILED = "FAILED", _("Échec")
    DROPPED = "DROPPED", _("Perdue (à la demande)")


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notifications, in the sandbox's words."""

    def due(self, now: datetime) -> "NotificationQuerySet":
        """Delayed calls whose time has come."""
        return self.filter(outcome=Outcome.WAITING, due_at__lte=now)


class Notification(models.Model):
    """`fields` is the body exactly as sent, faults included; `answer` its first 512 characters.

    `rank` is 0 for a first call, 1 to 4 for its automatic retries.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="notifications")
    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, null=True, blank=True, related_name="notifications"
    )
    source = models.CharField(max_length=15)
    rule = models.CharField(max_length=25, blank=True)
    format = models.CharField(max_length=4, default="form")
    rank = models.PositiveSmallIntegerField(default=0)
    url = models.CharField(max_length=1024)
    fields = models.JSONField()
    faults = models.JSONField(default=list)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, db_index=True)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=512, blank=True)
    error = models.CharField(max_length=255, blank=True)

    objects = NotificationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.source} {self.payment_id} {self.outcome}"
