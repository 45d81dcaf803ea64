"""What a person may ask about a debt, by family of benefit: the one table, and what follows.

``docs/domaine.md`` says which lines a lawyer has still to confirm (``confirmed``). Where no text
was read (``law`` empty), a demande is passed on and stops nothing by itself. Dates are Paris dates.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocataires.nomenclature import Famille
from allocataires.states import CreanceState
from recouvrement import deadlines
from recouvrement.models.demande import DemandeKind


class Stops(Enum):
    """Whether filing stops the recovery."""

    NEVER = "never"
    IN_TIME = "in time"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class DemandeRule:
    """One kind of demande for one family of benefits."""

    kind: DemandeKind
    stops: Stops
    law: str
    #: Who answers: a sentence for the person.
    answered_by: str | Promise
    #: State of the debt while it is stopped.
    state: CreanceState
    #: Months of silence that are a rejection.
    silence_months: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What will happen if a demande is filed that day.

    ``last_day`` is ``None`` without a deadline; ``resume_on`` is the first day of recovery if
    nobody answers, ``None`` when nothing stops.
    """

    last_day: date | None
    is_late: bool
    suspends: bool
    answer_due_on: date
    resume_on: date | None

    @property
    def stopped_until(self) -> date | None:
        """The last day without recovery if nobody answers."""
        return self.resume_on and self.resume_on - timedelta(days=1)


_CAF = _("Votre Caf répond, en donnant ses raisons.")
_COMMISSION = _("La commission de recours amiable de votre Caf répond, en donnant ses raisons.")
_DEPARTEMENT = _(
    "Votre Caf la transmet au président du conseil départemental, "
    "qui répond en donnant ses raisons."
)
_RSA_REMISSION = _(
    "Le département répond, ou votre Caf quand il le lui a confié, en donnant les raisons."
)


def _rectification(law: str, *, confirmed: bool, stops: Stops = Stops.IN_TIME) -> DemandeRule:
    return DemandeRule(
        DemandeKind.RECTIFICATION, stops, law, _CAF, CreanceState.RECTIFICATION, 1, confirmed
    )


def _recours(
    law: str, stops: Stops, *, confirmed: bool, by: str | Promise = _COMMISSION
) -> DemandeRule:
    return DemandeRule(DemandeKind.RECOURS, stops, law, by, CreanceState.CONTESTEE, 2, confirmed)


def _remise(law: str, stops: Stops, *, confirmed: bool, by: str | Promise = _CAF) -> DemandeRule:
    return DemandeRule(DemandeKind.REMISE, stops, law, by, CreanceState.SUSPENDUE, 2, confirmed)


_UNKNOWN = (
    _recours("", Stops.NEVER, confirmed=False),
    _remise("", Stops.NEVER, confirmed=False),
)

#: L.262-46 CASF and L.845-3 CSS set no delay: a late claim stops too. For family benefits, words
#: that stopped the recovery during an appeal left the code on 1 January 2024.
RULES: dict[Famille, tuple[DemandeRule, ...]] = {
    Famille.FAMILLE: (
        _rectification("R.133-9-2, L.553-2 CSS", confirmed=True),
        _recours("R.142-1, R.142-6 CSS", Stops.NEVER, confirmed=False),
        _remise("L.553-2 CSS", Stops.NEVER, confirmed=False),
    ),
    Famille.LOGEMENT: (
        _rectification("R.133-9-2 CSS, L.823-9 CCH", confirmed=False),
        _recours("L.823-9 CCH", Stops.NEVER, confirmed=False),
        _remise("L.823-9 CCH", Stops.NEVER, confirmed=False),
    ),
    Famille.PRIME_ACTIVITE: (
        _rectification("R.847-1-1, L.845-3 CSS", confirmed=True, stops=Stops.ALWAYS),
        _recours("L.845-2, L.845-3, R.847-2 CSS", Stops.ALWAYS, confirmed=True),
        _remise("L.845-3 CSS", Stops.ALWAYS, confirmed=True),
    ),
    Famille.RSA: (
        _recours(
            "L.262-46, L.262-47, R.262-90 CASF", Stops.ALWAYS, confirmed=True, by=_DEPARTEMENT
        ),
        _remise("L.262-46 CASF", Stops.ALWAYS, confirmed=True, by=_RSA_REMISSION),
    ),
    Famille.PRIME_NOEL: _UNKNOWN,
    Famille.AUTRE: _UNKNOWN,
}


def rules_of(famille: Famille) -> tuple[DemandeRule, ...]:
    """What may be asked about a debt of this family, in the order that the law has it."""
    return RULES[famille]


def rule_of(famille: Famille, kind: str) -> DemandeRule | None:
    """The rule of one kind; ``None`` when the family does not have it (no rectification of RSA)."""
    return next((rule for rule in RULES[famille] if rule.kind == kind), None)


def foresee(rule: DemandeRule, *, since_on: date, on: date, departement: str) -> Foreseen:
    """What filing on that day would do; ``since_on`` is the notification that opened the delay."""
    last_day = _last_day(rule, since_on, departement)
    is_late = last_day is not None and on > last_day
    suspends = rule.stops == Stops.ALWAYS or (rule.stops == Stops.IN_TIME and not is_late)
    due_on = deadlines.silence_on(on, rule.silence_months, departement)
    resume_on = after_silence(rule.kind, due_on, due_on, departement) if suspends else None
    return Foreseen(last_day, is_late, suspends, due_on, resume_on)


def after_silence(kind: str, due_on: date, noticed_on: date, departement: str) -> date:
    """First day of recovery when nobody answered: the law's, and never without notice."""
    told = deadlines.recovery_after_notice(noticed_on)
    if kind != DemandeKind.RECTIFICATION:
        return told
    return max(told, deadlines.recovery_after_silence(due_on, departement))


def after_answer(kind: str, answered_on: date, departement: str) -> date:
    """First day of recovery after an answer that leaves something to repay, or a withdrawal."""
    told = deadlines.recovery_after_notice(answered_on)
    if kind != DemandeKind.RECTIFICATION:
        return told
    return max(told, deadlines.recovery_after_rejection(answered_on, departement))


def _last_day(rule: DemandeRule, since_on: date, departement: str) -> date | None:
    if rule.kind == DemandeKind.RECTIFICATION:
        return deadlines.last_day_to_rectify(since_on, departement)
    if rule.kind == DemandeKind.RECOURS and rule.law:
        return deadlines.last_day_to_appeal(since_on, departement)
    return None
