"""Two calls at once under one idempotency key: one is made; without the lock, both would be."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Event, Thread
from typing import Any
from unittest.mock import patch

from django.db import connection

from echanges.services import calls
from tests.echanges import files
from tests.echanges.api.keys import calling, new_key
from tests.echanges.api.test_lots import lots, send


def at_once(token: str) -> list[int]:
    """Two calls with one key and two contents: the second arrives while the first is made."""
    arrived, gone_on = Event(), Event()
    codes: list[int] = []
    make = calls._known

    def slowly(*args: Any) -> Any:
        known = make(*args)
        if not arrived.is_set():
            arrived.set()
            gone_on.wait(10)
        return known

    def first() -> None:
        with closing(connection):
            codes.append(send(calling(token), files.jsonl(files.person())).status_code)

    def second() -> None:
        arrived.wait(10)
        other = files.jsonl(files.person(nom="Autre"), sequence=2)
        with closing(connection):
            codes.append(send(calling(token), other).status_code)
        gone_on.set()

    with patch.object(calls, "_known", slowly):
        threads = [Thread(target=first), Thread(target=second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
    return codes


def test_two_calls_at_once_under_one_key_make_one_lot(committed_db: None):
    _cle, token = new_key("011")

    codes = at_once(token)

    assert codes == [409, 201]
    assert lots() == 1


def test_without_the_lock_two_calls_at_once_do_collide(committed_db: None):
    """The control: both are made, and only the row of the answer stops the later one."""
    _cle, token = new_key("011")

    with patch.object(calls, "held", _not_held):
        at_once_quietly(token)

    assert lots() == 2


@contextmanager
def _not_held(*_words: object) -> Iterator[bool]:
    yield True


def at_once_quietly(token: str) -> None:
    """The thread whose answer finds a row already there fails: that is the collision."""
    with patch("threading.excepthook"):
        at_once(token)
