"""Charte: the colours, the logo and the words of a fund, by version."""

import re
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models.caisse import Caisse

COLOUR = re.compile(r"^#[0-9a-f]{6}$")
validate_colour = RegexValidator(COLOUR, _("Écrivez la couleur sous la forme #1a2b3c."))


class CharteQuerySet(models.QuerySet["Charte"]):
    """Questions asked of chartes."""

    def published(self) -> Self:
        """Those that people have seen or see."""
        return self.filter(published_at__isnull=False)

    def in_force(self, *, caisse_id: int, now: datetime) -> "Charte | None":
        """The latest one published for this fund, if there is one."""
        return (
            self.filter(caisse_id=caisse_id, published_at__lte=now)
            .order_by("-published_at", "-pk")
            .first()
        )


class Charte(models.Model):
    """One version of a fund's branding: drafted by one person, published by another (inv. 16)."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    couleur_principale = models.CharField(
        _("couleur principale"), max_length=7, validators=[validate_colour], default="#1f3a68"
    )
    couleur_accent = models.CharField(
        _("couleur d’accent"), max_length=7, validators=[validate_colour], default="#0b6e4f"
    )
    logo_png = models.BinaryField(_("logo"), null=True, blank=True, editable=False)
    logo_alt = models.CharField(_("texte du logo"), max_length=80, blank=True)
    accueil = models.TextField(_("mot d’accueil"), max_length=400, blank=True)
    contact = models.TextField(_("comment nous joindre"), max_length=400, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("rédigée par"),
    )
    drafted_at = models.DateTimeField(_("rédigée le"), auto_now_add=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("approuvée par"),
    )
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True, editable=False)

    objects = CharteQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("charte")
        verbose_name_plural = _("chartes")
        indexes = [models.Index(fields=["caisse", "-published_at"], name="charte_in_force")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | ~models.Q(approved_by=models.F("drafted_by")),
                name="inv16_charte_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True, approved_by__isnull=True)
                | models.Q(published_at__isnull=False, approved_by__isnull=False),
                name="charte_published_means_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(couleur_principale__regex=COLOUR.pattern)
                & models.Q(couleur_accent__regex=COLOUR.pattern),
                name="charte_colours_are_hexadecimal",
            ),
        ]

    def __str__(self) -> str:
        return f"charte {self.pk}"
