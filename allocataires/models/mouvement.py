"""Mouvement: one line of a debt's history. The table only grows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from allocataires.models.creance import Creance
from allocataires.nomenclature import RAISING, MouvementType, Sens
from caisses.models import Caisse


class Mouvement(models.Model):
    """What changed a balance, when, and what was left after it.

    The trigger ``allocataires_post_mouvement`` locks the debt, numbers the line (``rank``),
    computes ``balance_after_cents`` and writes the debt's balance; what Python gives for those
    two columns is not read. The first line, the implantation, is written by the database when
    the debt is.
    """

    # The key of (caisse, creance) says that it is a fund.
    caisse = models.ForeignKey(
        Caisse,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        verbose_name=_("caisse"),
    )
    # Both unique keys below begin with it.
    creance = models.ForeignKey(
        Creance,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="mouvements",
        verbose_name=_("créance"),
    )
    rank = models.IntegerField(_("rang du mouvement"), default=0, editable=False)
    kind = models.CharField(_("type"), max_length=20, choices=MouvementType.choices)
    sens = models.CharField(_("sens"), max_length=6, choices=Sens.choices)
    amount_cents = models.BigIntegerField(_("montant"))
    balance_after_cents = models.BigIntegerField(_("reste après"), default=0, editable=False)
    value_on = models.DateField(_("date d’effet"))
    recorded_at = models.DateTimeField(_("enregistré le"))
    source_id = models.UUIDField(_("origine"), null=True, blank=True)

    class Meta:
        """Names and checks."""

        verbose_name = _("mouvement")
        verbose_name_plural = _("mouvements")
        constraints = [
            models.UniqueConstraint(fields=["creance", "rank"], name="mouvement_rank_once"),
            models.UniqueConstraint(
                fields=["creance", "kind", "source_id"], name="inv04_mouvement_booked_once"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="mouvement_amount_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(balance_after_cents__gte=0),
                name="inv03_mouvement_balance_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=sorted(RAISING), sens=Sens.HAUSSE)
                | (~models.Q(kind__in=sorted(RAISING)) & models.Q(sens=Sens.BAISSE)),
                name="mouvement_sens_of_its_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind=MouvementType.IMPLANTATION,
                    rank=1,
                    balance_after_cents=models.F("amount_cents"),
                )
                | (~models.Q(kind=MouvementType.IMPLANTATION) & models.Q(rank__gt=1)),
                name="inv03_mouvement_implanted_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.rank}"
