"""What was done to a transaction after its creation: the matter of the operations' journal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from payzen_sandbox.models.transaction import Transaction


class OperationKind(models.TextChoices):
    """The operations of the back office, of REST and of the nightly runs."""

    VALIDATE = "VALIDATE", _("Validation")
    MODIFY = "MODIFY", _("Modification")
    CANCEL = "CANCEL", _("Annulation")
    REFUND = "REFUND", _("Remboursement")
    DUPLICATE = "DUPLICATE", _("Duplication")
    AUTHORISE = "AUTHORISE", _("Autorisation différée")
    CAPTURE = "CAPTURE", _("Remise en banque")
    EXPIRE = "EXPIRE", _("Expiration")
    CHARGEBACK = "CHARGEBACK", _("Impayé")


class Origin(models.TextChoices):
    """Who asked."""

    BACK_OFFICE = "BACK_OFFICE", _("Back-office")
    REST = "REST", _("REST")
    BATCH = "BATCH", _("Traitement")


class Operation(models.Model):
    """One line; the amount in cents and the status are those that the operation left."""

    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, related_name="operations"
    )
    kind = models.CharField(max_length=10, choices=OperationKind.choices)
    origin = models.CharField(max_length=11, choices=Origin.choices)
    at = models.DateTimeField(db_index=True)
    amount_cents = models.PositiveBigIntegerField()
    status = models.CharField(max_length=40)
    comment = models.CharField(max_length=255, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.transaction_id}"
