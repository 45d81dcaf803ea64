"""How PayZen writes a plan: in the form, and in what it says of each due (sheet A.4, D)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from caf_portal.paris import paris_date
from payments.gateways.base import Occurrence

#: ``payment_error`` of the dues that fall with the first one.
FIRST_WAS_REFUSED = "101"

_OCCURRENCES = {
    "RECURRENT_INITIAL": Occurrence.FIRST,
    "RECURRENT_INTERMEDIAIRE": Occurrence.LATER,
    "RECURRENT_FINAL": Occurrence.LATER,
    "RECURRING_INITIAL": Occurrence.FIRST,
    "RECURRING_INTERMEDIATE": Occurrence.LATER,
    "RECURRING_FINAL": Occurrence.LATER,
}


def payment_config(instalments: Sequence[tuple[date, int]]) -> str:
    """``SINGLE``, or ``MULTI_EXT:20260901=10000;20261001=4525``: dates and cents of each due."""
    if not instalments:
        return "SINGLE"
    pairs = (f"{due_on:%Y%m%d}={cents}" for due_on, cents in instalments)
    return "MULTI_EXT:" + ";".join(pairs)


def occurrence_of(said: str) -> Occurrence:
    """The place of a transaction in its plan, from the form's word or the REST API's.

    Not from the sequence number: after a refused first try the first due bears number 2.
    """
    return _OCCURRENCES.get(said, Occurrence.SINGLE)


def paris_day(said: str) -> date | None:
    """The Paris date of an instant: ``20261020000000`` in UTC, or ISO 8601 from the REST API.

    ``None`` when it is not said or makes no sense: a due has other signs to be known by, and what
    is not dated happened when it was learnt.
    """
    try:
        if said.isascii() and said.isdigit():
            instant = datetime.strptime(said, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        else:
            instant = datetime.fromisoformat(said)
        return paris_date(instant)
    except (ValueError, OverflowError):
        return None
