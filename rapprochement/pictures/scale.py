"""Round steps for an axis, and short words for its marks."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def round_step(largest: int, *, marks: int = 4) -> int:
    """The smallest of 1, 2, 5, 10, 20… that reaches ``largest`` in so many marks; 1 at least."""
    step = 1
    while step * marks < largest:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step


def short_euros(cents: int) -> str:
    """Euros without cents where that is exact, thousands and millions shortened, the sign kept."""
    sign, euros = "−" if cents < 0 else "", abs(cents) / 100
    for size, unit in ((1_000_000, "M€"), (1_000, "k€")):
        if euros >= size:
            return f"{sign}{_plain(euros / size)}\u00a0{unit}"
    return f"{sign}{_plain(euros)}\u00a0€"


def days_of_age(days: int) -> str:
    """``3 jours``; the first day, less than one."""
    if days == 0:
        return _("moins d’un jour")
    return ngettext("%(days)s jour", "%(days)s jours", days) % {"days": days}


def _plain(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".").replace(".", ",")
