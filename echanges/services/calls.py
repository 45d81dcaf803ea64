"""Writing calls under an idempotency key: made once, answered the same ever after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caf_portal.database.advisory import held
from caf_portal.database.scope import caisse_scope
from echanges.models import AppelApi
from echanges.services.keys import Caller


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked: the key that the caller chose, where, and a digest of what it sent."""

    idempotency_key: str
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, in values that JSON can hold; ``replayed`` if it was the first time's."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


class KeyOfAnotherCall(Exception):
    """The same idempotency key came before with another content or at another address."""


class CallUnderWay(Exception):
    """The same call is being made at this moment by another process."""


def answer_once(*, caller: Caller, call: Call, make: Callable[[], Answer], now: datetime) -> Answer:
    """Make the call, unless it was made: then the same answer, without making anything.

    Two at once: one is made, the other raises ``CallUnderWay`` and may be sent again. Raises
    ``KeyOfAnotherCall`` when the key was used for something else. What ``make`` raises is not
    kept: the call may be corrected and sent again. If the process dies between ``make`` and the
    answer's row, the call is made again: ``make`` must bear it, as a lot known by its content does.
    """
    with held("echanges.call", caller.cle_id, call.idempotency_key) as obtained:
        if not obtained:
            raise CallUnderWay
        known = _known(caller, call)
        if known is not None:
            return known
        answer = make()
        with caisse_scope(caller.caisse_id):
            AppelApi.objects.create(
                caisse_id=caller.caisse_id,
                cle_id=caller.cle_id,
                idempotency_key=call.idempotency_key,
                path=call.path,
                body_sha256=call.sha256,
                status_code=answer.status,
                answer=answer.body,
                at=now,
            )
    return answer


def _known(caller: Caller, call: Call) -> Answer | None:
    with caisse_scope(caller.caisse_id):
        row = AppelApi.objects.filter(
            cle_id=caller.cle_id, idempotency_key=call.idempotency_key
        ).first()
    if row is None:
        return None
    if (row.path, row.body_sha256) != (call.path, call.sha256):
        raise KeyOfAnotherCall
    return Answer(row.status_code, row.answer, replayed=True)
