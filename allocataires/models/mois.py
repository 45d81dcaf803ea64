"""MoisCreance: one month of a debt, what was paid for it and what was due."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allocataires.models.creance import Creance
from caisses.models import Caisse


class MoisCreance(models.Model):
    """Paid against due for one month, as the CAF's software says; the difference is too much.

    The months of a debt need not sum to its initial amount (a rounding, an indemnity): where they
    do not, the page says so. A debt without any row has months that are not known.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    creance = models.ForeignKey(
        Creance,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="mois",
        verbose_name=_("créance"),
    )
    month_on = models.DateField(_("mois"))
    paid_cents = models.BigIntegerField(_("versé"))
    due_cents = models.BigIntegerField(_("dû"))

    class Meta:
        """Names and checks."""

        verbose_name = _("mois d’une créance")
        verbose_name_plural = _("mois des créances")
        constraints = [
            models.UniqueConstraint(fields=["creance", "month_on"], name="mois_once"),
            models.CheckConstraint(condition=Q(month_on__day=1), name="mois_first_day"),
            models.CheckConstraint(
                condition=Q(paid_cents__gte=0, due_cents__gte=0), name="mois_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(paid_cents__gt=F("due_cents")), name="mois_paid_too_much"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month_on:%Y-%m}"

    @property
    def excess_cents(self) -> int:
        """What was paid in excess that month."""
        return self.paid_cents - self.due_cents
