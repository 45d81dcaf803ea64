"""Echeancier and Echeance: an agreed plan and its due dates."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allocataires.models.allocataire import Allocataire
from caisses.models import Caisse
from caisses.perms import Rights


class EcheancierStatus(models.TextChoices):
    """Where a plan stands."""

    PROPOSED = "PROPOSED", _("À confirmer chez la banque")
    ACTIVE = "ACTIVE", _("En cours")
    DONE = "DONE", _("Terminé")
    STOPPED = "STOPPED", _("Arrêté")


class EcheanceStatus(models.TextChoices):
    """Where one due stands: what was promised, and what came in."""

    PLANNED = "PLANNED", _("À venir")
    PAID = "PAID", _("Payée par carte à son échéance")
    REFUSED = "REFUSED", _("Refusée, à payer autrement")
    PAID_OTHERWISE = "PAID_OTHERWISE", _("Payée autrement")
    CANCELLED = "CANCELLED", _("Annulée")


#: The only moves of a due. Money told late is still money.
ECHEANCE_MOVES: dict[EcheanceStatus, frozenset[EcheanceStatus]] = {
    EcheanceStatus.PLANNED: frozenset(
        {
            EcheanceStatus.PAID,
            EcheanceStatus.REFUSED,
            EcheanceStatus.CANCELLED,
            EcheanceStatus.PAID_OTHERWISE,
        }
    ),
    EcheanceStatus.REFUSED: frozenset(
        {EcheanceStatus.PAID, EcheanceStatus.PAID_OTHERWISE, EcheanceStatus.CANCELLED}
    ),
    EcheanceStatus.CANCELLED: frozenset({EcheanceStatus.PAID}),
    EcheanceStatus.PAID: frozenset(),
    EcheanceStatus.PAID_OTHERWISE: frozenset(),
}


class EcheancierQuerySet(models.QuerySet["Echeancier"]):
    """Questions asked of plans."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)


class Echeancier(models.Model):
    """A plan agreed with a person: its dues sum to ``total_cents`` (checked at commit)."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    allocataire = models.ForeignKey(
        Allocataire,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="echeanciers",
        verbose_name=_("allocataire"),
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    total_cents = models.BigIntegerField(_("montant total"))
    status = models.CharField(
        _("état"),
        max_length=8,
        choices=EcheancierStatus.choices,
        default=EcheancierStatus.PROPOSED,
    )
    agreed_at = models.DateTimeField(_("accepté le"))

    objects = EcheancierQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("échéancier")
        verbose_name_plural = _("échéanciers")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="echeancier_by_caisse"),
            models.CheckConstraint(
                condition=Q(total_cents__gt=0), name="echeancier_total_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"échéancier {self.pk}"


class EcheanceQuerySet(models.QuerySet["Echeance"]):
    """Questions asked of dues."""

    def locked(self) -> Self:
        """Under lock, first to last, without blocking foreign-key checks."""
        return self.order_by("echeancier_id", "rank").select_for_update(of=("self",), no_key=True)


class Echeance(models.Model):
    """One due: promised on ``due_on`` (Paris date), and what became of it."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    echeancier = models.ForeignKey(
        Echeancier,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="echeances",
        verbose_name=_("échéancier"),
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rank = models.SmallIntegerField(_("rang"))
    due_on = models.DateField(_("date prévue"))
    amount_cents = models.BigIntegerField(_("montant"))
    status = models.CharField(
        _("état"),
        max_length=14,
        choices=EcheanceStatus.choices,
        default=EcheanceStatus.PLANNED,
    )
    settled_at = models.DateTimeField(_("réglée le"), null=True, blank=True)
    #: What settled it: the platform's transaction, or the payment made otherwise.
    source_id = models.UUIDField(_("réglée par"), null=True, blank=True)

    objects = EcheanceQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("échéance")
        verbose_name_plural = _("échéances")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="echeance_by_caisse"),
            models.UniqueConstraint(fields=["echeancier", "rank"], name="echeance_rank_once"),
            models.UniqueConstraint(fields=["echeancier", "due_on"], name="echeance_one_a_day"),
            models.CheckConstraint(
                condition=Q(amount_cents__gte=100), name="echeance_at_least_one_euro"
            ),
            models.UniqueConstraint(
                fields=["caisse", "source_id"],
                condition=Q(source_id__isnull=False),
                name="inv04_echeance_settled_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[EcheanceStatus.PAID, EcheanceStatus.PAID_OTHERWISE],
                    source_id__isnull=False,
                    settled_at__isnull=False,
                )
                | (
                    ~Q(status__in=[EcheanceStatus.PAID, EcheanceStatus.PAID_OTHERWISE])
                    & Q(source_id__isnull=True)
                ),
                name="inv14_echeance_paid_by_something",
            ),
        ]

    def __str__(self) -> str:
        return f"échéance {self.rank}"
