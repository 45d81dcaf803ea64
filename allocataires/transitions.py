"""Which state of a créance may follow which, why, and on what text: the life of an indu.

The only table of moves. A debt moves because a row of ``Etape`` says so: the database refuses a
pair that is not here (``inv06_etape_along_the_table``), and any other hand on ``state``. The ends
of ``ENDED`` follow the movement that brings the balance to zero; the same trigger brings the debt
back to where it was when a later movement raises it again (an unpaid cheque, a refund).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from allocataires.nomenclature import MouvementType as M
from allocataires.states import ELSEWHERE, ENDED
from allocataires.states import CreanceState as S


class EtapeCause(models.TextChoices):
    """Who or what moved a debt."""

    CAISSE = "CAISSE", _("Information du logiciel de la caisse")
    AGENT = "AGENT", _("Décision d’un agent")
    DEMANDE = "DEMANDE", _("Votre demande")
    DECISION = "DECISION", _("Réponse à votre demande")
    DELAI = "DELAI", _("Délai écoulé")
    MOUVEMENT = "MOUVEMENT", _("Mouvement de la dette")
    MUTATION = "MUTATION", _("Changement de caisse")


#: What the fund and the person may do about a debt that this fund follows.
_FOLLOWED = frozenset(
    {
        S.NOTIFIEE,
        S.RECTIFICATION,
        S.CONTESTEE,
        S.SUSPENDUE,
        S.EN_RECOUVREMENT,
        S.MISE_EN_DEMEURE,
        S.CONTRAINTE,
        S.SURENDETTEMENT,
    }
)
#: Where any followed debt may go: to somebody else, to an end, before the over-indebtedness
#: commission, or nowhere because nobody may claim it any more.
_EXITS = frozenset({*ELSEWHERE, *ENDED, S.SURENDETTEMENT, S.PRESCRITE})

#: Among followed states (B2 of the domain sheet; articles in ``docs/domaine.md``).
_STEPS: dict[S, frozenset[S]] = {
    # 20 days to ask for a rectification; then recovery begins (R.133-9-2 CSS).
    S.NOTIFIEE: frozenset(
        {S.RECTIFICATION, S.CONTESTEE, S.SUSPENDUE, S.EN_RECOUVREMENT, S.MISE_EN_DEMEURE}
    ),
    # Answered, refused by silence after a month, or taken to the commission.
    S.RECTIFICATION: frozenset({S.NOTIFIEE, S.CONTESTEE, S.SUSPENDUE, S.EN_RECOUVREMENT}),
    # Rejected, withdrawn: back to where it was.
    S.CONTESTEE: frozenset(
        {S.NOTIFIEE, S.SUSPENDUE, S.EN_RECOUVREMENT, S.MISE_EN_DEMEURE, S.CONTRAINTE}
    ),
    S.SUSPENDUE: frozenset(
        {S.NOTIFIEE, S.RECTIFICATION, S.CONTESTEE, S.EN_RECOUVREMENT, S.MISE_EN_DEMEURE}
        | {S.CONTRAINTE}
    ),
    S.EN_RECOUVREMENT: frozenset({S.RECTIFICATION, S.CONTESTEE, S.SUSPENDUE, S.MISE_EN_DEMEURE}),
    # One month after the formal notice, the director's contrainte (R.133-3 CSS).
    S.MISE_EN_DEMEURE: frozenset({S.CONTESTEE, S.SUSPENDUE, S.EN_RECOUVREMENT, S.CONTRAINTE}),
    # Opposition within 15 days (R.133-3 CSS).
    S.CONTRAINTE: frozenset({S.CONTESTEE, S.SUSPENDUE, S.EN_RECOUVREMENT}),
    # The file was refused or closed without wiping the debt.
    S.SURENDETTEMENT: frozenset({S.EN_RECOUVREMENT, S.SUSPENDUE}),
}

ALLOWED: dict[S, frozenset[S]] = {
    **{state: (steps | _EXITS) - {state} for state, steps in _STEPS.items()},
    # Given back by the département or the other fund, or repaid there.
    S.TRANSFEREE: frozenset({S.EN_RECOUVREMENT, S.NOTIFIEE, S.SURENDETTEMENT, *ENDED}),
    S.MUTEE: frozenset({S.EN_RECOUVREMENT, S.NOTIFIEE, S.SURENDETTEMENT, *ENDED}),
    # Somebody proved that the time had been interrupted (L.553-1 CSS), or paid all the same.
    S.PRESCRITE: frozenset({S.EN_RECOUVREMENT, S.SURENDETTEMENT, *ENDED}),
    # A movement raised the balance again: back to where the debt was.
    **{state: _FOLLOWED | ELSEWHERE | {S.PRESCRITE} for state in ENDED},
}

#: The state that a movement leaves when it brings the balance to zero.
END_OF: dict[M, S] = {
    M.REMISE: S.REMISE,
    M.PETIT_MONTANT: S.PETIT_MONTANT,
    M.ANNULATION: S.ANNULEE,
    M.AJUSTEMENT_BAISSE: S.ANNULEE,
    M.NON_VALEUR: S.NON_VALEUR,
    M.SURENDETTEMENT: S.SURENDETTEMENT,
}
#: Any other movement that brings it to zero repaid the debt; a transfer leaves it ``ELSEWHERE``.
END_OTHERWISE = S.SOLDEE


def allowed_pairs() -> list[tuple[str, str]]:
    """Every permitted move, in a stable order."""
    return sorted((str(a), str(b)) for a, targets in ALLOWED.items() for b in targets)
