"""Which funds a transaction may see (invariant 13; ``docs/adr/0002``).

PostgreSQL's row-level security filters every table that carries ``caisse_id``. The filter reads
what these context managers set, and forgets it at the end of the transaction, so that nothing
leaks to the next borrower of a pooled connection. Without a scope, no row is seen or written.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

#: Login role of web and workers: it owns nothing.
APP_ROLE = "caf_app"
#: Role taken for the length of a transaction by those who see every fund.
NATIONAL_ROLE = "caf_national"


@dataclass(frozen=True, slots=True)
class Scope:
    """The role and the funds that a transaction works with."""

    role: str
    caisse_ids: tuple[int, ...]

    @property
    def caisses_literal(self) -> str:
        """The funds as a PostgreSQL array literal."""
        return "{" + ",".join(str(pk) for pk in self.caisse_ids) + "}"


class ScopeOpen(RuntimeError):
    """A scope is open where somebody is about to wait on a network."""


NOTHING = Scope(APP_ROLE, ())
NATIONAL = Scope(NATIONAL_ROLE, ())


def refuse_open_scope() -> None:
    """Raise ``ScopeOpen`` inside a scope: its transaction and its locks would wait as well."""
    if _current(connection) != NOTHING:
        raise ScopeOpen("Close the scope before asking somebody over a network.")


@contextmanager
def caisse_scope(*caisse_ids: int) -> Iterator[None]:
    """Open a transaction that sees and writes the rows of these funds only."""
    with _entered(partial(_apply, Scope(APP_ROLE, tuple(sorted(set(caisse_ids)))))):
        yield


@contextmanager
def national_scope() -> Iterator[None]:
    """Open a transaction that sees and writes the rows of every fund."""
    with _entered(partial(_apply, NATIONAL)):
        yield


@contextmanager
def scope_of(caisse_ids: Iterable[int], *, national: bool) -> Iterator[None]:
    """Open the scope of somebody's rights: every fund, or these, or none."""
    with national_scope() if national else caisse_scope(*caisse_ids):
        yield


@contextmanager
def through_door(door: Callable[[], Scope]) -> Iterator[None]:
    """Open a transaction whose scope is set by a function of the database.

    ``door`` calls one of the narrow SECURITY DEFINER functions and returns the scope that it
    left: this is how the notification endpoint enters a fund that it does not know yet.
    """
    with _entered(door):
        yield


@contextmanager
def _entered(enter: Callable[[], Scope]) -> Iterator[None]:
    """Set the scope inside a transaction, and put the outer one back when scopes are nested.

    ``set_config(…, true)`` lasts until the end of the *outermost* transaction: releasing a
    savepoint does not undo it, hence the explicit return. Rolling one back does undo it.
    """
    nested = connection.in_atomic_block
    outer = _current(connection) if nested else NOTHING
    try:
        with transaction.atomic():
            _remember(connection, enter())
            yield
            if nested and not connection.needs_rollback:
                _return_to(outer)
    finally:
        _remember(connection, outer)


def _apply(scope: Scope) -> Scope:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('caf.caisses', %s, true)",
            [scope.role, scope.caisses_literal],
        )
    return scope


def _return_to(outer: Scope) -> None:
    """Go back to the outer scope, once the deferred constraints have seen the inner one's rows."""
    if _current(connection) == outer:
        return
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    _apply(outer)


def _current(wrapper: BaseDatabaseWrapper) -> Scope:
    return getattr(wrapper, "caf_scope", NOTHING)


def _remember(wrapper: BaseDatabaseWrapper, scope: Scope) -> None:
    wrapper.caf_scope = scope  # type: ignore[attr-defined] # a memo of our own
