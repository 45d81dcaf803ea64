"""MutationDemandee: a debt that one fund wants to pass on, as each of the two funds sees it."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allocataires.models import Creance
from allocataires.nomenclature import Nature
from caisses.models import Caisse
from caisses.perms import Rights
from recouvrement.models.mutation import MutationSide


class MoveStatus(models.TextChoices):
    """Where the request stands. The last three are ends."""

    DEMANDEE = "DEMANDEE", _("En attente de l’autre caisse")
    ACCEPTEE = "ACCEPTEE", _("Acceptée, en cours")
    FAITE = "FAITE", _("Faite")
    REFUSEE = "REFUSEE", _("Refusée")
    ECHOUEE = "ECHOUEE", _("Impossible")


#: Requests that may still make the debt move.
PENDING_MOVES = frozenset({MoveStatus.DEMANDEE, MoveStatus.ACCEPTEE})


class MutationDemandeeQuerySet(models.QuerySet["MutationDemandee"]):
    """Questions asked of requests."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)

    def pending(self) -> Self:
        """Those that may still make the debt move."""
        return self.filter(status__in=PENDING_MOVES)

    def locked(self) -> Self:
        """Under lock, in one fixed order, without blocking foreign-key checks."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class MutationDemandee(models.Model):
    """One side of a request: two rows bear the same ``move_id``, one in each fund.

    An agent writes the departing one in their own fund. A national task copies what the other
    fund needs to know into its own row, carries the answer back, and moves the debt: no agent
    ever reads or writes over the wall.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    move_id = models.UUIDField(_("mutation"), default=uuid.uuid4, editable=False)
    side = models.CharField(_("sens"), max_length=7, choices=MutationSide.choices)
    status = models.CharField(
        _("état"), max_length=8, choices=MoveStatus.choices, default=MoveStatus.DEMANDEE
    )
    other_caisse = models.ForeignKey(
        Caisse, on_delete=models.PROTECT, related_name="+", verbose_name=_("autre caisse")
    )
    #: The debt that leaves; on arrival, the one that was made of it.
    creance = models.ForeignKey(
        Creance,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("créance"),
    )
    numero = models.CharField(_("numéro d’allocataire à l’arrivée"), max_length=7)
    nom = models.CharField(_("nom"), max_length=80, blank=True)
    prenom = models.CharField(_("prénom"), max_length=80, blank=True)
    naissance_on = models.DateField(_("date de naissance"), null=True, blank=True)
    nature = models.CharField(_("nature"), max_length=3, choices=Nature.choices)
    stated_cents = models.BigIntegerField(_("reste dû à la demande"))
    moved_on = models.DateField(_("date d’effet"))
    reason = models.CharField(_("motif"), max_length=300)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("demandée par"),
    )
    asked_at = models.DateTimeField(_("demandée le"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("décidée par"),
    )
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    answer = models.CharField(_("réponse"), max_length=300, blank=True)

    objects = MutationDemandeeQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("mutation demandée")
        verbose_name_plural = _("mutations demandées")
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "move_id"], name="mutation_demandee_one_side"
            ),
            models.UniqueConstraint(
                fields=["creance"],
                condition=Q(status__in=sorted(PENDING_MOVES)),
                name="mutation_demandee_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(caisse=F("other_caisse")), name="mutation_demandee_two_funds"
            ),
            models.CheckConstraint(
                condition=Q(numero__regex=r"^[0-9]{7}$"), name="mutation_demandee_seven_digits"
            ),
            models.CheckConstraint(
                condition=Q(side=MutationSide.ARRIVEE) | Q(creance__isnull=False),
                name="mutation_demandee_leaves_with_its_debt",
            ),
        ]

    def __str__(self) -> str:
        return f"mutation {self.move_id.hex[:8]}"

    @property
    def is_incoming(self) -> bool:
        """Whether this fund is asked to take the debt."""
        return self.side == MutationSide.ARRIVEE
