"""Read a whole file of the platform, or refuse it whole."""

from datetime import timedelta

from django.utils.translation import gettext as _

from rapprochement.readers.gateway.body import Body
from rapprochement.readers.gateway.file import GatewayFile, GatewayLine, Kind
from rapprochement.readers.gateway.names import FileOrigin, told_by_name
from rapprochement.readers.gateway.records import records_of, title_of
from rapprochement.readers.problems import FileUnreadable

#: Files whose lines are all of the day of their name. A day of tolerance: the platform does not
#: say in which time zone its day ends.
_OF_THEIR_DAY = frozenset({Kind.JT, Kind.JO})
_NEARLY = timedelta(days=1)


def read_gateway_file(
    content: bytes, *, filename: str, otherwise: FileOrigin | None = None
) -> GatewayFile:
    """Everything that a JT, JO, JRB or JRI file says, known by its content.

    Shop, day and mode are those of the file's name, or ``otherwise`` for another name. A file with
    a title and no detail is a day on which nothing happened. Raises ``FileUnreadable``.
    """
    name = told_by_name(filename)
    records = records_of(content)
    title = title_of(next(records, None))
    body = Body(title, name)
    for record in records:
        body.take(record)
    kind = body.close()
    origin = otherwise if name is None else name.origin
    if origin is None:
        raise _nameless(kind)
    _check_days(kind, origin, body.lines)
    return GatewayFile(
        kind=kind,
        version=body.version,
        site_id=origin.site_id,
        mode=origin.mode,
        day_on=origin.day_on,
        period=origin.period,
        produced_at=title.produced_at,
        lines=tuple(body.lines),
    )


def _check_days(kind: Kind, origin: FileOrigin, lines: list[GatewayLine]) -> None:
    day_on = origin.day_on
    if day_on is None or kind not in _OF_THEIR_DAY:
        return
    for line in lines:
        if line.dated_on is not None and abs(line.dated_on - day_on) > _NEARLY:
            raise FileUnreadable(
                _(
                    "Ce journal devrait être du %(day)s, et son opération n° %(rank)d est du "
                    "%(found)s. Redonnez-lui le nom qu’il avait quand la plateforme l’a envoyé."
                )
                % {
                    "day": f"{day_on:%d/%m/%Y}",
                    "rank": line.rank,
                    "found": f"{line.dated_on:%d/%m/%Y}",
                }
            )


def _nameless(kind: Kind) -> FileUnreadable:
    return FileUnreadable(
        _(
            "Le nom de ce journal %(kind)s ne dit ni sa boutique ni son jour. Redonnez-lui le nom "
            "qu’il avait quand la plateforme l’a envoyé, comme "
            "« %(kind)s_NOM_12345678_261201.csv »."
        )
        % {"kind": kind.value}
    )
