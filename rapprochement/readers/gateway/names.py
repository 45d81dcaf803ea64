"""What the name of a file says: kind, shop, day and mode (protocol sheet F.1)."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from rapprochement.readers.gateway.file import Kind, Mode
from rapprochement.readers.problems import FileUnreadable

#: ``TEST_JRB_<SHOP>_<site>_<YYMMDD, YYWnn or YYMnn>_V2.csv``; browsers number a second download.
_NAME = re.compile(
    r"(?P<test>TEST_)?(?P<kind>JT|JO|JRB|JRI)_(?:.*_)?(?P<site_id>\d{8})"
    r"_(?P<period>\d{6}|\d{2}[WM]\d{2})(?:_(?P<version>V\d{1,2}))?(?: ?\(\d+\))?\.csv",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class FileOrigin:
    """Whose file it is, and of which UTC day: ``None`` for a week or a month."""

    site_id: str
    mode: Mode
    day_on: date | None
    period: str = ""


@dataclass(frozen=True, slots=True)
class FileName:
    """A name of the documented pattern."""

    kind: Kind
    version: str
    origin: FileOrigin


def told_by_name(filename: str) -> FileName | None:
    """What the name says, or ``None`` when it is not of the platform's pattern.

    Folders before the name are ignored. Raises ``FileUnreadable`` for a day that does not exist.
    """
    found = _NAME.fullmatch(re.split(r"[/\\]", filename)[-1].strip())
    if found is None:
        return None
    period = found["period"].upper()
    origin = FileOrigin(
        site_id=found["site_id"],
        mode=Mode.TEST if found["test"] else Mode.PRODUCTION,
        day_on=_day(period) if period.isdigit() else None,
        period=period,
    )
    return FileName(Kind(found["kind"].upper()), (found["version"] or "").upper(), origin)


def _day(period: str) -> date:
    try:
        # Two digits only: the platform opened in this century, and has 74 years to change.
        return datetime.strptime(f"20{period}", "%Y%m%d").date()  # noqa: DTZ007  a day, no instant
    except ValueError as error:
        raise FileUnreadable(
            _(
                "Le nom du fichier dit « %(period)s », qui n’est pas un jour (AAMMJJ). "
                "Redonnez-lui le nom qu’il avait quand la plateforme l’a envoyé."
            )
            % {"period": period}
        ) from error
