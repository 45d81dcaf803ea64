"""Demande: what a person asks about a debt, and what the fund answers."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allocataires.models import Allocataire, Creance
from allocataires.states import CreanceState
from caisses.models import Caisse
from caisses.perms import Rights


class DemandeKind(models.TextChoices):
    """What is asked."""

    RECTIFICATION = "RECTIFICATION", _("Demande de rectification")
    RECOURS = "RECOURS", _("Contestation")
    REMISE = "REMISE", _("Demande de remise de dette")


class DemandeStatus(models.TextChoices):
    """Where it stands; every answer is final."""

    DEPOSEE = "DEPOSEE", _("En cours d’examen")
    ACCEPTEE = "ACCEPTEE", _("Acceptée")
    PARTIELLE = "PARTIELLE", _("Acceptée en partie")
    REJETEE = "REJETEE", _("Refusée")
    SANS_REPONSE = "SANS_REPONSE", _("Refusée faute de réponse dans le délai")
    RETIREE = "RETIREE", _("Retirée")


#: Answers that an agent gives, with a reason.
DECIDED = frozenset({DemandeStatus.ACCEPTEE, DemandeStatus.PARTIELLE, DemandeStatus.REJETEE})


class DemandeQuerySet(models.QuerySet["Demande"]):
    """Questions asked of demandes."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)

    def waiting(self) -> Self:
        """Those that nobody has answered."""
        return self.filter(status=DemandeStatus.DEPOSEE)

    def locked(self) -> Self:
        """Under lock, in one fixed order, without blocking foreign-key checks."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Demande(models.Model):
    """Asked once at a time per debt and kind; answered once, with a reason written to the person.

    ``suspends`` says whether the recovery stopped when it was filed (article in ``law``), and
    ``back_to`` the state the debt returns to if the answer is no. ``answer_due_on`` is the day
    after which silence is a refusal, ``resume_on`` the first day on which recovery may resume.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    creance = models.ForeignKey(
        Creance,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="demandes",
        verbose_name=_("créance"),
    )
    allocataire = models.ForeignKey(
        Allocataire,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="demandes",
        verbose_name=_("allocataire"),
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("demande"), max_length=13, choices=DemandeKind.choices)
    status = models.CharField(
        _("état"), max_length=12, choices=DemandeStatus.choices, default=DemandeStatus.DEPOSEE
    )
    message = models.TextField(_("message de la personne"), max_length=2000, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    filed_at = models.DateTimeField(_("déposée le"))
    filed_on = models.DateField(_("date de dépôt"))
    suspends = models.BooleanField(_("suspend le remboursement"))
    law = models.CharField(_("texte"), max_length=120, blank=True)
    back_to = models.CharField(
        _("état avant la demande"), max_length=16, choices=CreanceState.choices
    )
    answer_due_on = models.DateField(_("réponse attendue avant le"), null=True, blank=True)
    resume_on = models.DateField(_("reprise possible le"), null=True, blank=True)
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("décidée par"),
    )
    reason = models.TextField(_("motif de la réponse"), max_length=2000, blank=True)
    remitted_cents = models.BigIntegerField(_("montant remis"), null=True, blank=True)

    objects = DemandeQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("demande")
        verbose_name_plural = _("demandes")
        indexes = [
            models.Index(
                fields=["answer_due_on"],
                condition=Q(status=DemandeStatus.DEPOSEE),
                name="demande_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="demande_by_caisse"),
            models.UniqueConstraint(
                fields=["creance", "kind"],
                condition=Q(status=DemandeStatus.DEPOSEE),
                name="demande_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status__in=DECIDED, decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(reason="")
                )
                | (
                    Q(status__in=[DemandeStatus.SANS_REPONSE, DemandeStatus.RETIREE])
                    & Q(decided_at__isnull=False, decided_by__isnull=True)
                )
                | Q(status=DemandeStatus.DEPOSEE, decided_at__isnull=True, decided_by__isnull=True),
                name="demande_decided_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(remitted_cents__isnull=True)
                | Q(remitted_cents__gt=0, status__in=DECIDED),
                name="demande_remitted_by_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"demande {self.pk}"

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered yet."""
        return self.status == DemandeStatus.DEPOSEE

    @property
    def reference(self) -> str:
        """What the person quotes to speak of it: it says nothing of the debt."""
        return f"D-{self.public_id.hex[:8].upper()}"
