"""Boutique: a fund's shop on the payment platform, and its daily sequence of trans_id."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from caf_portal.encrypted_field import EncryptedTextField
from caisses.models import Caisse


class Mode(models.TextChoices):
    """A shop has one key and one set of transactions per mode; they never mix."""

    TEST = "TEST", _("test")
    PRODUCTION = "PRODUCTION", _("production")


class Algorithm(models.TextChoices):
    """Signature algorithms of the form (sheet B)."""

    HMAC_SHA_256 = "HMAC-SHA-256", "HMAC-SHA-256"
    SHA_1 = "SHA-1", "SHA-1"


class Platform(models.TextChoices):
    """Which gateway serves a shop; chosen per fund by the shop in service."""

    PAYZEN = "PAYZEN", "PayZen"
    PAYFIP = "PAYFIP", "PayFiP"


class BoutiqueQuerySet(models.QuerySet["Boutique"]):
    """Questions asked of shops."""

    def in_service(self) -> Self:
        """Those that take payments in this portal's mode: one a fund at most."""
        return self.filter(mode=settings.PAYZEN_MODE, active=True)


class Boutique(models.Model):
    """A fund's shop in one mode. ``key`` signs forms, ``rest_password`` opens the REST API."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    site_id = models.CharField(_("identifiant de boutique"), max_length=8)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices)
    algorithm = models.CharField(
        _("algorithme"), max_length=12, choices=Algorithm.choices, default=Algorithm.HMAC_SHA_256
    )
    key = EncryptedTextField(_("clé de signature"), blank=True)
    rest_password = EncryptedTextField(_("mot de passe REST"), blank=True)
    platform = models.CharField(
        _("plateforme"), max_length=8, choices=Platform.choices, default=Platform.PAYZEN
    )
    #: After a change the platform accepts both for 24 hours (sheet B), and so do we.
    former_algorithm = models.CharField(
        _("algorithme précédent"), max_length=12, choices=Algorithm.choices, blank=True
    )
    former_key = EncryptedTextField(_("clé précédente"), blank=True)
    signature_changed_at = models.DateTimeField(_("signature changée le"), null=True, blank=True)
    # Opening a shop takes two people (invariant 16).
    opening_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("ouverture demandée par"),
    )
    opening_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("ouverte par"),
    )
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    # What the form says for this shop (sheet A.5); empty leaves the platform's own setting.
    payment_cards = models.CharField(_("cartes acceptées"), max_length=120, blank=True)
    theme_config = models.CharField(_("thème de la page"), max_length=255, blank=True)
    threeds = models.CharField(_("préférence 3-D Secure"), max_length=1, blank=True)
    capture_delay_days = models.SmallIntegerField(
        _("délai de remise (jours)"), null=True, blank=True
    )
    validation_mode = models.CharField(_("validation"), max_length=1, blank=True)
    return_mode = models.CharField(_("mode de retour"), max_length=4, default="NONE")
    redirect_success_seconds = models.SmallIntegerField(null=True, blank=True)
    redirect_error_seconds = models.SmallIntegerField(null=True, blank=True)
    active = models.BooleanField(_("en service"), default=True)

    objects = BoutiqueQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("boutique")
        verbose_name_plural = _("boutiques")
        constraints = [
            models.UniqueConstraint(fields=["site_id", "mode"], name="boutique_once"),
            models.UniqueConstraint(fields=["caisse", "id"], name="boutique_by_caisse"),
            models.UniqueConstraint(
                fields=["caisse", "mode"],
                condition=models.Q(active=True),
                name="boutique_one_in_service",
            ),
            models.CheckConstraint(
                condition=models.Q(platform=Platform.PAYZEN, site_id__regex=r"^[0-9]{8}$")
                | models.Q(platform=Platform.PAYFIP, site_id__regex=r"^[0-9]{6}$"),
                name="boutique_number_of_its_platform",
            ),
            models.CheckConstraint(
                condition=models.Q(mode=Mode.TEST)
                | models.Q(active=False)
                | (
                    models.Q(opened_by__isnull=False)
                    & models.Q(opening_asked_by__isnull=False)
                    & ~models.Q(opened_by=models.F("opening_asked_by"))
                ),
                name="inv16_boutique_production_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(threeds__in=["", "2", "3", "4", "5"])
                & models.Q(validation_mode__in=["", "0", "1"])
                & models.Q(return_mode__in=["NONE", "GET", "POST"]),
                name="boutique_form_values",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(capture_delay_days__isnull=True)
                    | models.Q(capture_delay_days__range=(0, 365))
                )
                & (
                    models.Q(redirect_success_seconds__isnull=True)
                    | models.Q(redirect_success_seconds__range=(0, 300))
                )
                & (
                    models.Q(redirect_error_seconds__isnull=True)
                    | models.Q(redirect_error_seconds__range=(0, 300))
                ),
                name="boutique_form_delays",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.mode}"


class TransIdCounter(models.Model):
    """Last trans_id given by a shop on a UTC day (sheet A.2: unique per shop and UTC day)."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    boutique = models.ForeignKey(Boutique, on_delete=models.PROTECT, db_constraint=False)
    utc_on = models.DateField(_("jour UTC"))
    last = models.IntegerField(_("dernier numéro"))
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Names and checks."""

        verbose_name = _("compteur de trans_id")
        verbose_name_plural = _("compteurs de trans_id")
        constraints = [
            models.UniqueConstraint(fields=["boutique", "utc_on"], name="trans_id_counter_once"),
            models.CheckConstraint(
                condition=models.Q(last__gte=0, last__lt=900_000),
                name="inv10_trans_id_below_platform_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.utc_on:%Y-%m-%d} {self.last}"
