"""Why a debt: everything that its page, its printed explanation and the agents' page tell."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocataires.deadlines import Deadline, deadlines_of
from allocataires.life import Life, life_of
from allocataires.models import Creance
from allocataires.models.creance import CreanceQuerySet
from allocataires.month_queries import Months, months_of
from allocataires.nomenclature import Responsable
from allocataires.overlaps import Overlap, overlaps_of
from allocataires.recours import Recours, recours_of
from caisses.models import Caisse

Sentence = str | Promise

#: Who erred, said kindly: most debts come from nobody's bad will.
_WHO: dict[Responsable | None, Sentence] = {
    Responsable.CAISSE: _("L’erreur vient de la caisse, et non de vous."),
    Responsable.LOI: _(
        "Personne ne s’est trompé : une règle, ou une avance prévue par les textes, "
        "demande de revoir ce qui a été versé."
    ),
    Responsable.OUTIL: _("L’erreur vient d’un outil informatique de la caisse, et non de vous."),
    Responsable.TIERS: _("L’erreur vient d’un autre organisme, et non de vous."),
    Responsable.ALLOCATAIRE: _(
        "Une information est arrivée trop tard, ou n’était pas exacte. Cela arrive souvent, "
        "sans mauvaise intention."
    ),
    None: _("Votre Caf n’a pas dit d’où vient l’erreur : vous pouvez le lui demander."),
}
_FRAUD = _(
    "Votre Caf estime qu’il y a eu fraude. Vous pouvez le contester. Tant que c’est retenu, une "
    "remise n’est pas possible."
)
_ROUNDING = _("Une différence de moins d’un euro vient le plus souvent d’un arrondi.")
_INDEMNITY = _(
    "Cela correspond aux 10 % de frais de gestion que la loi ajoute en cas de fraude "
    "(L.553-2, L.845-3, L.821-5-1 CSS)."
)
_MORE = _(
    "Il peut manquer un mois, ou une somme ajoutée par la Caf. Demandez-lui le détail : elle vous "
    "le doit."
)
_LESS = _(
    "Une partie a pu être déjà retenue, ou compensée par une somme que la Caf vous devait. "
    "Demandez-lui le détail : elle vous le doit."
)
#: Cents under which a difference is most often a rounding.
_ROUNDING_CENTS = 100


@dataclass(frozen=True, slots=True)
class Explanation:
    """What may be said of why a debt exists and of what may be done about it."""

    months: Months
    gap_reason: Sentence
    who: Sentence
    deadlines: list[Deadline]
    recours: Recours
    overlaps: list[Overlap]
    life: Life


def explain(
    creance: Creance, *, caisse: Caisse, among: CreanceQuerySet, today: date
) -> Explanation:
    """Explain one debt to a reader who may see the debts of ``among``, in the caller's scope."""
    months = months_of(creance)
    return Explanation(
        months=months,
        gap_reason=gap_reason(creance, months),
        who=_FRAUD if creance.fraude else _WHO[creance.responsable],
        deadlines=deadlines_of(creance, caisse=caisse, today=today),
        recours=recours_of(creance.famille),
        overlaps=overlaps_of(creance, among),
        life=life_of(creance),
    )


def gap_reason(creance: Creance, months: Months) -> Sentence:
    """What the gap between the months and the debt may be; empty when there is none."""
    if not months.gap_cents:
        return ""
    if months.gap_size_cents < _ROUNDING_CENTS:
        return _ROUNDING
    tenth = months.excess_cents / 10
    if creance.fraude and abs(months.gap_cents - tenth) < _ROUNDING_CENTS:
        return _INDEMNITY
    return _MORE if months.gap_cents > 0 else _LESS
