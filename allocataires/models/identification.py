"""Trace of attempts to identify with a letter, so that references cannot be guessed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdentificationAttempt(models.Model):
    """One attempt. Address and reference are kept as keyed digests only, for a day.

    Kept in PostgreSQL rather than in Redis: the limit holds when Redis is down.
    """

    address_digest = models.CharField(max_length=64)
    reference_digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        """Names and indexes."""

        verbose_name = _("tentative d’identification")
        verbose_name_plural = _("tentatives d’identification")
        indexes = [
            models.Index(fields=["address_digest", "at"], name="attempt_by_address"),
            models.Index(fields=["reference_digest", "at"], name="attempt_by_reference"),
        ]

    def __str__(self) -> str:
        return f"tentative {self.pk}"
