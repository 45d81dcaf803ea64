"""PaymentLink: a page that an agent sends so that given debts can be paid by whoever has it."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allocataires.models import Allocataire, Creance
from caisses.models import Caisse
from caisses.perms import Rights


class PaymentLinkQuerySet(models.QuerySet["PaymentLink"]):
    """Questions asked of links."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)

    def locked(self) -> Self:
        """Under lock, in one fixed order, without blocking foreign-key checks."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)

    def usable(self, now: datetime) -> Self:
        """Neither revoked nor out of date."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)


class PaymentLink(models.Model):
    """Valid until a date, revocable. Whoever opens it sees fund, reference and amount, no name.

    The address holds the fund's code and ``public_id``, signed; nothing else has to be secret.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    allocataire = models.ForeignKey(
        Allocataire,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="payment_links",
        verbose_name=_("allocataire"),
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("créé par"),
    )
    created_at = models.DateTimeField(_("créé le"))
    expires_at = models.DateTimeField(_("valable jusqu’au"))
    revoked_at = models.DateTimeField(_("révoqué le"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("révoqué par"),
    )

    #: When the platform's own page was asked for it: what it called the order, and the payment's
    #: reference that it will speak of. The link then leads there and nowhere else.
    payment_order_id = models.CharField(_("ordre de paiement"), max_length=64, blank=True)
    payment_order_url = models.URLField(_("page de la plateforme"), max_length=500, blank=True)
    payment_order_reference = models.CharField(
        _("référence du paiement"), max_length=32, blank=True
    )
    #: The platform said that its page takes nothing any more.
    payment_order_closed_at = models.DateTimeField(_("page fermée le"), null=True, blank=True)

    objects = PaymentLinkQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("lien de paiement")
        verbose_name_plural = _("liens de paiement")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="link_by_caisse"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="link_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="link_revoked_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(payment_order_id="", payment_order_url="")
                | (~Q(payment_order_url="") & ~Q(payment_order_reference="")),
                name="link_order_has_its_page",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What is read on the page and on paper; says nothing of the person."""
        return f"L-{self.public_id.hex[:8].upper()}"


class LinkedCreance(models.Model):
    """One debt that a link lets pay, and how much of it."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    link = models.ForeignKey(
        PaymentLink,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="lines",
        verbose_name=_("lien"),
    )
    creance = models.ForeignKey(
        Creance,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="+",
        verbose_name=_("créance"),
    )
    amount_cents = models.BigIntegerField(_("montant"))

    class Meta:
        """Names and checks."""

        verbose_name = _("créance d’un lien")
        verbose_name_plural = _("créances d’un lien")
        constraints = [
            models.UniqueConstraint(fields=["link", "creance"], name="linked_creance_once"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="linked_creance_positive"),
        ]

    def __str__(self) -> str:
        return f"créance liée {self.pk}"
