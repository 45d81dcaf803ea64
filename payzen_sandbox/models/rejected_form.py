"""A form the platform did not take; the real one sends it by e-mail to the shop's administrator."""

from django.db import models


class RejectedForm(models.Model):
    """The numeric code, the field at fault, and the form as it came."""

    at = models.DateTimeField()
    site_id = models.CharField(max_length=64, blank=True)
    code = models.CharField(max_length=3)
    field = models.CharField(max_length=100)
    reason = models.CharField(max_length=255)
    fields = models.JSONField()

    def __str__(self) -> str:
        return f"{self.code} {self.field}"
