"""From what PayFiP posts when an operation ends to the operation's identifier, and nothing more."""

from urllib.parse import parse_qsl

from payments.gateways.base import AnnouncementUnreadable
from payments.gateways.payfip.references import is_idop

_MAX_BYTES = 2048
_MAX_FIELDS = 20


def idop_of(body: bytes) -> str:
    """The identifier that a notification names; raises ``AnnouncementUnreadable``.

    Both spellings are met in the field, ``idop`` and ``idOp``.
    """
    if len(body) > _MAX_BYTES:
        raise AnnouncementUnreadable("the body is too large")
    try:
        pairs = parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise AnnouncementUnreadable("the body is not a form") from error
    named = {value for name, value in pairs if name.lower() == "idop"}
    if len(named) != 1:
        raise AnnouncementUnreadable("no operation is named, or several are")
    (idop,) = named
    if not is_idop(idop):
        raise AnnouncementUnreadable("this names no operation")
    return idop
