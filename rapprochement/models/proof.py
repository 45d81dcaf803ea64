"""Rapprochement and Residu: the proof of a day, and what it could not prove."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from caf_portal.money import format_euros
from caisses.models import Caisse
from caisses.perms import Rights
from comptabilite.models import Anomalie


class RapprochementQuerySet(models.QuerySet["Rapprochement"]):
    """Questions asked of proofs."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)


class Rapprochement(models.Model):
    """The last proof of a fund's day, computed again until the day is closed. Cents, Paris day.

    - ``gateway_cents``: what the gateway says it took, less what it gave back, that day;
    - ``ledger_cents``: what the 511x lines of that day's facts say;
    - ``bank_cents``: what the bank lines of that day say; ``ledger_bank_cents``: what 512 says;
    - ``residuals``: how many residuals are of this day, the first ones by key; those after them are
      what earlier days still have to explain, shown here and counted there;
    - ``owed_cents``: what the gateway still owed at the end of the day, by what was matched;
      ``ledger_owed_cents``: the balance of 511x at the end of that day.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    day_on = models.DateField(_("jour"))
    computed_at = models.DateTimeField(_("calculé le"))
    gateway_cents = models.BigIntegerField(_("plateforme"), default=0)
    ledger_cents = models.BigIntegerField(_("journaux"), default=0)
    bank_cents = models.BigIntegerField(_("banque"), default=0)
    ledger_bank_cents = models.BigIntegerField(_("compte de banque"), default=0)
    owed_cents = models.BigIntegerField(_("encore chez la plateforme"), default=0)
    ledger_owed_cents = models.BigIntegerField(_("solde de la plateforme"), default=0)
    residuals = models.IntegerField(_("écarts"), default=0)
    unexplained = models.IntegerField(_("écarts à expliquer"), default=0)
    unexplained_cents = models.BigIntegerField(_("à expliquer"), default=0)

    objects = RapprochementQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("rapprochement")
        verbose_name_plural = _("rapprochements")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="rapprochement_by_caisse"),
            models.UniqueConstraint(fields=["caisse", "day_on"], name="rapprochement_once"),
        ]

    def __str__(self) -> str:
        return str(_("rapprochement du %(jour)s") % {"jour": f"{self.day_on:%d/%m/%Y}"})


class ResiduKind(models.TextChoices):
    """Why two sides do not agree."""

    NON_COMPTABILISE = "NON_COMPTABILISE", _("Chez la plateforme, absent des journaux")
    INCONNU_PLATEFORME = "INCONNU_PLATEFORME", _("Dans les journaux, absent de la plateforme")
    MONTANT = "MONTANT", _("Montants différents")
    EN_CHEMIN = "EN_CHEMIN", _("En chemin vers la banque")
    EN_RETARD = "EN_RETARD", _("Attendu en banque, en retard")
    BANQUE = "BANQUE", _("Ligne de banque à identifier")
    FICHIER_MANQUANT = "FICHIER_MANQUANT", _("Fichier manquant")
    SOLDE = "SOLDE", _("Solde qui ne suit pas")


class Residu(models.Model):
    """One thing that a day's proof could not match: named, dated, owned.

    ``explained`` when its kind explains it (money on its way, in time) or when an agent settled
    its anomaly. ``since_on`` is the Paris day from which its age counts. ``proposal`` is what the
    portal suggests (``{"action": …, "reason": …, "score": 0–100, …}``) and never does by itself.
    """

    caisse = models.ForeignKey(
        Caisse, on_delete=models.PROTECT, db_index=False, verbose_name=_("caisse")
    )
    rapprochement = models.ForeignKey(
        Rapprochement,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="residus",
        verbose_name=_("rapprochement"),
    )
    kind = models.CharField(_("nature"), max_length=18, choices=ResiduKind.choices)
    subject = models.CharField(_("objet"), max_length=64)
    amount_cents = models.BigIntegerField(_("montant"))
    since_on = models.DateField(_("depuis le"))
    detail = models.CharField(_("constat"), max_length=300)
    explained = models.BooleanField(_("expliqué"), default=False)
    proposal = models.JSONField(_("proposition"), default=dict, blank=True)
    anomalie = models.ForeignKey(
        Anomalie,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="residus",
        verbose_name=_("anomalie"),
    )

    class Meta:
        """Names and checks."""

        verbose_name = _("écart")
        verbose_name_plural = _("écarts")
        # What earlier days said of a thing is asked by its name.
        indexes = [models.Index(fields=["caisse", "subject"], name="residu_by_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["rapprochement", "kind", "subject"], name="residu_once"
            ),
        ]

    def __str__(self) -> str:
        facts = (self.get_kind_display(), format_euros(self.amount_cents))
        return f"{facts[0]}, {facts[1]}, {self.since_on:%d/%m/%Y}"
