"""Working days and legal deadlines, in Paris dates, département by département.

An instant has no place here: the caller turns it into a date with ``caf_portal.paris.paris_date``.
A working day is one from Monday to Friday that is not a bank holiday by law (articles L. 3133-1,
L. 3134-13 and L. 3422-2 of the code du travail). Days that are only customary (mid-Lent, Good
Friday or 21 July in the Antilles) are not, so that no deadline is announced later than the law
has it. Good Friday counts in the whole of Alsace and Moselle: the law has it where there is a
Protestant church, which is so where their funds have their seats.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from holidays import country_holidays

#: The commemorations have their dates by decree since 23 November 1983.
FIRST_YEAR: Final = 1984
LAST_YEAR: Final = 2100
#: No delay of the law is longer; beyond, a figure is a mistake.
LONGEST_DELAY: Final = 3_660
_SATURDAY: Final = 5
_LOCAL_CALENDARS: Final = {
    "57": "57",
    "67": "6AE",
    "68": "6AE",
    **{code: code for code in ("971", "972", "973", "974", "976")},
}
_ALSACE_MOSELLE: Final = frozenset({"57", "67", "68"})
_COMMEMORATION: Final = "Abolition de l'esclavage"
DEPARTEMENTS: Final = frozenset(
    {f"{number:02d}" for number in range(1, 96) if number != 20}
    | {"2A", "2B"}
    | {*_LOCAL_CALENDARS}
)


class UnknownDepartement(ValueError):
    """No département has this number; Corsica is 2A and 2B, overseas has three digits."""


class NotAParisDate(TypeError):
    """An instant, or something else than a date, was given where a Paris date is needed."""


class NoCalendar(ValueError):
    """The bank holidays of that year are not known: before 1984 or after 2100."""


class NotADelay(ValueError):
    """A delay is a whole number of days or months, from 1 to 3,660."""


def bank_holidays(year: int, departement: str) -> frozenset[date]:
    """The bank holidays by law of a year in a département (``"57"``, ``"2A"``, ``"974"``).

    Raises ``UnknownDepartement`` and ``NoCalendar``.
    """
    if departement not in DEPARTEMENTS:
        raise UnknownDepartement(f"no département is numbered {departement!r}")
    return _bank_holidays(_known(year), departement)


def is_working_day(day: date, departement: str) -> bool:
    """Whether the day is neither a Saturday, nor a Sunday, nor a bank holiday.

    Raises ``NotAParisDate``, ``UnknownDepartement`` and ``NoCalendar``, as all that follow do.
    """
    holidays = bank_holidays(_paris(day).year, departement)
    return day not in holidays and day.weekday() < _SATURDAY


def next_working_day(day: date, departement: str) -> date:
    """The first working day after the day, which itself never is the answer."""
    following = _paris(day) + timedelta(days=1)
    while not is_working_day(following, departement):
        following += timedelta(days=1)
    return following


def add_working_days(day: date, count: int, departement: str) -> date:
    """The last of ``count`` working days (*jours ouvrés*), the first being after the day.

    Raises ``NotADelay``.
    """
    for _ in range(_checked(count)):
        day = next_working_day(day, departement)
    return day


def deadline_in_days(start: date, days: int, departement: str) -> date:
    """The last day, until midnight, to do what must be done within ``days`` days of ``start``.

    The day of the act, decision or notification does not count (article 641 of the code de
    procédure civile); every day after it does, working or not. A delay that would end on a
    Saturday, a Sunday or a bank holiday goes on until the next working day (article 642). It is
    no *délai franc*: its last day is in it. Raises ``NotADelay``.
    """
    return _extended(_paris(start) + timedelta(days=_checked(days)), departement)


def deadline_in_months(start: date, months: int, departement: str) -> date:
    """The last day, until midnight, to do what must be done within ``months`` months of ``start``.

    The day of the last month that has the number of the starting day, or the last day of that
    month if it has none (article 641 of the code de procédure civile), then extended as days are
    (article 642). Raises ``NotADelay``.
    """
    year, month = divmod(_paris(start).year * 12 + start.month - 1 + _checked(months), 12)
    last = monthrange(_known(year), month + 1)[1]
    return _extended(date(year, month + 1, min(start.day, last)), departement)


def _extended(day: date, departement: str) -> date:
    return day if is_working_day(day, departement) else next_working_day(day, departement)


def _paris(day: date) -> date:
    if not isinstance(day, date) or isinstance(day, datetime):
        raise NotAParisDate(f"not a Paris date: {day!r}")
    _known(day.year)
    return day


def _known(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoCalendar(f"the bank holidays of {year} are not known")
    return year


def _checked(count: int) -> int:
    if type(count) is not int or not 1 <= count <= LONGEST_DELAY:
        raise NotADelay(f"not a delay: {count!r}")
    return count


@cache
def _bank_holidays(year: int, departement: str) -> frozenset[date]:
    """A calendar of its own for each year: the library's fills itself as it is read."""
    everywhere = country_holidays("FR", years=year, language="fr")
    local = _LOCAL_CALENDARS.get(departement)
    if local is None:
        return frozenset(everywhere)
    there = country_holidays("FR", subdiv=local, years=year, language="fr")
    by_law = departement in _ALSACE_MOSELLE
    return frozenset(
        day for day, name in there.items() if by_law or day in everywhere or _COMMEMORATION in name
    )
