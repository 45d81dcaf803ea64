"""The states of a créance in recovery, and which of them may be paid online.

One table, with the reason in plain words and the article it rests on, because a debtor who may
not pay must know why (``docs/domaine.md``). That a debt is settled is not a state: it is a
balance of zero, which the database keeps.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class CreanceState(models.TextChoices):
    """Where the recovery of a debt stands."""

    NOTIFIEE = "NOTIFIEE", _("Notifiée")
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
}

PAYABLE_STATES = frozenset(state for state, rule in ONLINE_PAYMENT.items() if rule.allowed)
