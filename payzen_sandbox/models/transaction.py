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


class TransactionQuerySet(models.QuerySet["Transaction"]):
    """Transactions, in the sandbox's words."""

    def due_to_settle(self, now: datetime) -> "TransactionQuerySet":
        """Those whose bank answers late, and has now answered."""
        return self.filter(status=Status.UNDER_VERIFICATION, settles_at__lte=now)


class Transaction(models.Model):
    """An attempt or an instalment. `card` holds the masked number only, never the CVV."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="transactions")
    uuid = models.CharField(max_length=32, unique=True)
    sequence_number = models.PositiveSmallIntegerField()
    operation_type = models.CharField(max_length=12, default="DEBIT")
    occurrence_type = models.CharField(max_length=24, default="UNITAIRE")
    status = models.CharField(max_length=40, choices=Status.choices)
    amount_cents = models.PositiveBigIntegerField()
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

    objects = TransactionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "sequence_number"], name="sequence_once_per_payment"
            )
        ]

    def __str__(self) -> str:
        return self.uuid

    @property
    def is_accepted(self) -> bool:
        """Whether the buyer's attempt succeeded, be the debit itself still to come."""
        return self.status != Status.REFUSED
