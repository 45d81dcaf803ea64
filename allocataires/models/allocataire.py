"""Allocataire: a person known to one fund. Never a Django user, never staff."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from caisses.perms import Rights


class AllocataireQuerySet(models.QuerySet["Allocataire"]):
    """Questions asked of people."""

    def visible_to(self, rights: Rights) -> Self:
        """Those of the agent's funds: the second lock behind row-level security."""
        return self if rights.national else self.filter(caisse_id__in=rights.caisse_ids)


class Allocataire(models.Model):
    """A person, by (fund, numéro). The NIR is not kept here: nothing we do needs it."""

    # Both unique keys below begin with it.
    caisse = models.ForeignKey(
        Caisse, on_delete=models.PROTECT, db_index=False, verbose_name=_("caisse")
    )
    numero = models.CharField(_("numéro d’allocataire"), max_length=7)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    nom = models.CharField(_("nom"), max_length=80)
    prenom = models.CharField(_("prénom"), max_length=80)
    naissance_on = models.DateField(_("date de naissance"))
    email = models.EmailField(_("adresse électronique"), blank=True)
    langue = models.CharField(
        _("langue"),
        max_length=2,
        choices=[("fr", _("Français")), ("en", _("Anglais"))],
        default="fr",
    )

    objects = AllocataireQuerySet.as_manager()

    class Meta:
        """Names and checks."""

        verbose_name = _("allocataire")
        verbose_name_plural = _("allocataires")
        constraints = [
            models.UniqueConstraint(fields=["caisse", "numero"], name="allocataire_numero_once"),
            models.UniqueConstraint(fields=["caisse", "id"], name="allocataire_by_caisse"),
            models.CheckConstraint(
                condition=models.Q(numero__regex=r"^[0-9]{7}$"), name="allocataire_seven_digits"
            ),
        ]

    def __str__(self) -> str:
        return self.numero


class Identite(models.Model):
    """Links a login at an identity provider (issuer, subject) to a person."""

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    allocataire = models.ForeignKey(
        Allocataire, on_delete=models.PROTECT, db_constraint=False, related_name="identites"
    )
    issuer = models.CharField(_("fournisseur d’identité"), max_length=200)
    subject = models.CharField(_("identifiant chez le fournisseur"), max_length=200)

    class Meta:
        """Names and checks."""

        verbose_name = _("identité")
        verbose_name_plural = _("identités")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identite_once"),
        ]

    def __str__(self) -> str:
        return f"identité {self.pk}"
