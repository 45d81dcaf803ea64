"""Export: a file of final écritures, kept as it was given, with its hash."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from caisses.perms import Rights
from comptabilite.models.plan import Journal


class ExportFormat(models.TextChoices):
    """How it is written (``docs/journal-format.md``)."""

    FEC = "FEC", _("FEC (fichier des écritures comptables)")
    CSV = "CSV", _("CSV, pour un tableur")
    JSONL = "JSONL", _("JSON, pour un logiciel")


class ExportStatus(models.TextChoices):
    """How far it went."""

    DEMANDE = "DEMANDE", _("Demandé")
    EN_COURS = "EN_COURS", _("En cours")
    PRET = "PRET", _("Prêt")
    ECHEC = "ECHEC", _("Échec")


class ExportQuerySet(models.QuerySet["Export"]):
    """Questions asked of exports."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)

    def of_accountant(self, rights: Rights) -> Self:
        """Those that these rights may download: an accountant's funds."""
        return self if rights.national else self.filter(caisse_id__in=rights.comptable_ids)

    def unfinished(self) -> Self:
        """Those that are asked for and neither ready nor failed."""
        return self.filter(status__in=[ExportStatus.DEMANDE, ExportStatus.EN_COURS])


class Export(models.Model):
    """What was asked, and what was given. ``as_of`` is the UTC instant whose knowledge it holds
    (validations and lettrages made by then): built again with the same parameters, it gives the
    same bytes, of the same ``sha256``. No ``journal`` means all of them. Progress is in lines.

    ``files`` says each file: ``part``, ``filename``, ``size_bytes``, ``sha256``; the first one is
    that of ``filename``. Once ready, nothing of it changes (``inv01_export_kept``) but when it was
    last built again, and whether that gave the same bytes.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    format = models.CharField(_("format"), max_length=5, choices=ExportFormat.choices)
    format_version = models.SmallIntegerField(_("version du format"), default=1)
    siren = models.CharField(_("SIREN"), max_length=9, default="")
    caisse_label = models.CharField(_("nom de la caisse"), max_length=80, default="")
    journal = models.ForeignKey(
        Journal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("journal"),
    )
    first_on = models.DateField(_("du"))
    last_on = models.DateField(_("au"))
    as_of = models.DateTimeField(_("arrêté au"))
    encoding = models.CharField(_("encodage"), max_length=12, default="utf-8")
    status = models.CharField(
        _("état"), max_length=8, choices=ExportStatus.choices, default=ExportStatus.DEMANDE
    )
    done_lines = models.BigIntegerField(_("lignes écrites"), default=0)
    total_lines = models.BigIntegerField(_("lignes à écrire"), default=0)
    filename = models.CharField(_("fichier"), max_length=120, blank=True)
    size_bytes = models.BigIntegerField(_("taille"), default=0)
    sha256 = models.CharField(_("empreinte"), max_length=64, blank=True)
    files = models.JSONField(_("fichiers"), default=list)
    failure = models.CharField(_("raison de l’échec"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("demandé le"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("demandé par"),
    )
    finished_at = models.DateTimeField(_("terminé le"), null=True, blank=True)
    compared_at = models.DateTimeField(_("refait le"), null=True, blank=True)
    compared_same = models.BooleanField(_("mêmes octets"), null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("export comptable")
        verbose_name_plural = _("exports comptables")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="export_by_caisse"),
            models.CheckConstraint(
                condition=models.Q(first_on__lte=models.F("last_on")),
                name="export_period_makes_sense",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=ExportStatus.PRET) | ~models.Q(sha256=""),
                name="export_ready_with_its_hash",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=ExportStatus.ECHEC) | ~models.Q(failure=""),
                name="export_failed_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Its file once made; before, its format and its days."""
        said = {
            "format": self.format,
            "first": f"{self.first_on:%d/%m/%Y}",
            "last": f"{self.last_on:%d/%m/%Y}",
        }
        return self.filename or str(_("%(format)s du %(first)s au %(last)s") % said)


class PartOfExport(models.TextChoices):
    """Which file of an export: a FEC comes with its seals and its description."""

    FICHIER = "FICHIER", _("Fichier")
    SCELLES = "SCELLES", _("Scellés")
    DESCRIPTION = "DESCRIPTION", _("Description")


class MorceauExport(models.Model):
    """A piece of a file of an export, compressed (zlib)."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    export = models.ForeignKey(
        Export, on_delete=models.PROTECT, db_constraint=False, related_name="morceaux"
    )
    part = models.CharField(max_length=11, choices=PartOfExport.choices)
    rank = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        """Names and checks."""

        verbose_name = _("morceau d’export")
        verbose_name_plural = _("morceaux d’export")
        constraints = [
            models.UniqueConstraint(fields=["export", "part", "rank"], name="morceau_export_once"),
        ]

    def __str__(self) -> str:
        return f"morceau {self.rank}"
