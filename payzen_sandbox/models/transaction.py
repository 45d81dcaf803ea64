"""One attempt to debit a card, as the platform's back office lists it."""

from datetime import datetime

from django.db import models

from payzen_sandbox.models.payment import Payment


class Status(models.TextChoices):
    """`vads_trans_status` and REST `detailedStatus`: the platform's own words."""

    AUTHORISED = "AUTHORISED"
    AUTHORISED_TO_VALIDATE = "AUTHORISED_TO_VALIDATE"
    WAITING_AUTHORISATION = "WAITING_AUTHORISATION"
    WAITING_AUTHORISATION_TO_VALIDATE = "WAITING_AUTHORISATION_TO_VALIDATE"
    UNDER_VERIFICATION = "UNDER_VERIFICATION"
    REFUSED = "REFUSED"
    CAPTURED = "CAPTURED"
    CAPTURE_FAILED = "CAPTURE_FAILED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


WAITING = frozenset({Status.WAITING_AUTHORISATION, Status.WAITING_AUTHORISATION_TO_VALIDATE})
TO_VALIDATE = frozenset({Status.AUTHORISED_TO_VALIDATE, Status.WAITING_AUTHORISATION_TO_VALIDATE})
# Still to be remitted: they can be modified and cancelled.
IN_PROGRESS = WAITING | TO_VALIDATE | {Status.AUTHORISED}
# Nothing was taken, or nothing will be.
FAILED = frozenset({Status.REFUSED, Status.CANCELLED, Status.EXPIRED, Status.CAPTURE_FAILED})


class TransactionQuerySet(models.QuerySet["Transaction"]):
    """Transactions, in the sandbox's words."""

    def due_to_settle(self, now: datetime) -> "TransactionQuerySet":
        """Those whose bank answers late, and has now answered."""
        return self.filter(status=Status.UNDER_VERIFICATION, settles_at__lte=now)

    def of_shop(self, site_id: str) -> "TransactionQuerySet":
        """A shop's own, with their payments, oldest first."""
        return self.filter(payment__site_id=site_id).select_related("payment").order_by("pk")

    def of_the_form(self) -> "TransactionQuerySet":
        """Those that bear the form's trans_id: neither refunds nor duplicates."""
        return self.filter(platform_trans_id="")


class Transaction(models.Model):
    """An attempt, an instalment, a refund (CREDIT) or a duplicate of one of them.

    `card` holds the masked number only, never the CVV. `platform_trans_id` is empty for what a
    form created: it bears the form's. `answered_at` is the instant of the bank's answer,
    `initial_amount_cents` the amount before any modification, `fee_cents` what the bank kept when
    it was remitted.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="transactions")
    uuid = models.CharField(max_length=32, unique=True)
    sequence_number = models.PositiveSmallIntegerField()
    operation_type = models.CharField(max_length=12, default="DEBIT")
    occurrence_type = models.CharField(max_length=24, default="UNITAIRE")
    status = models.CharField(max_length=40, choices=Status.choices)
    platform_trans_id = models.CharField(max_length=6, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    amount_cents = models.PositiveBigIntegerField()
    initial_amount_cents = models.PositiveBigIntegerField()
    card = models.JSONField()
    result = models.CharField(max_length=2)
    extra_result = models.CharField(max_length=2, blank=True)
    auth_result = models.CharField(max_length=11, blank=True)
    auth_number = models.CharField(max_length=20, blank=True)
    auth_mode = models.CharField(max_length=4, blank=True)
    payment_error = models.CharField(max_length=3, blank=True)
    certificate = models.CharField(max_length=40, blank=True)
    threeds = models.JSONField()
    created_at = models.DateTimeField()
    presentation_at = models.DateTimeField()
    settles_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)
    fee_cents = models.PositiveBigIntegerField(default=0)
    remittance_number = models.PositiveIntegerField(null=True, blank=True)
    charged_back_at = models.DateTimeField(null=True, blank=True)
    chargeback_reason = models.CharField(max_length=100, blank=True)

    objects = TransactionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "platform_trans_id", "sequence_number"],
                name="sequence_once_per_trans_id",
            )
        ]

    def __str__(self) -> str:
        return self.uuid

    @property
    def is_accepted(self) -> bool:
        """Whether the buyer's attempt succeeded, be the debit itself still to come."""
        return self.status not in FAILED

    @property
    def is_credit(self) -> bool:
        """Whether money goes back to the buyer."""
        return self.operation_type == "CREDIT"

    @property
    def trans_id(self) -> str:
        """`vads_trans_id`: the form's, or the platform's own for a refund or a duplicate."""
        return self.platform_trans_id or self.payment.trans_id

    @property
    def refunded_cents(self) -> int:
        """What refunds took or will take; those refused or cancelled gave it back."""
        credits = self.children.filter(operation_type="CREDIT").exclude(status__in=FAILED)
        total: int | None = credits.aggregate(total=models.Sum("amount_cents"))["total"]
        return total or 0

    @property
    def refundable_cents(self) -> int:
        """What a refund may still take; 0 before the remittance and after a chargeback."""
        remitted = self.status == Status.CAPTURED and not self.is_credit
        if not remitted or self.charged_back_at is not None:
            return 0
        return self.amount_cents - self.refunded_cents
