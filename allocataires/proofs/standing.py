"""Where a debt stood at a date, and whether it is over in a way that a quittance may state."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocataires.models import Creance, Mouvement
from allocataires.nomenclature import Sens
from allocataires.states import CreanceState as S

#: What a quittance says of each end. The ends that are not here have none: an admission en
#: non-valeur gives up the recovery and not the debt, and what moved elsewhere is owed there.
END_WORDS: dict[str, str | Promise] = {
    S.SOLDEE: _("Cette dette a été remboursée en totalité."),
    S.REMISE: _(
        "Cette dette est éteinte : la Caf a accordé une remise de ce qui restait à rembourser."
    ),
    S.PETIT_MONTANT: _(
        "Cette dette est éteinte : le reste, trop petit pour être réclamé, a été abandonné."
    ),
    S.ANNULEE: _("Cette dette est éteinte : la Caf l’a annulée, ou a corrigé ce qui en restait."),
    S.SURENDETTEMENT: _(
        "Cette dette est éteinte : ce qui restait a été effacé dans une procédure "
        "de surendettement."
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One movement, its effect in cents (negative when it lowers the debt), and what was left."""

    mouvement: Mouvement
    effect_cents: int
    left_cents: int


def lines_until(creance: Creance, day: date) -> list[Line]:
    """The movements whose date of effect is that day or before, oldest first, as known now."""
    rows = creance.mouvements.filter(value_on__lte=day).order_by("value_on", "rank")
    return list(_running(rows))


def balance_on(creance: Creance, day: date) -> int:
    """What was left at the end of that day, in cents, as known now."""
    lines = lines_until(creance, day)
    return lines[-1].left_cents if lines else 0


def settled_on(creance: Creance) -> date | None:
    """The Paris date of the movement that left nothing; ``None`` unless a quittance may be given.

    Reads the last movement in the caller's scope.
    """
    if not creance.is_settled or creance.state not in END_WORDS:
        return None
    last = creance.mouvements.order_by("-rank").first()
    return last.value_on if last else None


def _running(rows: Iterable[Mouvement]) -> Iterable[Line]:
    left = 0
    for row in rows:
        effect = row.amount_cents if row.sens == Sens.HAUSSE else -row.amount_cents
        left += effect
        # Written late with an early date, a movement may come before what it repays.
        yield Line(row, effect, max(left, 0))
