"""Codes of the flows and letters, with words that a person understands.

The codes come from public software that reads the national flows; those that no public source
confirms are listed in ``UNCONFIRMED_NATURES`` and in ``docs/domaine.md``. An unknown code is kept
and shown as it is: a debt is not refused because its code is new.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Nature(models.TextChoices):
    """What was paid in excess (three characters, as printed on the letters)."""

    PRESTATIONS_FAMILIALES = "IN1", _("Prestations familiales")
    APL = "IN5", _("Aide personnalisée au logement")
    PRIME_ACTIVITE = "IM3", _("Prime d’activité")
    PRIME_NOEL = "ING", _("Prime de Noël")
    RSA_SOCLE = "INK", _("RSA")
    RSA_MAJORE = "INL", _("RSA majoré (parent isolé)")
    RSA_LOCAL = "INM", _("RSA local")
    RSA_LOCAL_SOCLE = "INS", _("RSA local, part socle")
    RSA_CONTRAT = "INN", _("RSA, contrat d’insertion")
    RSA_JEUNE = "INP", _("RSA jeune actif")
    RSA_JEUNE_MAJORE = "INT", _("RSA jeune actif majoré")
    RSA_TRANSFERE = "ITK", _("RSA, dette venue d’une autre caisse")
    RSA_MAJORE_TRANSFERE = "ITL", _("RSA majoré, dette venue d’une autre caisse")
    RSA_SUBROGATION = "ISK", _("RSA, somme avancée pour un tiers")


#: Codes from memory or seen once: to be confirmed by the funds before opening.
UNCONFIRMED_NATURES = frozenset(
    {Nature.PRESTATIONS_FAMILIALES, Nature.PRIME_ACTIVITE, Nature.PRIME_NOEL}
)


class Famille(models.TextChoices):
    """Families of benefits: they share a legal basis and an account."""

    FAMILLE = "PF", _("Prestations familiales")
    LOGEMENT = "AL", _("Aides au logement")
    RSA = "RSA", _("RSA")
    PRIME_ACTIVITE = "PPA", _("Prime d’activité")
    PRIME_NOEL = "NOEL", _("Prime de Noël")
    AUTRE = "AUTRE", _("Autre prestation")


_FAMILLES = {
    Nature.PRESTATIONS_FAMILIALES: Famille.FAMILLE,
    Nature.APL: Famille.LOGEMENT,
    Nature.PRIME_ACTIVITE: Famille.PRIME_ACTIVITE,
    Nature.PRIME_NOEL: Famille.PRIME_NOEL,
}


def famille_of(nature: str) -> Famille:
    """The family of a nature; an unknown code is ``AUTRE`` and has its own account."""
    if nature not in Nature.values:
        return Famille.AUTRE
    return _FAMILLES.get(Nature(nature), Famille.RSA)


class Motif(models.TextChoices):
    """Why the amount was recomputed."""

    FAMILLE = "10", _("Votre situation familiale a changé")
    ADRESSE = "20", _("Votre adresse ou votre logement a changé")
    DEPART = "21", _("Votre dossier a changé de caisse ou a été fermé")
    ENFANT = "30", _("Un enfant est arrivé dans votre foyer ou l’a quitté")
    RESSOURCES = "40", _("Vos ressources ont été mises à jour")
    ACTIVITE = "50", _("Votre situation professionnelle a changé")
    DROITS = "70", _("Vos droits ont été recalculés")
    NOEL = "75", _("Les conditions de la prime de Noël n’étaient pas réunies")
    DIVERS = "90", _("Une autre information a été mise à jour")


class Origine(models.TextChoices):
    """How the change came to be known."""

    DOCUMENTS = "10", _("Une déclaration ou un document reçu")
    ENQUETE = "20", _("Un contrôle sur place")
    VERIFICATION = "30", _("Une vérification comptable")
    PLAN_CONTROLE = "50", _("Un contrôle sur pièces")
    ERREUR_CAISSE = "60", _("Une erreur de la caisse")
    APPEL = "70", _("Un appel ou un message de votre part")
    TIERS = "80", _("Une information d’un autre organisme")


class Responsable(models.TextChoices):
    """Who erred, by the first digit of the flow's code (``respindu``)."""

    CAISSE = "1", _("La caisse")
    LOI = "2", _("Personne : une règle ou une avance prévue par les textes")
    OUTIL = "3", _("Un outil informatique de la caisse")
    TIERS = "4", _("Un autre organisme")
    ALLOCATAIRE = "6", _("Une information donnée trop tard ou inexacte")


#: ``respindu`` of a debt that the fund calls a fraud.
FRAUD_CODE = "64"


def responsable_of(code: str) -> Responsable | None:
    """Who erred; ``None`` when the flow says nothing, or a code that nobody published."""
    return Responsable(code[0]) if code[:1] in Responsable.values else None


class MouvementType(models.TextChoices):
    """What moves the balance of a debt."""

    IMPLANTATION = "IMPLANTATION", _("Dette enregistrée")
    COMPLEMENT = "COMPLEMENT", _("Complément de dette")
    CARTE = "CARTE", _("Paiement par carte")
    RETENUE = "RETENUE", _("Retenue sur vos prestations")
    CHEQUE = "CHEQUE", _("Chèque")
    VIREMENT = "VIREMENT", _("Virement")
    PRELEVEMENT = "PRELEVEMENT", _("Prélèvement")
    ESPECES = "ESPECES", _("Espèces")
    REMISE = "REMISE", _("Remise de dette")
    PETIT_MONTANT = "PETIT_MONTANT", _("Petit montant abandonné")
    ANNULATION = "ANNULATION", _("Annulation")
    SURENDETTEMENT = "SURENDETTEMENT", _("Effacement (surendettement)")
    NON_VALEUR = "NON_VALEUR", _("Admission en non-valeur")
    TRANSFERT = "TRANSFERT", _("Transfert à un autre organisme")
    AJUSTEMENT_HAUSSE = "AJUSTEMENT_HAUSSE", _("Correction à la hausse")
    AJUSTEMENT_BAISSE = "AJUSTEMENT_BAISSE", _("Correction à la baisse")
    REMBOURSEMENT = "REMBOURSEMENT", _("Somme qui vous a été rendue")
    IMPAYE = "IMPAYE", _("Paiement rejeté par la banque")


#: Movements that raise the balance; every other one lowers it.
RAISING = frozenset(
    {
        MouvementType.IMPLANTATION,
        MouvementType.COMPLEMENT,
        MouvementType.AJUSTEMENT_HAUSSE,
        MouvementType.REMBOURSEMENT,
        MouvementType.IMPAYE,
    }
)


class Sens(models.TextChoices):
    """Effect of a movement on what is owed."""

    HAUSSE = "HAUSSE", _("augmente la dette")
    BAISSE = "BAISSE", _("diminue la dette")


def sens_of(kind: str) -> Sens:
    """Whether a movement of this type raises or lowers the debt."""
    return Sens.HAUSSE if MouvementType(kind) in RAISING else Sens.BAISSE
