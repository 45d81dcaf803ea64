"""A payment link: an address that starts a payment without a shop's form."""

import secrets
import uuid
from datetime import datetime

from django.db import models

from payzen_sandbox.shops import Shop, known_shop


def new_token() -> str:
    """22 characters that nobody guesses."""
    return secrets.token_urlsafe(16)


def new_reference() -> str:
    """32 hexadecimal characters."""
    return uuid.uuid4().hex


class PaymentOrder(models.Model):
    """`reference` is the API's paymentOrderId; `token` ends the address given to the buyer."""

    reference = models.CharField(max_length=32, unique=True, default=new_reference)
    token = models.CharField(max_length=22, unique=True, default=new_token)
    site_id = models.CharField(max_length=8)
    order_id = models.CharField(max_length=64, blank=True)
    amount_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    locale = models.CharField(max_length=5)
    email = models.CharField(max_length=150, blank=True)
    comment = models.CharField(max_length=255, blank=True)
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.reference

    @property
    def shop(self) -> Shop:
        """The shop that asked for it."""
        return known_shop(self.site_id)

    def status(self, now: datetime) -> str:
        """`RUNNING`, `PAID` or `EXPIRED`, in the API's words."""
        if self.paid_at is not None:
            return "PAID"
        return "RUNNING" if now < self.expires_at else "EXPIRED"
