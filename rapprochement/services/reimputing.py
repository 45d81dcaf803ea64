"""Takes back what was said of a bank line by mistake: the line waits for another imputation.

Nothing is erased: the écriture is reversed, and the imputation stays with who corrected it and why.
The portal does not read such a line again by itself: an accountant says what it is.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from caisses.models import Agent
from caisses.perms import rights_of
from comptabilite.models import Ecriture, Ligne
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.models.events import Evenement
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.reversing import reverse_ecriture
from rapprochement.models import Imputation, LigneBanque
from rapprochement.services.imputation_writing import EVENTS, gap_source, hold
from rapprochement.services.lettering_511 import letter_lines
from rapprochement.services.not_imputed import subject_of, words_of
from rapprochement.services.placing import placed_lines

_EVENTS = frozenset(event for pair in EVENTS.values() for event in pair if event) | {
    Evenement.GAP_LOSS,
    Evenement.GAP_GAIN,
}
#: Charges and products: their lines answer nothing, and are not lettered.
_NOT_LETTERED = ("6", "7")


class CorrectionRefused(Exception):
    """Nothing was corrected; ``str()`` is a sentence for the accountant."""


@transaction.atomic
def correct_imputation(*, imputation_id: int, reason: str, agent: Agent, now: datetime) -> None:
    """Take an imputation back, once, in the agent's scope: its écriture and its gap's are reversed,
    their lettrages undone, its remittances free again, and its line on the work list.

    The reversal is dated of the bank's booking and written on the first open day from it, as the
    next imputation will be; that day does not close before. Raises ``CorrectionRefused``: not an
    accountant of the fund, no reason, corrected already, or a sum in suspense of which something
    repaid a debt.
    """
    found = Imputation.objects.select_related("ligne__releve__compte_bancaire", "ecriture")
    imputation = found.get(pk=imputation_id)
    words = reason.strip()[:200]
    _refuse_unless_accountant(imputation, words, agent)
    hold([imputation.ligne_id], list(imputation.remises.values_list("remise_id", flat=True)))
    _refuse_what_went_on(imputation)
    for ecriture in _ecritures(imputation):
        reversal = reverse_ecriture(
            ecriture_id=ecriture.pk,
            reason=words,
            agent=agent,
            now=now,
            events=_EVENTS,
            fact_on=imputation.ligne.booked_on,
        )
        _letter(imputation.ligne, ecriture, reversal, now=now)
    Imputation.objects.filter(pk=imputation.pk).update(
        corrected_at=now, corrected_by=agent, corrected_reason=words
    )
    _tell(imputation.ligne, now=now)


def may_be_corrected(imputation: Imputation | None) -> bool:
    """Whether to offer it: the service looks again."""
    return imputation is not None and not placed_lines(imputation.ligne).exists()


def _refuse_unless_accountant(imputation: Imputation, words: str, agent: Agent) -> None:
    if imputation.caisse_id not in rights_of(agent).comptable_ids:
        raise CorrectionRefused(
            _("Seule une personne habilitée comme comptable de cette caisse peut corriger.")
        )
    if not words:
        raise CorrectionRefused(_("Écrivez pourquoi cette imputation est à corriger."))


def _refuse_what_went_on(imputation: Imputation) -> None:
    """Looked at once the line is held: another accountant may have gone on meanwhile."""
    if not Imputation.objects.in_force().filter(pk=imputation.pk).exists():
        raise CorrectionRefused(_("Cette imputation vient d’être corrigée : rechargez la page."))
    if placed_lines(imputation.ligne).exists():
        raise CorrectionRefused(
            _("Une partie de cette somme a déjà remboursé une dette : elle ne se corrige plus ici.")
        )


def _ecritures(imputation: Imputation) -> list[Ecriture]:
    """What the imputation wrote; a gap may have been reversed by hand before."""
    gap = Ecriture.objects.filter(
        caisse_id=imputation.caisse_id,
        source_id=gap_source(imputation),
        reverses__isnull=True,
        reversed_by__isnull=True,
    )
    return [imputation.ecriture, *gap]


def _letter(line: LigneBanque, ecriture: Ecriture, reversal: Ecriture, *, now: datetime) -> None:
    """The mistake and its reversal answer each other: nothing of them is left to follow."""
    lines = Ligne.objects.filter(caisse_id=line.caisse_id, ecriture__in=[ecriture, reversal])
    of_compte: dict[int, list[int]] = {}
    for each in lines.exclude(compte_id=line.releve.compte_bancaire.compte_id).select_related(
        "compte"
    ):
        if not each.compte.number.startswith(_NOT_LETTERED):
            of_compte.setdefault(each.compte_id, []).append(each.pk)
    for compte_id, ligne_ids in of_compte.items():
        letter_lines(
            caisse_id=line.caisse_id,
            compte_id=compte_id,
            ligne_ids=ligne_ids,
            reason="Imputation corrigée",
            now=now,
        )


def _tell(line: LigneBanque, *, now: datetime) -> None:
    open_anomalie(
        caisse_id=line.caisse_id,
        kind=AnomalieKind.BANK_LINE,
        subject=subject_of(line),
        detail=words_of(line),
        amount_cents=line.amount_cents,
        now=now,
    )
