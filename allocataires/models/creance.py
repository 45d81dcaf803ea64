"""Créance: what a person owes a fund, and its balance as the database keeps it."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allocataires.models.allocataire import Allocataire
from allocataires.nomenclature import (
    Famille,
    Motif,
    Nature,
    Origine,
    Responsable,
    famille_of,
    responsable_of,
)
from allocataires.reference import Reference
from allocataires.states import (
    MUST_NOT_CLAIM,
    ONLINE_PAYMENT,
    PAYABLE_STATES,
    CreanceState,
    OnlinePayment,
    RecoveryMode,
)
from caisses.models import Caisse
from caisses.perms import Rights


class CreanceQuerySet(models.QuerySet["Creance"]):
    """Questions asked of debts."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)

    def payable(self) -> Self:
        """Those with something left, in a state that may be paid online."""
        return self.filter(balance_cents__gt=0, state__in=PAYABLE_STATES)

    def recovery_stopped(self) -> Self:
        """Those for which this fund may neither remind, withhold nor debit."""
        return self.filter(state__in=MUST_NOT_CLAIM)

    def oldest_first(self) -> Self:
        """In the order of the law: the oldest first, then the smallest (D.553-4 CSS)."""
        return self.order_by("notified_on", "initial_cents", "pk")

    def locked(self) -> Self:
        """Under lock, in one fixed order, without blocking foreign-key checks."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Creance(models.Model):
    """An overpayment to give back, by (fund, person, nature, rang).

    ``balance_cents`` and ``mouvement_count`` are written by the trigger that follows each
    ``Mouvement``, under the row's lock, and ``state`` by the one that follows each ``Etape``;
    PostgreSQL refuses any other hand (invariants 3 and 6). ``follows_id`` is the public identifier
    of the debt of another fund that this one continues.
    """

    # The key of (caisse, allocataire) says that it is a fund, and two others begin with it.
    caisse = models.ForeignKey(
        Caisse,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        verbose_name=_("caisse"),
    )
    allocataire = models.ForeignKey(
        Allocataire,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="creances",
        verbose_name=_("allocataire"),
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    nature = models.CharField(_("nature"), max_length=3, choices=Nature.choices)
    rang = models.CharField(_("rang"), max_length=3)
    motif = models.CharField(_("motif"), max_length=2, choices=Motif.choices)
    origine = models.CharField(_("origine"), max_length=2, choices=Origine.choices)
    #: Two digits of the flow (``respindu``); empty when it says nothing.
    responsable_code = models.CharField(_("code de responsabilité"), max_length=2, blank=True)
    #: Said by the fund, never guessed: no remission then, and a raised withholding.
    fraude = models.BooleanField(_("fraude retenue par la caisse"), default=False)
    event_on = models.DateField(_("date du changement"), null=True, blank=True)
    period_start_on = models.DateField(_("début de la période"))
    period_end_on = models.DateField(_("fin de la période"))
    implanted_on = models.DateField(_("enregistrée le"))
    notified_on = models.DateField(_("notifiée le"))
    initial_cents = models.BigIntegerField(_("montant initial"))
    balance_cents = models.BigIntegerField(_("reste à rembourser"), default=0, editable=False)
    mouvement_count = models.IntegerField(default=0, editable=False)
    state = models.CharField(
        _("état"), max_length=16, choices=CreanceState.choices, default=CreanceState.NOTIFIEE
    )
    recovery_mode = models.CharField(
        _("mode de remboursement"),
        max_length=8,
        choices=RecoveryMode.choices,
        default=RecoveryMode.DIRECT,
    )
    monthly_cents = models.BigIntegerField(_("retenue mensuelle"), null=True, blank=True)
    follows_id = models.UUIDField(_("suite de"), null=True, blank=True, editable=False)

    objects = CreanceQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("créance")
        verbose_name_plural = _("créances")
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "allocataire", "nature", "rang"], name="creance_once"
            ),
            models.UniqueConstraint(fields=["caisse", "id"], name="creance_by_caisse"),
            models.CheckConstraint(
                condition=models.Q(initial_cents__gt=0), name="creance_initial_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(balance_cents__gte=0), name="inv03_creance_balance_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(rang__regex=r"^[0-9]{3}$"), name="creance_rang_three_digits"
            ),
            models.CheckConstraint(
                condition=models.Q(period_end_on__gte=models.F("period_start_on")),
                name="creance_period_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(monthly_cents__isnull=True) | models.Q(monthly_cents__gt=0),
                name="creance_monthly_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(responsable_code__regex=r"^([0-9]{2})?$"),
                name="creance_responsable_two_digits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nature} {self.rang}"

    @property
    def famille(self) -> Famille:
        """Family of the benefit, which decides the account and the law that applies."""
        return famille_of(self.nature)

    @property
    def responsable(self) -> Responsable | None:
        """Who erred, when the fund's software says it."""
        return responsable_of(self.responsable_code)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to repay."""
        return self.balance_cents == 0

    @property
    def online_payment(self) -> OnlinePayment:
        """Whether this state may be paid online, and why."""
        return ONLINE_PAYMENT[self.state]

    @property
    def is_payable(self) -> bool:
        """Whether something is left and the state allows a card payment."""
        return not self.is_settled and self.online_payment.allowed

    def reference(self, *, caisse: Caisse, allocataire: Allocataire) -> Reference:
        """The reference printed on the letters; takes its parents so as to ask no query."""
        return Reference(caisse.code, allocataire.numero, self.nature, self.rang)
