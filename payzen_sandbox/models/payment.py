"""One accepted form, and the buyer's session that follows it."""

import uuid
from datetime import date, datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from payzen_sandbox.protocol.payment_config import Instalment
from payzen_sandbox.shops import Shop, known_shop

SESSION_LENGTH = timedelta(minutes=10)


class PaymentState(models.TextChoices):
    """Where the buyer's session stands."""

    OPEN = "OPEN", _("En cours")
    ACCEPTED = "ACCEPTED", _("Payé")
    PENDING = "PENDING", _("En attente de la banque")
    REFUSED = "REFUSED", _("Refusé")
    CANCELLED = "CANCELLED", _("Abandonné par l'acheteur")
    EXPIRED = "EXPIRED", _("Session expirée")


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Payments, in the sandbox's words."""

    def overdue(self, now: datetime) -> "PaymentQuerySet":
        """Sessions still open though their ten minutes are over."""
        return self.filter(state=PaymentState.OPEN, expires_at__lte=now)

    def search(self, text: str) -> "PaymentQuerySet":
        """By order, trans_id, site id or transaction uuid."""
        return self.filter(
            models.Q(order_id__icontains=text)
            | models.Q(trans_id__iexact=text)
            | models.Q(site_id=text)
            | models.Q(transactions__uuid=text)
        ).distinct()


class Payment(models.Model):
    """A form that passed the checks. `fields` keeps every vads_ value as it was received."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site_id = models.CharField(max_length=8)
    ctx_mode = models.CharField(max_length=10)
    trans_id = models.CharField(max_length=6)
    trans_id_folded = models.CharField(max_length=6)
    utc_day = models.DateField()
    order_id = models.CharField(max_length=64, blank=True, db_index=True)
    fields = models.JSONField()
    amount_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    capture_delay_days = models.PositiveSmallIntegerField()
    instalments = models.JSONField()
    language = models.CharField(max_length=2)
    state = models.CharField(
        max_length=10, choices=PaymentState.choices, default=PaymentState.OPEN, db_index=True
    )
    network = models.CharField(max_length=10, blank=True)
    pending_card = models.JSONField(null=True, blank=True)
    challenge_tries = models.PositiveSmallIntegerField(default=0)
    faults = models.JSONField(null=True, blank=True)
    abandon_uuid = models.CharField(max_length=32)
    payment_order = models.ForeignKey(
        "PaymentOrder", on_delete=models.PROTECT, null=True, blank=True, related_name="payments"
    )
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            # Case does not count, cancelled attempts do, and the day is UTC (error 03).
            models.UniqueConstraint(
                fields=["site_id", "ctx_mode", "utc_day", "trans_id_folded"],
                name="trans_id_once_per_shop_mode_and_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.site_id}/{self.utc_day}/{self.trans_id}"

    @property
    def shop(self) -> Shop:
        """The shop of the form; it was known when the form was accepted."""
        return known_shop(self.site_id)

    @property
    def source(self) -> str:
        """`vads_url_check_src` of what happens in the buyer's presence."""
        return "PAY" if self.payment_order_id is None else "PAYMENT_ORDER"

    @property
    def is_open(self) -> bool:
        """Whether the buyer may still pay or cancel."""
        return self.state == PaymentState.OPEN

    @property
    def plan(self) -> tuple[Instalment, ...]:
        """The instalments, first to last; a single payment has one."""
        return tuple(
            Instalment(date.fromisoformat(due_on), cents) for due_on, cents in self.instalments
        )
