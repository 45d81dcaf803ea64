"""CleApi: the key with which a fund's software speaks to the portal; its calls, remembered."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from caisses.perms import Rights


class CleApiQuerySet(models.QuerySet["CleApi"]):
    """Questions asked of keys."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)


class CleApi(models.Model):
    """A key is shown once, when it is made; only its digest is kept.

    ``prefix`` is its public part (fund's code and number), by which the digest is found.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    label = models.CharField(_("libellé"), max_length=100)
    prefix = models.CharField(_("préfixe"), max_length=20, unique=True)
    digest = models.CharField(max_length=64, editable=False)
    may_write = models.BooleanField(_("peut envoyer des dettes"), default=False)
    created_at = models.DateTimeField(_("créée le"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("créée par"),
    )
    expires_on = models.DateField(_("valable jusqu’au"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("révoquée le"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("dernier usage"), null=True, blank=True)
    #: The minute being counted, and the calls made in it, by every web process together.
    minute_at = models.DateTimeField(null=True, blank=True, editable=False)
    minute_calls = models.IntegerField(default=0, db_default=0, editable=False)

    objects = CleApiQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("clé d’API")
        verbose_name_plural = _("clés d’API")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="cle_by_caisse"),
        ]

    def __str__(self) -> str:
        return self.prefix


class AppelApi(models.Model):
    """A writing call under an idempotency key, and its answer: made once, answered the same."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    cle = models.ForeignKey(
        CleApi,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="appels",
        verbose_name=_("clé"),
    )
    idempotency_key = models.CharField(_("clé d’idempotence"), max_length=100)
    path = models.CharField(_("chemin"), max_length=200)
    body_sha256 = models.CharField(_("empreinte de la demande"), max_length=64)
    status_code = models.SmallIntegerField(_("réponse"))
    answer = models.JSONField(_("contenu de la réponse"))
    at = models.DateTimeField(_("le"))

    class Meta:
        """Names and checks."""

        verbose_name = _("appel d’API")
        verbose_name_plural = _("appels d’API")
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "cle", "idempotency_key"], name="inv04_appel_once"
            ),
        ]

    def __str__(self) -> str:
        return f"appel {self.pk}"
