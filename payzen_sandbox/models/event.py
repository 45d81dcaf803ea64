"""The history of one payment, as the back office's "Event log" tab shows it."""

from django.db import models

from payzen_sandbox.models.payment import Payment


class Event(models.Model):
    """One thing that happened; `name` is stable, `detail` is for a person."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    name = models.CharField(max_length=40)
    detail = models.CharField(max_length=255, blank=True)

    def __str__(self) -> str:
        return f"{self.payment_id} {self.name}"
