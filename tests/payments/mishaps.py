"""Cuts one piece of work between any two of its statements, or lets another one in there.

Every step of ours that lasts is an SQL statement: whoever may strike before the n-th of them, for
any n, has tried every place where a process can die or where somebody else can come in between.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, connections

#: How long the one that came in may take before it is taken for stuck.
PATIENCE = 20.0


class Killed(BaseException):
    """The process died here; like a real death, no ``except Exception`` sees it."""


def die() -> None:
    """What ``kill -9`` does, as far as the database can tell."""
    raise Killed


def lose_the_database() -> None:
    """The server answers no more: an ordinary exception, which our code may catch."""
    raise OperationalError("server closed the connection unexpectedly")


@contextmanager
def before_statement(number: int, strike: Callable[[], None]) -> Iterator[None]:
    """Call ``strike`` once, just before the ``number``-th statement of this thread (from 1)."""
    done = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal done
        done += 1
        if done == number:
            strike()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


class Meanwhile:
    """Another work in a thread of its own: let in at one moment, waited for at the end.

    ``start`` comes back when it is done or when it waits for a lock that somebody holds: what
    happens next does not depend on the machine's mood.
    """

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._pid: int | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.result: object = None
        self.error: BaseException | None = None

    def start(self) -> None:
        """Let it run until it is done or stopped by a lock."""
        self._thread.start()
        until = time.monotonic() + PATIENCE
        while self._thread.is_alive() and not self._waits():
            if time.monotonic() > until:
                raise AssertionError("the other work is neither done nor waiting for a lock")
            time.sleep(0.002)

    def finish(self) -> None:
        """Start it if nothing did, wait for its end, and raise what it raised."""
        if self._thread.ident is None:
            self._thread.start()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the other work never ended"
        if self.error is not None:
            raise self.error

    def _run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (self._pid,) = cursor.fetchone()
            self.result = self._work()
        except Exception as error:  # noqa: BLE001 - raised again by finish()
            self.error = error
        finally:
            connection.close()

    def _waits(self) -> bool:
        if self._pid is None:
            return False
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_locks WHERE pid = %s AND NOT granted", [self._pid])
            return cursor.fetchone() is not None
