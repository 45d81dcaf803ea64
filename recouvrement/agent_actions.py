"""What an agent may do with a debt: the table of actions, what each leads to and on what text.

Which states each one may start from is the table of moves (``allocataires/transitions.py``); the
conditions of the texts are checked by ``recouvrement/services/agent_moves.py``.
"""

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocataires.nomenclature import MouvementType
from allocataires.states import CreanceState as S


class Action(models.TextChoices):
    """A decision of an agent about a debt; the value is the end of its address."""

    SUSPENDRE = "suspendre", _("Suspendre le remboursement")
    REPRENDRE = "reprendre", _("Reprendre le remboursement")
    METTRE_EN_DEMEURE = "mettre-en-demeure", _("Mettre en demeure")
    CONTRAINDRE = "contraindre", _("Délivrer une contrainte")
    TRANSFERER = "transferer", _("Transférer au département")
    SURENDETTEMENT = "surendettement", _("Noter un dossier de surendettement")
    PRESCRIRE = "prescrire", _("Constater la prescription")
    NON_VALEUR = "non-valeur", _("Admettre en non-valeur")
    PETIT_MONTANT = "petit-montant", _("Abandonner un petit montant")
    ANNULER = "annuler", _("Annuler la dette")


@dataclass(frozen=True, slots=True)
class ActionRule:
    """Where an action leads, the movement that it posts on what is left, and its words."""

    to: S
    law: str
    consequence: str | Promise
    movement: MouvementType | None = None
    #: Whether the agent may say until when.
    may_end: bool = False
    #: Whether it claims: refused while a demande stops the recovery.
    claims: bool = False


_FOR_GOOD = _("Ce qui reste est effacé : la personne ne devra plus rien pour cette dette.")

RULES: Final[dict[Action, ActionRule]] = {
    Action.SUSPENDRE: ActionRule(
        S.SUSPENDUE,
        "L.262-46 CASF, L.845-3 CSS",
        _("Ni relance ni prélèvement : les échéanciers par carte de cette dette sont arrêtés."),
        may_end=True,
    ),
    Action.REPRENDRE: ActionRule(
        S.EN_RECOUVREMENT,
        "D.553-4 CSS",
        _("La dette est de nouveau demandée. Les échéanciers arrêtés ne reprennent pas."),
        claims=True,
    ),
    Action.METTRE_EN_DEMEURE: ActionRule(
        S.MISE_EN_DEMEURE,
        "R.133-3 CSS",
        _("La personne a un mois pour payer. Le courrier recommandé part de votre logiciel."),
        claims=True,
    ),
    Action.CONTRAINDRE: ActionRule(
        S.CONTRAINTE,
        "R.133-3 CSS",
        _("La personne a 15 jours pour s’y opposer devant le tribunal."),
        claims=True,
    ),
    Action.TRANSFERER: ActionRule(
        S.TRANSFEREE,
        "L.262-46 CASF",
        _("La dette ne se paie plus ici ; ses échéanciers par carte sont arrêtés."),
    ),
    Action.SURENDETTEMENT: ActionRule(
        S.SURENDETTEMENT,
        "L.722-5 C. conso.",
        _("La dette ne se paie plus ici ; ses échéanciers par carte sont arrêtés."),
        may_end=True,
    ),
    Action.PRESCRIRE: ActionRule(
        S.PRESCRITE,
        "L.553-1, L.845-4 CSS, L.262-45 CASF",
        _("La dette ne peut plus être réclamée ni payée ici."),
    ),
    Action.NON_VALEUR: ActionRule(
        S.NON_VALEUR, "D.133-2-1 CSS", _FOR_GOOD, MouvementType.NON_VALEUR
    ),
    Action.PETIT_MONTANT: ActionRule(
        S.PETIT_MONTANT,
        "D.133-2, D.847-2 CSS, R.262-92 CASF",
        _FOR_GOOD,
        MouvementType.PETIT_MONTANT,
    ),
    Action.ANNULER: ActionRule(S.ANNULEE, "", _FOR_GOOD, MouvementType.ANNULATION),
}
