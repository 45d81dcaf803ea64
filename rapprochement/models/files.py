"""FichierReleve: a file of the bank or of the gateway, loaded whole, once, and kept as it came."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from caisses.perms import Rights
from payments.models import Boutique


class FichierKind(models.TextChoices):
    """What a file tells, and in which format."""

    CFONB120 = "CFONB120", _("Relevé bancaire CFONB 120")
    CAMT053 = "CAMT053", _("Relevé bancaire camt.053")
    JT = "JT", _("Plateforme : transactions (JT)")
    JO = "JO", _("Plateforme : opérations (JO)")
    JRB = "JRB", _("Plateforme : rapprochement bancaire (JRB)")
    JRI = "JRI", _("Plateforme : impayés (JRI)")


OF_THE_BANK = frozenset({FichierKind.CFONB120, FichierKind.CAMT053})


class Arrivee(models.TextChoices):
    """The road by which a file came."""

    DEPOT = "DEPOT", _("Déposé par un agent")
    DOSSIER = "DOSSIER", _("Trouvé dans le dossier d’échange")


class FichierReleveQuerySet(models.QuerySet["FichierReleve"]):
    """Questions asked of files."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)


class FichierReleve(models.Model):
    """A file that was loaded: a refused one leaves no row but an anomaly. Known by its content:
    received twice, it is loaded once (``inv04_fichier_once``). The table only grows.

    ``day_on`` is the day that it tells of: a UTC day for the gateway (``boutique`` says whose),
    the Paris date of the last balance for the bank.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("nature"), max_length=8, choices=FichierKind.choices)
    version = models.CharField(_("version"), max_length=20, blank=True)
    boutique = models.ForeignKey(
        Boutique,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("boutique"),
    )
    day_on = models.DateField(_("journée"))
    filename = models.CharField(_("fichier"), max_length=200)
    sha256 = models.CharField(_("empreinte"), max_length=64)
    size_bytes = models.BigIntegerField(_("taille"))
    lines = models.IntegerField(_("lignes"))
    arrivee = models.CharField(_("arrivée"), max_length=7, choices=Arrivee.choices)
    received_at = models.DateTimeField(_("reçu le"))
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("déposé par"),
    )

    objects = FichierReleveQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("fichier reçu")
        verbose_name_plural = _("fichiers reçus")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="fichier_by_caisse"),
            models.UniqueConstraint(fields=["caisse", "sha256"], name="inv04_fichier_once"),
            models.UniqueConstraint(
                fields=["caisse", "boutique", "kind", "day_on"],
                condition=models.Q(boutique__isnull=False),
                name="fichier_of_a_day_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["CFONB120", "CAMT053"], boutique__isnull=True)
                | (~models.Q(kind__in=["CFONB120", "CAMT053"]) & models.Q(boutique__isnull=False)),
                name="fichier_of_the_gateway_has_a_shop",
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class MorceauFichier(models.Model):
    """A piece of a file as it came, compressed (zlib): the evidence behind each line."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT)
    fichier = models.ForeignKey(
        FichierReleve, on_delete=models.PROTECT, db_constraint=False, related_name="morceaux"
    )
    rank = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        """Names and checks."""

        verbose_name = _("morceau de fichier reçu")
        verbose_name_plural = _("morceaux de fichiers reçus")
        constraints = [
            models.UniqueConstraint(fields=["fichier", "rank"], name="morceau_fichier_once"),
        ]

    def __str__(self) -> str:
        return f"morceau {self.rank}"
