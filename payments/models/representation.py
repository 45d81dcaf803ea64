"""Representation: money of a chargeback that the bank of whoever paid gave back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from payments.models.refund import Refund


class Representation(models.Model):
    """A chargeback, or a part of it, that the acquirer won: the money is here again.

    ``refund`` is the chargeback (``RefundKind.IMPAYE``); ``source_id`` names the movements and the
    écriture, which may be about several chargebacks of one transaction. Never more than what the
    chargeback took: the trigger ``inv07_representation_never_above`` locks the transaction and
    sums (invariant 7). The table only grows.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    refund = models.ForeignKey(
        Refund,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="representations",
        verbose_name=_("impayé"),
    )
    source_id = models.UUIDField(_("source"), editable=False)
    amount_cents = models.BigIntegerField(_("montant"))
    given_on = models.DateField(_("rendu le"))
    recorded_at = models.DateTimeField(_("enregistré le"))

    class Meta:
        """Names and checks."""

        verbose_name = _("impayé rendu par la banque")
        verbose_name_plural = _("impayés rendus par la banque")
        constraints = [
            models.UniqueConstraint(
                fields=["refund", "source_id"], name="inv04_representation_booked_once"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="inv07_representation_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"représentation {self.pk}"
