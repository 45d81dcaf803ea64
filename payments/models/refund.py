"""Refund: money given back on one transaction, asked by one agent and approved by another."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from caf_portal.money import format_euros
from caf_portal.paris import paris_date
from caisses.models import Caisse
from caisses.perms import Rights
from payments.models.payment import Payment
from payments.models.transaction import Transaction


class RefundStatus(models.TextChoices):
    """Where a refund stands. The last three are ends."""

    ASKED = "ASKED", _("Demandé")
    SENDING = "SENDING", _("Envoyé à la plateforme")
    DONE = "DONE", _("Fait")
    REJECTED = "REJECTED", _("Refusé par le second agent")
    FAILED = "FAILED", _("Refusé par la plateforme")


class RefundKind(models.TextChoices):
    """How the money goes back: before the remittance nothing was taken, after it is returned, and
    the holder's bank may take it back by itself, long after."""

    REFUND = "REFUND", _("Remboursement")
    CANCELLATION = "CANCELLATION", _("Annulation avant remise en banque")
    REDUCTION = "REDUCTION", _("Montant réduit avant remise en banque")
    IMPAYE = "IMPAYE", _("Impayé : repris par la banque")


class RefundOrigin(models.TextChoices):
    """Who decided: two agents, the person and an agent, or somebody at the platform."""

    PORTAL = "PORTAL", _("demandé ici")
    PERSON = "PERSON", _("demandé par la personne")
    PLATFORM = "PLATFORM", _("fait chez la plateforme")


#: Refunds that take, or took, something of what can still be given back.
HOLDING = frozenset({RefundStatus.ASKED, RefundStatus.SENDING, RefundStatus.DONE})

#: The only moves; a refund is born ASKED, or DONE when the platform did it by itself.
REFUND_MOVES: dict[RefundStatus, frozenset[RefundStatus]] = {
    RefundStatus.ASKED: frozenset({RefundStatus.SENDING, RefundStatus.REJECTED}),
    RefundStatus.SENDING: frozenset({RefundStatus.DONE, RefundStatus.FAILED}),
    RefundStatus.DONE: frozenset(),
    RefundStatus.REJECTED: frozenset(),
    RefundStatus.FAILED: frozenset(),
}


class RefundQuerySet(models.QuerySet["Refund"]):
    """Questions asked of refunds."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)

    def holding(self) -> Self:
        """Those that take something of what can still be given back."""
        return self.filter(status__in=HOLDING)

    def locked(self) -> Self:
        """Under lock, in one fixed order, without blocking foreign-key checks."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Refund(models.Model):
    """An amount to give back on one DEBIT transaction.

    ``stated_cents`` is what the asker saw as still refundable: if it changed meanwhile the
    request is refused. The trigger ``inv07_refund_never_above`` locks the transaction and sums
    the refunds that hold (invariant 7); ``inv16_refund_two_people`` wants two agents, or the
    person who asks for a surplus and an agent.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    #: Empty for money that no attempt explains: the platform gave it back, an agent says of what.
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="refunds",
        verbose_name=_("paiement"),
    )
    transaction = models.ForeignKey(
        Transaction,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="refunds",
        verbose_name=_("transaction"),
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    amount_cents = models.BigIntegerField(_("montant"))
    stated_cents = models.BigIntegerField(_("reste remboursable vu par le demandeur"))
    reason = models.CharField(_("motif"), max_length=200)
    origin = models.CharField(
        _("origine"), max_length=8, choices=RefundOrigin.choices, default=RefundOrigin.PORTAL
    )
    status = models.CharField(
        _("état"), max_length=8, choices=RefundStatus.choices, default=RefundStatus.ASKED
    )
    kind = models.CharField(_("forme"), max_length=12, choices=RefundKind.choices, blank=True)
    #: The CREDIT transaction at the platform; empty for a cancellation.
    gateway_id = models.UUIDField(_("identifiant de la plateforme"), null=True, blank=True)
    gateway_error = models.CharField(_("réponse de la plateforme"), max_length=200, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("demandé par"),
    )
    asked_at = models.DateTimeField(_("demandé le"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("décidé par"),
    )
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    #: Last time the platform was about to be told, or asked. Empty: it was never told anything.
    sent_at = models.DateTimeField(_("envoyé le"), null=True, blank=True)
    settled_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("remboursement")
        verbose_name_plural = _("remboursements")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="refund_by_caisse"),
            models.UniqueConstraint(
                fields=["caisse", "gateway_id"],
                condition=Q(gateway_id__isnull=False),
                name="inv04_refund_booked_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="inv07_refund_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(origin=RefundOrigin.PLATFORM)
                | Q(origin=RefundOrigin.PORTAL, asked_by__isnull=False)
                & Q(amount_cents__lte=F("stated_cents"))
                | Q(origin=RefundOrigin.PERSON, asked_by__isnull=True)
                & Q(amount_cents__lte=F("stated_cents")),
                name="inv07_refund_within_what_was_seen",
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=False) | Q(origin=RefundOrigin.PLATFORM),
                name="refund_of_no_payment_is_the_platforms",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="inv16_refund_two_people",
            ),
            models.CheckConstraint(
                condition=Q(origin=RefundOrigin.PLATFORM)
                | Q(status__in=[RefundStatus.ASKED, RefundStatus.REJECTED])
                | (Q(decided_by__isnull=False) & Q(decided_at__isnull=False)),
                name="inv16_refund_sent_means_approved",
            ),
        ]

    def __str__(self) -> str:
        said = {
            "amount": format_euros(self.amount_cents),
            "jour": f"{paris_date(self.asked_at):%d/%m/%Y}",
        }
        return str(_("remboursement de %(amount)s du %(jour)s") % said)

    @property
    def represented_cents(self) -> int:
        """What the bank of whoever paid gave back of this chargeback since."""
        return sum(each.amount_cents for each in self.representations.all())

    @property
    def paid_by(self) -> Payment:
        """The payment of a refund asked here, which always has one; raises ``ValueError``."""
        if self.payment is None:
            raise ValueError("money of no payment is given back at the platform, never here")
        return self.payment
