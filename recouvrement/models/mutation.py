"""Mutation: one side of a debt's move from one fund to another."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allocataires.models import Creance
from caisses.models import Caisse
from caisses.perms import Rights


class MutationSide(models.TextChoices):
    """Which of the two funds this row belongs to."""

    DEPART = "DEPART", _("Départ")
    ARRIVEE = "ARRIVEE", _("Arrivée")


class MutationQuerySet(models.QuerySet["Mutation"]):
    """Questions asked of mutations."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)


class Mutation(models.Model):
    """A debt that left this fund, or came to it; the fund at the other end has its own row.

    Both rows bear the same ``move_id`` and amount and are written together (invariant 8: no row
    links two funds). ``history`` keeps, for the fund that receives, the movements before the
    move: ``[{kind, sens, amount_cents, balance_after_cents, value_on}]``.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    move_id = models.UUIDField(_("mutation"), default=uuid.uuid4, editable=False)
    side = models.CharField(_("sens"), max_length=7, choices=MutationSide.choices)
    creance = models.ForeignKey(
        Creance,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="mutations",
        verbose_name=_("créance"),
    )
    other_caisse = models.ForeignKey(
        Caisse, on_delete=models.PROTECT, related_name="+", verbose_name=_("autre caisse")
    )
    other_creance_id = models.UUIDField(_("créance de l’autre caisse"))
    amount_cents = models.BigIntegerField(_("reste transféré"))
    moved_at = models.DateTimeField(_("enregistrée le"))
    moved_on = models.DateField(_("date d’effet"))
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("décidée par"),
    )
    history = models.JSONField(_("historique"), default=list, blank=True)

    objects = MutationQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("mutation")
        verbose_name_plural = _("mutations")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "move_id"], name="mutation_one_side"),
            models.UniqueConstraint(fields=["creance", "side"], name="mutation_once_each_way"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="mutation_positive"),
            models.CheckConstraint(
                condition=~Q(caisse=F("other_caisse")), name="mutation_between_two_funds"
            ),
        ]

    def __str__(self) -> str:
        return f"mutation {self.pk}"
