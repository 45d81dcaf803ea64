"""Echeancier and Echeance: an agreed plan and its due dates."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allocataires.models.allocataire import Allocataire
from allocataires.models.creance import Creance
from caisses.models import Caisse
from caisses.perms import Rights


class EcheancierStatus(models.TextChoices):
    """Where a plan stands."""

    PROPOSED = "PROPOSED", _("À confirmer chez la banque")
    ASKED = "ASKED", _("En attente de l’accord de la caisse")
    REFUSED = "REFUSED", _("Non accepté par la caisse")
    ACTIVE = "ACTIVE", _("En cours")
    DONE = "DONE", _("Terminé")
    STOPPED = "STOPPED", _("Arrêté")


class PlanMeans(models.TextChoices):
    """How the dues of a plan are paid."""

    CARTE = "CARTE", _("Par carte, débitée à chaque échéance")
    DEMANDE = "DEMANDE", _("En ligne à chaque échéance, après un rappel")
    AUTRE = "AUTRE", _("Par virement ou par chèque")


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

    def locked(self) -> Self:
        """Under lock, in one fixed order, without blocking foreign-key checks."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


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
    means = models.CharField(
        _("moyen de paiement"), max_length=7, choices=PlanMeans.choices, default=PlanMeans.CARTE
    )
    #: Day of the month that the person chose.
    day = models.SmallIntegerField(_("jour du mois"), null=True, blank=True)
    #: When the person agreed; a plan of more than twelve months then waits for the fund.
    agreed_at = models.DateTimeField(_("accepté le"))
    ask_note = models.CharField(_("précision de la personne"), max_length=500, blank=True)
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("décidé par"),
    )
    decision_note = models.CharField(_("réponse de la caisse"), max_length=500, blank=True)

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
            models.CheckConstraint(
                condition=Q(day__isnull=True) | Q(day__gte=1, day__lte=31),
                name="echeancier_day_of_month",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="echeancier_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(status=EcheancierStatus.REFUSED) | ~Q(decision_note=""),
                name="echeancier_refused_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"échéancier {self.pk}"


class PartEcheancier(models.Model):
    """What a plan repays of one debt, and in which order; the parts sum to the plan."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    echeancier = models.ForeignKey(
        Echeancier,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="parts",
        verbose_name=_("échéancier"),
    )
    creance = models.ForeignKey(
        Creance,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="parts",
        verbose_name=_("créance"),
    )
    rank = models.SmallIntegerField(_("ordre"))
    amount_cents = models.BigIntegerField(_("montant"))

    class Meta:
        """Names and checks."""

        verbose_name = _("part d’échéancier")
        verbose_name_plural = _("parts d’échéancier")
        constraints = [
            models.UniqueConstraint(fields=["echeancier", "creance"], name="part_creance_once"),
            models.UniqueConstraint(fields=["echeancier", "rank"], name="part_rank_once"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="part_positive"),
        ]

    def __str__(self) -> str:
        return f"part {self.rank}"


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
    #: When the person was reminded that this due comes.
    reminded_at = models.DateTimeField(_("rappelée le"), null=True, blank=True)
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


class ReportKind(models.TextChoices):
    """Why a due was put off."""

    DEPLACEE = "DEPLACEE", _("Échéance déplacée")
    SAUTEE = "SAUTEE", _("Échéance sautée")
    PAUSE = "PAUSE", _("Pause d’un mois")


class ReportEcheance(models.Model):
    """One due put off: writing the row is what moves its date (invariant 6)."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    echeance = models.ForeignKey(
        Echeance,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="reports",
        verbose_name=_("échéance"),
    )
    kind = models.CharField(_("motif"), max_length=8, choices=ReportKind.choices)
    from_on = models.DateField(_("date précédente"))
    to_on = models.DateField(_("nouvelle date"))
    at = models.DateTimeField(_("décidé le"))
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agent"),
    )
    #: The same for all the dues that one decision moves.
    source_id = models.UUIDField(_("décision"))

    class Meta:
        """Names and checks."""

        verbose_name = _("report d’échéance")
        verbose_name_plural = _("reports d’échéance")
        constraints = [
            models.UniqueConstraint(fields=["echeance", "source_id"], name="report_once"),
            models.CheckConstraint(
                condition=~Q(to_on=F("from_on")), name="report_changes_the_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_on} → {self.to_on}"
