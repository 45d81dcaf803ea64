"""Habilitation: what an agent may do, and for which fund."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models.caisse import Caisse


class Role(models.TextChoices):
    """What a right allows. National rights have no fund."""

    AGENT = "AGENT", _("agent de caisse")
    COMPTABLE = "COMPTABLE", _("comptable de caisse")
    NATIONAL = "NATIONAL", _("administrateur national")


class Habilitation(models.Model):
    """An agent's right on one fund, or on all of them when the role is national."""

    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="habilitations",
        verbose_name=_("agent"),
    )
    role = models.CharField(_("rôle"), max_length=10, choices=Role.choices)
    caisse = models.ForeignKey(
        Caisse, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("caisse")
    )
    granted_at = models.DateTimeField(_("accordée le"), auto_now_add=True)

    class Meta:
        """Names and checks."""

        verbose_name = _("habilitation")
        verbose_name_plural = _("habilitations")
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "role", "caisse"],
                name="habilitation_granted_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.NATIONAL, caisse__isnull=True)
                | (~models.Q(role=Role.NATIONAL) & models.Q(caisse__isnull=False)),
                name="habilitation_national_has_no_caisse",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.role} {self.caisse_id or '*'}"
