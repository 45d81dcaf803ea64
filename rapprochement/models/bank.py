"""CompteBancaire, Releve and LigneBanque: what the bank says."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from caisses.perms import Rights
from comptabilite.models import Compte
from rapprochement.models.files import FichierReleve


class CompteBancaireQuerySet(models.QuerySet["CompteBancaire"]):
    """Questions asked of bank accounts."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)


class CompteBancaire(models.Model):
    """An account of a fund at its bank, on which the platform's remittances arrive.

    ``expected_daily`` tells that a statement is due each working day, and is missed at noon.
    ``transit_days`` is how many days a remittance may take before it is late.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    iban = models.CharField(_("IBAN"), max_length=34)
    label = models.CharField(_("libellé"), max_length=100)
    compte = models.ForeignKey(
        Compte,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="+",
        verbose_name=_("compte comptable"),
    )
    expected_daily = models.BooleanField(_("relevé attendu chaque jour ouvré"), default=True)
    transit_days = models.SmallIntegerField(_("délai d’une remise (jours)"), default=5)
    active = models.BooleanField(_("en service"), default=True)

    objects = CompteBancaireQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("compte bancaire")
        verbose_name_plural = _("comptes bancaires")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="compte_bancaire_by_caisse"),
            models.UniqueConstraint(fields=["iban"], name="compte_bancaire_once"),
            models.CheckConstraint(
                condition=models.Q(iban__regex=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"),
                name="compte_bancaire_iban_shape",
            ),
            models.CheckConstraint(
                condition=models.Q(transit_days__range=(1, 30)), name="compte_bancaire_transit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} (…{self.iban[-4:]})"


class Releve(models.Model):
    """A statement: an opening balance, movements, a closing balance, which agree.

    Statements of an account follow each other: one opens with what the one before closed with
    (``inv20_releves_follow``). The table only grows.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    fichier = models.ForeignKey(
        FichierReleve,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="releves",
        verbose_name=_("fichier"),
    )
    compte_bancaire = models.ForeignKey(
        CompteBancaire,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="releves",
        verbose_name=_("compte bancaire"),
    )
    #: 1 for the first one loaded for the account; the order of the chain of balances.
    rank = models.IntegerField(_("rang"))
    #: The bank's own number, when it gives one.
    sequence = models.IntegerField(_("numéro du relevé"), null=True, blank=True)
    first_on = models.DateField(_("du"))
    last_on = models.DateField(_("au"))
    opening_cents = models.BigIntegerField(_("solde de départ"))
    closing_cents = models.BigIntegerField(_("solde d’arrivée"))

    class Meta:
        """Names and checks."""

        verbose_name = _("relevé bancaire")
        verbose_name_plural = _("relevés bancaires")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="releve_by_caisse"),
            models.UniqueConstraint(fields=["compte_bancaire", "rank"], name="releve_rank_once"),
            models.CheckConstraint(
                condition=models.Q(first_on__lte=models.F("last_on")) & models.Q(rank__gte=1),
                name="releve_period_makes_sense",
            ),
        ]

    def __str__(self) -> str:
        return str(_("relevé du %(jour)s") % {"jour": f"{self.last_on:%d/%m/%Y}"})


class LigneBanqueQuerySet(models.QuerySet["LigneBanque"]):
    """Questions asked of lines of statements."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)


class LigneBanque(models.Model):
    """A movement of a statement: ``amount_cents`` is positive for what comes in.

    ``public_id`` is the source of its écriture. Never empty of sense: the bank's words are kept
    as they came (``label``, ``reference``, ``details``). The table only grows.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    releve = models.ForeignKey(
        Releve,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="lignes",
        verbose_name=_("relevé"),
    )
    rank = models.IntegerField(_("rang"))
    booked_on = models.DateField(_("date comptable"))
    value_on = models.DateField(_("date de valeur"))
    amount_cents = models.BigIntegerField(_("montant"))
    code = models.CharField(_("code d’opération"), max_length=40, blank=True)
    label = models.CharField(_("libellé"), max_length=140)
    reference = models.CharField(_("référence"), max_length=70, blank=True)
    details = models.TextField(_("compléments"), blank=True)

    objects = LigneBanqueQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("ligne de banque")
        verbose_name_plural = _("lignes de banque")
        indexes = [models.Index(fields=["caisse", "booked_on"], name="ligne_banque_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["caisse", "id"], name="ligne_banque_by_caisse"),
            models.UniqueConstraint(fields=["releve", "rank"], name="ligne_banque_rank_once"),
            models.CheckConstraint(
                condition=~models.Q(amount_cents=0), name="ligne_banque_moves_something"
            ),
        ]

    def __str__(self) -> str:
        said = {"label": self.label, "jour": f"{self.booked_on:%d/%m/%Y}"}
        return str(_("%(label)s du %(jour)s") % said)
