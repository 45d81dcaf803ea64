"""The states of a créance in recovery, and which of them may be paid online.

One table, with the reason in plain words and the article it rests on, because a debtor who may
not pay must know why (``docs/domaine.md``). Which state may follow which is in
``allocataires/transitions.py``; the states of ``ENDED`` are reached by the movement that brings
the balance to zero, and left by the one that raises it again.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class CreanceState(models.TextChoices):
    """Where the recovery of a debt stands."""

    NOTIFIEE = "NOTIFIEE", _("Notifiée")
    RECTIFICATION = "RECTIFICATION", _("Rectification demandée")
    EN_RECOUVREMENT = "EN_RECOUVREMENT", _("En cours de remboursement")
    CONTESTEE = "CONTESTEE", _("Contestée")
    SUSPENDUE = "SUSPENDUE", _("Suspendue")
    MISE_EN_DEMEURE = "MISE_EN_DEMEURE", _("Mise en demeure")
    CONTRAINTE = "CONTRAINTE", _("Contrainte")
    TRANSFEREE = "TRANSFEREE", _("Transférée au département")
    MUTEE = "MUTEE", _("Transférée à une autre caisse")
    SURENDETTEMENT = "SURENDETTEMENT", _("Dossier de surendettement")
    PRESCRITE = "PRESCRITE", _("Prescrite")
    NON_VALEUR = "NON_VALEUR", _("Admise en non-valeur")
    REMISE = "REMISE", _("Remise en totalité")
    PETIT_MONTANT = "PETIT_MONTANT", _("Petit montant abandonné")
    ANNULEE = "ANNULEE", _("Annulée")
    SOLDEE = "SOLDEE", _("Soldée")


class RecoveryMode(models.TextChoices):
    """How the fund is being repaid today."""

    RETENUE = "RETENUE", _("Retenue sur vos prestations")
    DIRECT = "DIRECT", _("Remboursement direct")
    PLAN = "PLAN", _("Échéancier")


@dataclass(frozen=True, slots=True)
class OnlinePayment:
    """Whether a state may be paid online; ``reason`` is shown to the debtor in every case.

    ``claimed`` is false when the fund asks for nothing, for now or for good: what is then paid
    must be paid on purpose.
    """

    allowed: bool
    reason: str | Promise
    law: str
    claimed: bool = True


ONLINE_PAYMENT: dict[str, OnlinePayment] = {
    CreanceState.NOTIFIEE: OnlinePayment(
        True, _("Vous pouvez payer maintenant, sans attendre."), "L.553-2 CSS"
    ),
    CreanceState.RECTIFICATION: OnlinePayment(
        True,
        _("Votre demande est étudiée : rien ne vous est demandé. Payer reste possible."),
        "R.133-9-2, R.847-1-1 CSS",
        claimed=False,
    ),
    CreanceState.EN_RECOUVREMENT: OnlinePayment(
        True, _("Vous pouvez payer tout ou partie de ce qui reste."), "D.553-4 CSS"
    ),
    CreanceState.CONTESTEE: OnlinePayment(
        True,
        _("Votre contestation est en cours : rien ne vous est demandé. Payer reste possible."),
        "L.262-46 CASF, L.845-3 CSS",
        claimed=False,
    ),
    CreanceState.SUSPENDUE: OnlinePayment(
        True,
        _("Le remboursement est suspendu : rien ne vous est demandé. Payer reste possible."),
        "L.262-46 CASF, L.845-3 CSS",
        claimed=False,
    ),
    CreanceState.MISE_EN_DEMEURE: OnlinePayment(
        True, _("Payer maintenant évite d’autres démarches."), "R.133-3 CSS"
    ),
    CreanceState.CONTRAINTE: OnlinePayment(
        True, _("Vous pouvez encore payer ici ; des frais peuvent s’ajouter."), "R.133-3 CSS"
    ),
    CreanceState.TRANSFEREE: OnlinePayment(
        False,
        _(
            "Cette dette est suivie par le département : "
            "payez auprès de la paierie indiquée sur son courrier."
        ),
        "L.262-46 CASF",
    ),
    CreanceState.MUTEE: OnlinePayment(
        False, _("Cette dette est suivie par votre nouvelle caisse."), "D.553-4 CSS"
    ),
    CreanceState.SURENDETTEMENT: OnlinePayment(
        False,
        _(
            "Un dossier de surendettement est en cours : "
            "ne payez pas sans en parler à votre conseiller."
        ),
        "L.722-5 C. conso.",
    ),
    CreanceState.PRESCRITE: OnlinePayment(
        False,
        _("Cette dette est trop ancienne : rien ne vous est plus demandé."),
        "L.553-1 CSS",
        claimed=False,
    ),
    CreanceState.NON_VALEUR: OnlinePayment(
        False,
        _("La caisse a renoncé à réclamer cette somme."),
        "D.133-2-1 CSS",
        claimed=False,
    ),
    CreanceState.REMISE: OnlinePayment(
        False,
        _("Votre Caf vous a accordé une remise : il ne reste rien à rembourser."),
        "L.553-2, L.845-3 CSS, L.262-46 CASF",
        claimed=False,
    ),
    CreanceState.PETIT_MONTANT: OnlinePayment(
        False,
        _("La somme restante était trop petite pour être réclamée : il ne reste rien à payer."),
        "D.133-2, D.847-2 CSS, R.262-92 CASF",
        claimed=False,
    ),
    CreanceState.ANNULEE: OnlinePayment(
        False, _("Votre Caf a annulé cette dette : il ne reste rien à payer."), "", claimed=False
    ),
    CreanceState.SOLDEE: OnlinePayment(
        False, _("Cette dette est terminée : il ne reste rien à rembourser."), "", claimed=False
    ),
}

PAYABLE_STATES = frozenset(state for state, rule in ONLINE_PAYMENT.items() if rule.allowed)

#: States that a movement brings about when nothing is left, and that a later one may undo.
ENDED = frozenset(
    {
        CreanceState.SOLDEE,
        CreanceState.REMISE,
        CreanceState.PETIT_MONTANT,
        CreanceState.ANNULEE,
        CreanceState.NON_VALEUR,
    }
)
#: States in which somebody else claims the debt.
ELSEWHERE = frozenset({CreanceState.TRANSFEREE, CreanceState.MUTEE})
#: States in which the fund must not claim, remind, withhold or debit (``claimed`` above).
STOPPED = frozenset(state for state, rule in ONLINE_PAYMENT.items() if not rule.claimed) | {
    CreanceState.SURENDETTEMENT
}
#: States in which nobody may remind the person or debit a plan for this fund: others do, or nobody.
MUST_NOT_CLAIM = STOPPED | ELSEWHERE
