"""Locks on a word rather than on a row, for work that must be done by one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b

from django.db import connection


def one_at_a_time(*words: object) -> None:
    """Wait until no other transaction holds these words, then hold them to the end of this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_number(words)])


@contextmanager
def held(*words: object) -> Iterator[bool]:
    """Hold these words for the block, across its transactions; gives ``False`` if they are held.

    The lock belongs to the connection: it opens no transaction, so the block may wait on a
    network, and it goes with the process if that one is killed. The same connection must serve
    the whole block, which a pool that lends one a transaction (not ours) would not do.
    """
    number = _number(words)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        (obtained,) = cursor.fetchone()
    try:
        yield obtained
    finally:
        if obtained:
            _release(number)


def _release(number: int) -> None:
    """A connection lost meanwhile took the lock with it: the new one releases nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def _number(words: tuple[object, ...]) -> int:
    """A signed 64-bit number; two sentences that would share one only wait for each other."""
    digest = blake2b("\x1f".join(map(str, words)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
