"""FaitSortant: a fact that was written and not published yet; the publisher's queue."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from echanges.models.sortie import EvenementKind


class FaitSortant(models.Model):
    """Written by triggers in the fact's own transaction, so that no fact is forgotten.

    It has no number: numbers are given by the publisher, once the fact is committed, and the
    row then leaves (``echanges.services.publishing``). ``subject_id`` is the row that tells the
    fact (a log line, a movement, a due…), ``state`` its state at that moment, when it has one.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    kind = models.CharField(_("fait"), max_length=9, choices=EvenementKind.choices)
    subject_id = models.BigIntegerField(_("objet"))
    state = models.CharField(_("état"), max_length=16, blank=True)
    source_key = models.CharField(_("source"), max_length=80)
    noted_at = models.DateTimeField(_("noté le"))

    class Meta:
        """Names and checks."""

        verbose_name = _("fait à publier")
        verbose_name_plural = _("faits à publier")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "source_key"], name="inv04_fait_noted_once"),
        ]

    def __str__(self) -> str:
        return f"fait {self.pk}"
