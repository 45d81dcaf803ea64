"""The legal deadlines of a debt in recovery, as pure functions of Paris dates.

Days are counted by ``caf_portal.working_days`` with the bank holidays of the fund's département
(``"01"``, ``"2A"``, ``"974"``). What a silence or a decision allows is the first day on which the
fund may act, always the day after the last day that the person has. Amounts are cents.
"""

from datetime import date, timedelta
from typing import Final

from allocataires.deadlines import APPEAL_MONTHS, RECTIFICATION_DAYS
from allocataires.nomenclature import Famille
from caf_portal.working_days import deadline_in_days, deadline_in_months

REJECTION_DAYS: Final = 7
OPPOSITION_DAYS: Final = 15
#: No text asks for it: recovery that was stopped resumes after six whole days of notice.
NOTICE_DAYS: Final = 6
PRESCRIPTION_YEARS: Final = 2
PRESCRIPTION_YEARS_FRAUD: Final = 5
_DAY: Final = timedelta(days=1)

#: Monthly ceiling of the social security, in euros, by year; a year that is not here refuses.
MONTHLY_CEILING: Final = {2024: 3_864, 2025: 3_925, 2026: 4_005}
#: 0.68 % of it, in hundredths of a percent (D.133-2, D.847-2 CSS).
_SMALL_SHARE: Final = 68
#: R.262-92 CASF.
SMALL_RSA_CENTS: Final = 77_00


class NoCeiling(LookupError):
    """The monthly ceiling of that year is not known: no debt is dropped on a guess."""


def last_day_to_rectify(notified_on: date, departement: str) -> date:
    """Twenty days to ask for a rectification (R.133-9-2, R.847-1-1 CSS)."""
    return deadline_in_days(notified_on, RECTIFICATION_DAYS, departement)


def last_day_to_appeal(notified_on: date, departement: str) -> date:
    """Two months to appeal before any judge (R.142-1, R.847-2 CSS; RSA: L.262-47 CASF)."""
    return deadline_in_months(notified_on, APPEAL_MONTHS, departement)


def silence_on(filed_on: date, months: int, departement: str) -> date:
    """The last day to answer a demande: silence beyond it is a rejection.

    One month for a rectification (R.133-9-2 CSS), two for an appeal (R.142-6 CSS).
    """
    return deadline_in_months(filed_on, months, departement)


def recovery_after_silence(silent_on: date, departement: str) -> date:
    """First day of recovery after a rectification rejected by silence: two months later."""
    return deadline_in_months(silent_on, 2, departement) + _DAY


def recovery_after_rejection(decided_on: date, departement: str) -> date:
    """First day of recovery after a rejection that was notified: seven days later (R.133-9-2)."""
    return deadline_in_days(decided_on, REJECTION_DAYS, departement) + _DAY


def recovery_after_notice(told_on: date) -> date:
    """First day after six whole days of notice."""
    return told_on + (NOTICE_DAYS + 1) * _DAY


def contrainte_from(formal_notice_on: date, departement: str) -> date:
    """First day of a contrainte: a month after the formal notice (R.133-3 CSS)."""
    return deadline_in_months(formal_notice_on, 1, departement) + _DAY


def last_day_to_oppose(contrainte_on: date, departement: str) -> date:
    """Fifteen days to oppose a contrainte before the judge (R.133-3 CSS)."""
    return deadline_in_days(contrainte_on, OPPOSITION_DAYS, departement)


def barred_from(last_act_on: date, *, fraud: bool) -> date:
    """First day on which nobody may claim the debt: two years, five with fraud.

    ``last_act_on`` is the last thing that interrupted the time (L.553-1, L.845-4 CSS, L.262-45
    CASF). Prescription is reckoned from day to day, and no bank holiday prolongs it.
    """
    return _years_after(last_act_on, PRESCRIPTION_YEARS_FRAUD if fraud else PRESCRIPTION_YEARS)


def written_off_from(implanted_on: date) -> date:
    """First day of an admission en non-valeur: a year after the claim (D.133-2-1 CSS)."""
    return _years_after(implanted_on, 1)


def small_amount_below(on: date, famille: Famille) -> int:
    """Cents under which a debt may be dropped: 0.68 % of the ceiling rounded up, or 77 € of RSA.

    Raises ``NoCeiling`` for a year whose ceiling is not known.
    """
    if famille == Famille.RSA:
        return SMALL_RSA_CENTS
    try:
        ceiling = MONTHLY_CEILING[on.year]
    except KeyError:
        raise NoCeiling(f"the monthly ceiling of {on.year} is not known") from None
    return -(-ceiling * _SMALL_SHARE // 10_000) * 100


def _years_after(day: date, years: int) -> date:
    """The same day so many years later; the day after 28 February for a 29th that is not."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
