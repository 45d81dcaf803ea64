"""TropPercu: money that a transaction brought beyond what the debts could take, and its way out."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allocataires.models import Allocataire, Creance
from caf_portal.money import format_euros
from caf_portal.paris import paris_date
from caisses.models import Caisse
from caisses.perms import Rights
from payments.models.payment import Payment
from payments.models.refund import Refund
from payments.models.transaction import Transaction


class TropPercuStatus(models.TextChoices):
    """Where the money stands. It waits on the suspense account until it is placed or gone."""

    A_CHOISIR = "A_CHOISIR", _("À choisir par la personne")
    AFFECTE = "AFFECTE", _("Déduit d’une autre dette")
    REMBOURSEMENT = "REMBOURSEMENT", _("Remboursement demandé")
    RENDU = "RENDU", _("Rendu à la personne")
    A_TRANSMETTRE = "A_TRANSMETTRE", _("À transmettre à la nouvelle caisse")
    TRANSMIS = "TRANSMIS", _("Transmis à la nouvelle caisse")


#: Those of which something is still to be decided or done.
WAITING = frozenset(
    {TropPercuStatus.A_CHOISIR, TropPercuStatus.REMBOURSEMENT, TropPercuStatus.A_TRANSMETTRE}
)


class TropPercuQuerySet(models.QuerySet["TropPercu"]):
    """Questions asked of surpluses."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)

    def waiting(self) -> Self:
        """Those of which something is still to be decided or done."""
        return self.filter(status__in=WAITING)

    def locked(self) -> Self:
        """Under lock, in one fixed order, without blocking foreign-key checks."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class TropPercu(models.Model):
    """What one transaction left on the suspense account of a payment that we know.

    Written with the booking. ``public_id`` names its movement and its écriture, so that it is
    placed once (invariant 4). ``moved_creance`` is set when the money was meant for a debt that
    another fund follows now: it goes there by itself, up to ``sent_cents``. What is given back is
    a ``Refund`` like any other.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    allocataire = models.ForeignKey(
        Allocataire, on_delete=models.PROTECT, db_constraint=False, verbose_name=_("allocataire")
    )
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="surpluses",
        verbose_name=_("paiement"),
    )
    transaction = models.ForeignKey(
        Transaction,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="surpluses",
        verbose_name=_("transaction"),
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    amount_cents = models.BigIntegerField(_("montant"))
    status = models.CharField(
        _("état"),
        max_length=13,
        choices=TropPercuStatus.choices,
        default=TropPercuStatus.A_CHOISIR,
    )
    moved_creance = models.ForeignKey(
        Creance,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("dette partie vers une autre caisse"),
    )
    sent_cents = models.BigIntegerField(_("transmis"), default=0)
    #: Names the écritures of both funds, and the movement of the one that receives.
    sent_id = models.UUIDField(_("transmission"), null=True, blank=True, editable=False)
    creance = models.ForeignKey(
        Creance,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("dette choisie"),
    )
    placed_cents = models.BigIntegerField(_("déduit de la dette choisie"), default=0)
    refund = models.ForeignKey(
        Refund,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("remboursement"),
    )
    seen_at = models.DateTimeField(_("vu le"))
    chosen_at = models.DateTimeField(_("choisi le"), null=True, blank=True)
    #: Empty: the person chose.
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("choisi pour la personne par"),
    )

    objects = TropPercuQuerySet.as_manager()

    class Meta:
        """Names, indexes and checks."""

        verbose_name = _("trop-perçu")
        verbose_name_plural = _("trop-perçus")
        indexes = [
            models.Index(
                fields=["caisse", "allocataire"],
                condition=Q(status__in=sorted(WAITING)),
                name="trop_percu_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["transaction", "moved_creance"],
                nulls_distinct=False,
                name="inv04_trop_percu_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0, sent_cents__gte=0, placed_cents__gte=0)
                & Q(amount_cents__gte=F("sent_cents") + F("placed_cents")),
                name="inv07_trop_percu_within_its_amount",
            ),
            models.CheckConstraint(
                condition=Q(creance__isnull=True, placed_cents=0)
                | Q(creance__isnull=False, placed_cents__gt=0),
                name="trop_percu_placed_on_a_debt",
            ),
            models.CheckConstraint(
                condition=~Q(status=TropPercuStatus.AFFECTE) | Q(creance__isnull=False),
                name="trop_percu_placed_has_its_debt",
            ),
            models.CheckConstraint(
                condition=Q(sent_cents=0, sent_id__isnull=True)
                | Q(sent_cents__gt=0, sent_id__isnull=False, moved_creance__isnull=False),
                name="trop_percu_sent_follows_a_debt",
            ),
        ]

    def __str__(self) -> str:
        said = {
            "amount": format_euros(self.amount_cents),
            "jour": f"{paris_date(self.seen_at):%d/%m/%Y}",
        }
        return str(_("trop-perçu de %(amount)s du %(jour)s") % said)

    @property
    def left_cents(self) -> int:
        """What the person may still choose about, as far as this row knows."""
        return self.amount_cents - self.sent_cents - self.placed_cents
