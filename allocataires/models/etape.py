"""Etape: one move of a debt from a state to another. Writing the row is what moves the debt."""

from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from allocataires.models.creance import Creance
from allocataires.states import ENDED, CreanceState
from allocataires.transitions import EtapeCause, allowed_pairs
from caisses.models import Caisse


class Etape(models.Model):
    """What happened to the recovery of a debt, when, and because of what (invariant 6).

    ``on`` is the Paris date of effect, ``until_on`` the last day of a suspension when the law or
    the decision gives one. ``note`` is read by the person: a reason, or who follows the debt now.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    creance = models.ForeignKey(
        Creance,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="etapes",
        verbose_name=_("créance"),
    )
    from_state = models.CharField(_("de"), max_length=16, choices=CreanceState.choices)
    to_state = models.CharField(_("à"), max_length=16, choices=CreanceState.choices)
    cause = models.CharField(_("cause"), max_length=9, choices=EtapeCause.choices)
    on = models.DateField(_("date d’effet"))
    until_on = models.DateField(_("jusqu’au"), null=True, blank=True)
    note = models.CharField(_("précision"), max_length=500, blank=True)
    at = models.DateTimeField(_("enregistrée le"))
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agent"),
    )
    #: What caused it: a demande, a mutation, a line of a file, a movement's source.
    source_id = models.UUIDField(_("origine"), null=True, blank=True)

    class Meta:
        """Names and checks."""

        verbose_name = _("étape")
        verbose_name_plural = _("étapes")
        indexes = [
            models.Index(fields=["creance", "id"], name="etape_of_creance"),
            # What the sweep that announces ends reads every ten minutes.
            models.Index(
                fields=["at"],
                condition=models.Q(to_state__in=sorted(ENDED)),
                name="etape_ends",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=reduce(
                    or_, (models.Q(from_state=a, to_state=b) for a, b in allowed_pairs())
                ),
                name="inv06_etape_along_the_table",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("on")),
                name="etape_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
