"""Lot and Rejet: one file (or API call) of the CAF's software, and the lines it could not take."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from caisses.perms import Rights


class LotFormat(models.TextChoices):
    """How it was written."""

    CSV = "CSV", _("CSV")
    JSONL = "JSONL", _("JSON Lines")
    API = "API", _("API")


class LotStatus(models.TextChoices):
    """How far it went. Checked and applied in one transaction: there is nothing in between."""

    RECU = "RECU", _("Reçu, à appliquer")
    APPLIQUE = "APPLIQUE", _("Appliqué")
    REFUSE = "REFUSE", _("Refusé en entier")


class LotQuerySet(models.QuerySet["Lot"]):
    """Questions asked of lots."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)

    def unfinished(self) -> Self:
        """Those that nobody has applied yet, or whose application was cut."""
        return self.filter(status=LotStatus.RECU)

    def locked(self, *, skip_locked: bool = False) -> Self:
        """Under lock, in one fixed order; those that somebody holds may be left out."""
        return self.order_by("pk").select_for_update(
            of=("self",), no_key=True, skip_locked=skip_locked
        )


class Lot(models.Model):
    """A file is known by its content: sent twice, it is the same lot and does nothing more.

    ``totals`` are what the file announces and ``counted`` what was read, by kind of line:
    ``{"creance": {"lines": n, "cents": n}, …}``; they must agree or nothing is applied.
    ``corrects`` is the lot whose rejected lines this one brings back.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    day_on = models.DateField(_("journée"))
    sequence = models.IntegerField(_("numéro dans la journée"), default=1)
    format = models.CharField(_("format"), max_length=5, choices=LotFormat.choices)
    schema_version = models.CharField(_("version du schéma"), max_length=10)
    filename = models.CharField(_("fichier"), max_length=200, blank=True)
    sha256 = models.CharField(_("empreinte"), max_length=64)
    size_bytes = models.BigIntegerField(_("taille"), default=0)
    status = models.CharField(
        _("état"), max_length=8, choices=LotStatus.choices, default=LotStatus.RECU
    )
    refusal = models.TextField(_("raison du refus"), max_length=1000, blank=True)
    totals = models.JSONField(_("totaux annoncés"), default=dict)
    counted = models.JSONField(_("totaux comptés"), default=dict)
    applied_lines = models.IntegerField(_("lignes appliquées"), default=0)
    rejected_lines = models.IntegerField(_("lignes rejetées"), default=0)
    unchanged_lines = models.IntegerField(_("lignes déjà connues"), default=0)
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="corrections",
        verbose_name=_("corrige"),
    )
    received_at = models.DateTimeField(_("reçu le"))
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("déposé par"),
    )
    finished_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("lot d’échange")
        verbose_name_plural = _("lots d’échange")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="lot_by_caisse"),
            models.UniqueConstraint(fields=["caisse", "sha256"], name="inv04_lot_once"),
            # A refused file gives its number back; a correction bears that of what it corrects.
            models.UniqueConstraint(
                fields=["caisse", "day_on", "sequence"],
                condition=~Q(status="REFUSE") & Q(corrects__isnull=True),
                name="lot_number_once",
            ),
            models.CheckConstraint(
                condition=~Q(status=LotStatus.REFUSE) | ~Q(refusal=""),
                name="lot_refused_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"lot {self.day_on:%Y-%m-%d} n° {self.sequence}"


class MorceauLot(models.Model):
    """A piece of a lot's file as it came, compressed (zlib), until the file is forgotten."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    lot = models.ForeignKey(
        Lot, on_delete=models.PROTECT, db_constraint=False, related_name="morceaux"
    )
    rank = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        """Names and checks."""

        verbose_name = _("morceau de fichier")
        verbose_name_plural = _("morceaux de fichier")
        constraints = [
            models.UniqueConstraint(fields=["lot", "rank"], name="morceau_once"),
        ]

    def __str__(self) -> str:
        return f"morceau {self.rank}"


class LigneAppliquee(models.Model):
    """A movement or a state of a file that was applied: its identifier, and what it said.

    What happens (a cheque, a formal notice) cannot be told from the same thing happening twice
    but by the identifier that the CAF's software gives it. ``content`` is a digest.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    key = models.CharField(max_length=64)
    content = models.CharField(max_length=32)

    class Meta:
        """Names and checks."""

        verbose_name = _("ligne appliquée")
        verbose_name_plural = _("lignes appliquées")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "key"], name="inv04_ligne_once"),
        ]

    def __str__(self) -> str:
        return f"ligne {self.pk}"


class Rejet(models.Model):
    """A line that was not taken: where, which field, why; ``raw`` is the line as it came.

    ``code`` is stable, for the CAF's software; ``reason`` is a French sentence for a person.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    lot = models.ForeignKey(
        Lot,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="rejets",
        verbose_name=_("lot"),
    )
    line = models.IntegerField(_("ligne"))
    field = models.CharField(_("champ"), max_length=40, blank=True)
    code = models.CharField(_("code"), max_length=40)
    reason = models.CharField(_("raison"), max_length=300)
    raw = models.TextField(_("ligne reçue"))
    corrected_by = models.ForeignKey(
        Lot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("corrigée par"),
    )

    class Meta:
        """Names and checks."""

        verbose_name = _("ligne rejetée")
        verbose_name_plural = _("lignes rejetées")
        constraints = [
            models.UniqueConstraint(fields=["lot", "line", "field"], name="rejet_once"),
        ]

    def __str__(self) -> str:
        return f"ligne {self.line}"
