"""Payment: one person's attempt to pay one fund, and what it is meant to repay."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Self

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from allocataires.models import Allocataire, Creance, Echeance, Echeancier
from caisses.models import Caisse
from caisses.perms import Rights
from payments.models.boutique import Boutique
from payments.models.link import PaymentLink
from payments.models.notification import Notification
from payments.status import IN_PROGRESS, Cause, PaymentStatus, allowed_pairs


class Channel(models.TextChoices):
    """How the person who pays was identified."""

    LETTRE = "LETTRE", _("référence du courrier")
    COMPTE = "COMPTE", _("compte caf.fr")
    LIEN = "LIEN", _("lien de paiement")


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Questions asked of payments."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)

    def in_progress(self) -> Self:
        """Those that the payer or the bank may still finish."""
        return self.filter(status__in=IN_PROGRESS)

    def in_the_way_of(self, creances: Iterable[Creance], *, since: datetime) -> Self:
        """Attempts on these debts that stand in the way of another one.

        Those that the bank is deciding on, and those whose last form left after ``since``.
        """
        return (
            self.in_progress()
            .filter(affectations__creance__in=list(creances))
            .exclude(status=PaymentStatus.OPEN, last_form_at__lt=since)
        )

    def not_closed(self) -> Self:
        """Those of which the platform may still tell us something that we do not know."""
        return self.filter(closed_at__isnull=True)

    def opened_before(self, instant: datetime) -> Self:
        """Those whose last signed form is older than ``instant``."""
        return self.filter(last_form_at__lt=instant)

    def in_progress_or_opened_before(self, instant: datetime) -> Self:
        """Those not finished, and the finished ones whose last form is older than ``instant``."""
        return self.filter(models.Q(status__in=IN_PROGRESS) | models.Q(last_form_at__lt=instant))

    def check_requested(self) -> Self:
        """Those somebody is waiting for, not asked about since."""
        return self.filter(check_requested_at__isnull=False).filter(
            models.Q(checked_at__isnull=True)
            | models.Q(checked_at__lt=models.F("check_requested_at"))
        )

    def locked(self) -> Self:
        """Under lock, in one fixed order, without blocking foreign-key checks."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Payment(models.Model):
    """What is asked of the gateway: an amount for one fund, spread over créances.

    Amount, fund, shop and person never change. ``status`` and ``paid_at`` are written by the
    trigger behind ``PaymentLog`` and by nothing else (invariant 6). ``reference`` is what the
    person reads and what the gateway calls ``vads_order_id``. ``closed_at`` is set once the
    platform was asked after the last page that it could still be paid on: until then, a refused
    attempt may have been paid with another card, and a paid one twice.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    boutique = models.ForeignKey(
        Boutique, on_delete=models.PROTECT, db_constraint=False, verbose_name=_("boutique")
    )
    allocataire = models.ForeignKey(
        Allocataire,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="payments",
        verbose_name=_("allocataire"),
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(_("référence"), max_length=32, editable=False)
    amount_cents = models.BigIntegerField(_("montant"))
    status = models.CharField(
        _("état"),
        max_length=10,
        choices=PaymentStatus.choices,
        default=PaymentStatus.OPEN,
        editable=False,
    )
    echeancier = models.ForeignKey(
        Echeancier,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="payments",
        verbose_name=_("échéancier"),
    )
    #: The refused due that this payment makes good, by another card or on another day.
    echeance = models.ForeignKey(
        Echeance,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="payments",
        verbose_name=_("échéance"),
    )
    link = models.ForeignKey(
        PaymentLink,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="payments",
        verbose_name=_("lien de paiement"),
    )
    channel = models.CharField(_("accès"), max_length=6, choices=Channel.choices)
    email = models.EmailField(_("adresse pour la confirmation"), blank=True)
    #: The person agreed that the platform is given the address as well (invariant 15).
    email_shared = models.BooleanField(
        _("adresse donnée à la plateforme"), default=False, db_default=False
    )
    langue = models.CharField(_("langue"), max_length=2, default="fr")
    created_at = models.DateTimeField(_("commencé le"))
    last_form_at = models.DateTimeField(_("dernier départ vers la banque"))
    paid_at = models.DateTimeField(_("payé le"), null=True, blank=True, editable=False)
    check_requested_at = models.DateTimeField(null=True, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: The last question that the platform answered, with sense.
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        """Names, indexes and checks."""

        verbose_name = _("paiement")
        verbose_name_plural = _("paiements")
        indexes = [
            models.Index(fields=["caisse", "-created_at"], name="payment_newest"),
            models.Index(
                fields=["last_form_at"],
                condition=models.Q(status__in=sorted(IN_PROGRESS)),
                name="payment_in_progress",
            ),
            models.Index(
                fields=["last_form_at"],
                condition=models.Q(closed_at__isnull=True),
                name="payment_not_closed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="payment_by_caisse"),
            models.UniqueConstraint(
                fields=["boutique", "reference"], name="payment_reference_once"
            ),
            models.UniqueConstraint(
                fields=["echeancier"],
                condition=models.Q(echeancier__isnull=False),
                name="payment_one_for_a_plan",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_cents__gte=100), name="inv05_payment_at_least_one_euro"
            ),
            models.CheckConstraint(
                condition=models.Q(reference__regex=r"^[A-Za-z0-9_-]{1,32}$"),
                name="payment_reference_charset",
            ),
            models.CheckConstraint(
                condition=models.Q(status=PaymentStatus.PAID, paid_at__isnull=False)
                | models.Q(status=PaymentStatus.REFUNDED)
                | (
                    ~models.Q(status__in=[PaymentStatus.PAID, PaymentStatus.REFUNDED])
                    & models.Q(paid_at__isnull=True)
                ),
                name="inv06_payment_paid_has_its_date",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_in_progress(self) -> bool:
        """Whether the payer or the bank may still finish it."""
        return self.status in IN_PROGRESS

    @property
    def gateway_references(self) -> list[str]:
        """What the gateway calls its departures, oldest first; read from ``redirections``."""
        named = (each for each in self.redirections.all() if each.gateway_reference)
        return [each.gateway_reference for each in sorted(named, key=lambda each: each.pk)]


class AffectationQuerySet(models.QuerySet["Affectation"]):
    """Questions asked of shares."""

    def locked_together(self) -> Self:
        """With their debts, by number, then their attempt, under lock in one statement."""
        return (
            self.select_related("payment", "creance__allocataire")
            .order_by("creance_id")
            .select_for_update(of=("creance", "payment"), no_key=True)
        )


class Affectation(models.Model):
    """How much of a payment goes to which debt; the rows sum to the payment (invariant 5)."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="affectations",
        verbose_name=_("paiement"),
    )
    creance = models.ForeignKey(
        Creance,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="affectations",
        verbose_name=_("créance"),
    )
    amount_cents = models.BigIntegerField(_("montant"))

    objects = AffectationQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("affectation")
        verbose_name_plural = _("affectations")
        constraints = [
            models.UniqueConstraint(fields=["payment", "creance"], name="affectation_once"),
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="inv05_affectation_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"affectation {self.pk}"


class Redirection(models.Model):
    """One departure of the payer for the bank: each has a trans_id of its own (invariant 10)."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    boutique = models.ForeignKey(Boutique, on_delete=models.PROTECT, db_constraint=False)
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="redirections",
        verbose_name=_("paiement"),
    )
    trans_id = models.CharField(_("trans_id"), max_length=6)
    utc_on = models.DateField(_("jour UTC"))
    issued_at = models.DateTimeField(_("donnée le"))
    #: What the gateway calls this departure, when it names departures; written once.
    gateway_reference = models.CharField(
        _("référence chez la plateforme"), max_length=64, blank=True, editable=False
    )

    class Meta:
        """Names and checks."""

        verbose_name = _("départ vers la banque")
        verbose_name_plural = _("départs vers la banque")
        constraints = [
            models.UniqueConstraint(
                "boutique", "utc_on", Upper("trans_id"), name="inv10_trans_id_once_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(trans_id__regex=r"^[0-8][0-9]{5}$"),
                name="inv10_trans_id_six_digits",
            ),
            models.UniqueConstraint(
                fields=["boutique", "gateway_reference"],
                condition=~models.Q(gateway_reference=""),
                name="redirection_reference_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.utc_on:%Y%m%d}-{self.trans_id}"


class PaymentLog(models.Model):
    """One move of a payment. Writing the row is what moves the payment (invariant 6)."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="logs",
        verbose_name=_("paiement"),
    )
    from_status = models.CharField(_("de"), max_length=10, choices=PaymentStatus.choices)
    to_status = models.CharField(_("à"), max_length=10, choices=PaymentStatus.choices)
    cause = models.CharField(_("cause"), max_length=12, choices=Cause.choices)
    reason = models.CharField(_("précision"), max_length=120, blank=True)
    at = models.DateTimeField(_("le"))
    notification = models.ForeignKey(
        Notification,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("notification"),
    )

    class Meta:
        """Names and checks."""

        verbose_name = _("étape de paiement")
        verbose_name_plural = _("étapes de paiement")
        constraints = [
            models.CheckConstraint(
                condition=reduce(
                    or_,
                    (models.Q(from_status=a, to_status=b) for a, b in allowed_pairs()),
                ),
                name="inv06_payment_log_along_the_table",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"
