"""Faults asked for: what shall go wrong with a shop's automatic notifications."""

from django.db import models

EVERY_SHOP = "all"


class FaultRule(models.Model):
    """Faults of one shop or of every shop, standing or for its next payment only."""

    scope = models.CharField(max_length=8)
    next_payment_only = models.BooleanField()
    faults = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "next_payment_only"], name="one_fault_rule_per_scope"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope} {'next' if self.next_payment_only else 'standing'}"
