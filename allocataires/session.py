"""The debtor's session: who is at the other end, and how far they may look.

A debtor is not a Django user. The session keeps two or three numbers and no name; opening one
drops whatever the browser had before, an agent's login included.
"""

from dataclasses import asdict, dataclass
from typing import Self

from django.http import HttpRequest

_KEY = "debtor"


@dataclass(frozen=True, slots=True)
class Debtor:
    """An identified allocataire. ``creance_id`` is set when a letter opened one debt only.

    ``link_id`` is set for whoever came by a payment link: not the person, but somebody who may
    see what was paid by that link and nothing else.
    """

    caisse_id: int
    allocataire_id: int
    creance_id: int | None = None
    link_id: int | None = None

    @property
    def by_letter(self) -> bool:
        """Whether only the letter's own debt is shown: whoever holds it sees no more."""
        return self.creance_id is not None

    @property
    def by_link(self) -> bool:
        """Whether this is a payment link's holder, who knows neither name nor debts."""
        return self.link_id is not None

    @classmethod
    def of(cls, request: HttpRequest) -> Self | None:
        """The debtor of this request, unless an agent is logged in or nobody is identified."""
        kept = request.session.get(_KEY)
        if kept is None or request.user.is_authenticated:
            return None
        return cls(**kept)


def open_session(request: HttpRequest, debtor: Debtor) -> None:
    """Start a fresh session for this debtor; nothing of the former one survives."""
    request.session.flush()
    request.session[_KEY] = asdict(debtor)


def close_session(request: HttpRequest) -> None:
    """Forget the debtor."""
    request.session.flush()
