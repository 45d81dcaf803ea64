"""What leaves for the CAF's software: numbered events, subscriptions, and their deliveries."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from caf_portal.encrypted_field import EncryptedTextField
from caisses.models import Caisse
from caisses.perms import Rights


class EvenementKind(models.TextChoices):
    """What happened."""

    PAYMENT = "PAYMENT", _("Paiement")
    REFUND = "REFUND", _("Somme rendue")
    PLAN = "PLAN", _("Échéancier")
    ECHEANCE = "ECHEANCE", _("Échéance")
    STATE = "STATE", _("État d’une dette")
    DEMANDE = "DEMANDE", _("Demande")
    MOUVEMENT = "MOUVEMENT", _("Mouvement")


class EvenementSortantQuerySet(models.QuerySet["EvenementSortant"]):
    """Questions asked of events."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)


class EvenementSortant(models.Model):
    """One fact, numbered without gap in its fund once it is committed: a cursor misses nothing.

    ``source_key`` names the fact (a log line, a movement), so that it is published once.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    number = models.BigIntegerField(_("numéro"))
    kind = models.CharField(_("fait"), max_length=9, choices=EvenementKind.choices)
    source_key = models.CharField(_("source"), max_length=80)
    payload = models.JSONField(_("contenu"))
    occurred_at = models.DateTimeField(_("survenu le"))
    published_at = models.DateTimeField(_("publié le"))

    objects = EvenementSortantQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("événement sortant")
        verbose_name_plural = _("événements sortants")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "number"], name="evenement_number_once"),
            models.UniqueConstraint(
                fields=["caisse", "source_key"], name="inv04_evenement_published_once"
            ),
        ]

    def __str__(self) -> str:
        return f"événement {self.number}"


class AbonnementQuerySet(models.QuerySet["Abonnement"]):
    """Questions asked of subscriptions."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)

    def locked(self) -> Self:
        """Under lock, in one fixed order, without blocking foreign-key checks."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Abonnement(models.Model):
    """Where a fund's software listens; every event is posted there, signed, in order."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    url = models.URLField(_("adresse"), max_length=500)
    secret = EncryptedTextField(_("secret de signature"))
    active = models.BooleanField(_("actif"), default=True)
    last_number = models.BigIntegerField(_("dernier événement remis"), default=0)
    created_at = models.DateTimeField(_("créé le"))

    objects = AbonnementQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("abonnement")
        verbose_name_plural = _("abonnements")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="abonnement_by_caisse"),
            models.UniqueConstraint(fields=["caisse", "url"], name="abonnement_url_once"),
        ]

    def __str__(self) -> str:
        return f"abonnement {self.pk}"


class LivraisonQuerySet(models.QuerySet["Livraison"]):
    """Questions asked of deliveries."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)


class Livraison(models.Model):
    """One try at posting one event, and what the other side answered; the log only grows."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    abonnement = models.ForeignKey(
        Abonnement,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="livraisons",
        verbose_name=_("abonnement"),
    )
    number = models.BigIntegerField(_("événement"))
    attempt = models.SmallIntegerField(_("essai"))
    at = models.DateTimeField(_("le"))
    status_code = models.SmallIntegerField(_("réponse"), null=True, blank=True)
    error = models.CharField(_("erreur"), max_length=200, blank=True)
    took_ms = models.IntegerField(_("durée (ms)"), default=0)

    objects = LivraisonQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("livraison")
        verbose_name_plural = _("livraisons")
        constraints = [
            models.UniqueConstraint(
                fields=["abonnement", "number", "attempt"], name="livraison_attempt_once"
            ),
            models.CheckConstraint(
                condition=Q(status_code__isnull=False) | ~Q(error=""),
                name="livraison_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"livraison {self.pk}"
