"""Until when a debt may be disputed, and before whom, by family of benefit.

Only what the texts cited say: for the other families the letter is the reference, and the page says
so. The dates are Paris dates from the day of the letter, put off to the next working day of the
fund's département (articles 641 and 642 of the code de procédure civile).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocataires.models import Creance
from allocataires.nomenclature import Famille
from caf_portal.working_days import NoCalendar, deadline_in_days, deadline_in_months
from caisses.models import Caisse

Sentence = str | Promise


@dataclass(frozen=True, slots=True)
class Way:
    """One way to dispute: what to ask for, whom, how long after the letter, by which article."""

    title: Sentence
    to_whom: Sentence
    delay: Sentence
    law: str
    last_day: Callable[[date, str], date]
    #: Whether the answer to a rectification opens this delay again.
    reopens: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """A way, and its last day (``None`` when it cannot be told) seen from ``today``."""

    way: Way
    last_on: date | None
    today: date

    @property
    def passed(self) -> bool:
        """Whether the last day is over."""
        return self.last_on is not None and self.last_on < self.today

    @property
    def days_left(self) -> int:
        """Days from today to the last one: 0 on the last day itself."""
        return max((self.last_on - self.today).days, 0) if self.last_on else 0


RECTIFICATION_DAYS = 20
APPEAL_MONTHS = 2

_TWENTY_DAYS = _("20 jours après la notification")
_TWO_MONTHS = _("2 mois après la notification")


def _in_twenty_days(start: date, departement: str) -> date:
    return deadline_in_days(start, RECTIFICATION_DAYS, departement)


def _in_two_months(start: date, departement: str) -> date:
    return deadline_in_months(start, APPEAL_MONTHS, departement)


def _rectification(law: str) -> Way:
    return Way(
        title=_("Demander une correction (rectification)"),
        to_whom=_("À votre Caf, qui étudie de nouveau la dette"),
        delay=_TWENTY_DAYS,
        law=law,
        last_day=_in_twenty_days,
    )


def _commission(law: str) -> Way:
    return Way(
        title=_("Contester (recours amiable)"),
        to_whom=_("À la commission de recours amiable de votre Caf"),
        delay=_TWO_MONTHS,
        law=law,
        last_day=_in_two_months,
        reopens=True,
    )


WAYS: dict[Famille, tuple[Way, ...]] = {
    Famille.FAMILLE: (
        _rectification("L.553-2, R.133-9-2 CSS"),
        _commission("R.142-1 CSS"),
    ),
    Famille.PRIME_ACTIVITE: (
        _rectification("R.847-1-1 CSS"),
        _commission("L.845-2, R.847-2 CSS"),
    ),
    Famille.RSA: (
        Way(
            title=_("Contester (recours administratif)"),
            to_whom=_("Au président du conseil départemental"),
            delay=_TWO_MONTHS,
            law="L.262-47, R.262-88 CASF",
            last_day=_in_two_months,
        ),
    ),
}


def deadlines_of(creance: Creance, *, caisse: Caisse, today: date) -> list[Deadline]:
    """The ways to dispute this debt, with their last days; none where only the letter knows."""
    return [
        Deadline(way, _last_day(way, creance, caisse), today)
        for way in WAYS.get(creance.famille, ())
    ]


def _last_day(way: Way, creance: Creance, caisse: Caisse) -> date | None:
    try:
        return way.last_day(creance.notified_on, caisse.departement_code)
    except NoCalendar:
        return None
