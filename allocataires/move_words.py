"""What each move of a debt means, in plain words, and the article it rests on.

Beside the table of moves (``allocataires/transitions.py``): the sentence is read by the person in
the history of the debt. A move is first looked up by its pair, then by where it leads.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocataires.states import CreanceState
from allocataires.states import CreanceState as S


@dataclass(frozen=True, slots=True)
class MoveWords:
    """One sentence for the person, and the texts; ``law`` is empty where none was read."""

    sentence: str | Promise
    law: str = ""


_RESUMED = MoveWords(_("Le remboursement reprend."), "R.133-9-2, L.845-3 CSS, L.262-46 CASF")

#: Moves that mean something else than what leads there otherwise.
_BY_PAIR: dict[tuple[CreanceState, CreanceState], MoveWords] = {
    (S.NOTIFIEE, S.EN_RECOUVREMENT): MoveWords(
        _("Le délai pour demander une correction est passé : le remboursement commence."),
        "R.133-9-2, R.847-1-1 CSS",
    ),
    **{
        (stopped, back): _RESUMED
        for stopped in (S.RECTIFICATION, S.CONTESTEE, S.SUSPENDUE)
        for back in (S.NOTIFIEE, S.EN_RECOUVREMENT, S.MISE_EN_DEMEURE, S.CONTRAINTE)
    },
    (S.TRANSFEREE, S.EN_RECOUVREMENT): MoveWords(
        _("Le département a rendu cette dette à votre Caf."), "L.262-46 CASF"
    ),
    (S.MUTEE, S.EN_RECOUVREMENT): MoveWords(
        _("L’autre caisse a rendu cette dette à votre Caf."), "D.553-4 CSS"
    ),
    (S.SURENDETTEMENT, S.EN_RECOUVREMENT): MoveWords(
        _("Le dossier de surendettement est clos : le remboursement reprend."),
        "L.722-5 C. conso.",
    ),
    (S.PRESCRITE, S.EN_RECOUVREMENT): MoveWords(
        _("Le délai de prescription avait été interrompu : la dette reste due."), "L.553-1 CSS"
    ),
}

#: What each state means, when a debt enters it by any other way.
BY_TARGET: dict[CreanceState, MoveWords] = {
    S.NOTIFIEE: MoveWords(_("La dette est de nouveau au point de départ."), "L.553-2 CSS"),
    S.RECTIFICATION: MoveWords(
        _("Vous avez demandé une correction : votre Caf étudie la dette."),
        "R.133-9-2, R.847-1-1 CSS",
    ),
    S.EN_RECOUVREMENT: MoveWords(_("Le remboursement a commencé ou a repris."), "D.553-4 CSS"),
    S.CONTESTEE: MoveWords(
        _("La dette est contestée : le remboursement attend la réponse."),
        "L.262-46 CASF, L.845-3 CSS",
    ),
    S.SUSPENDUE: MoveWords(_("Le remboursement est suspendu."), "L.262-46 CASF, L.845-3 CSS"),
    S.MISE_EN_DEMEURE: MoveWords(
        _("Votre Caf vous a mis en demeure de payer dans le mois."), "R.133-3 CSS"
    ),
    S.CONTRAINTE: MoveWords(
        _(
            "Votre Caf a émis une contrainte, qui vaut décision de justice : "
            "vous avez 15 jours pour vous y opposer devant le tribunal."
        ),
        "R.133-3, L.161-1-5 CSS",
    ),
    S.TRANSFEREE: MoveWords(_("La dette est passée au département."), "L.262-46 CASF"),
    S.MUTEE: MoveWords(_("La dette est passée à une autre caisse."), "D.553-4 CSS"),
    S.SURENDETTEMENT: MoveWords(
        _("La dette est entrée dans un dossier de surendettement."), "L.722-5 C. conso."
    ),
    S.PRESCRITE: MoveWords(
        _("La dette est trop ancienne pour être réclamée."),
        "L.553-1, L.845-4 CSS, L.262-45 CASF",
    ),
    S.NON_VALEUR: MoveWords(_("Votre Caf a renoncé à réclamer ce qui restait."), "D.133-2-1 CSS"),
    S.REMISE: MoveWords(
        _("Votre Caf vous a accordé une remise de tout ce qui restait."),
        "L.553-2, L.845-3 CSS, L.262-46 CASF",
    ),
    S.PETIT_MONTANT: MoveWords(
        _("Ce qui restait était trop petit pour être réclamé."),
        "D.133-2, D.847-2 CSS, R.262-92 CASF",
    ),
    S.ANNULEE: MoveWords(_("Votre Caf a annulé la dette, ou corrigé ce qui en restait.")),
    S.SOLDEE: MoveWords(_("Tout est remboursé.")),
}


def words_of(from_state: str, to_state: str) -> MoveWords:
    """What a move of the table means."""
    pair = (CreanceState(from_state), CreanceState(to_state))
    return _BY_PAIR.get(pair) or BY_TARGET[pair[1]]
