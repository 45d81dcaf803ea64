"""The bell between the requests that put something off and the thread that does it later."""

import threading

_bell = threading.Event()


def ring() -> None:
    """Say that something is due sooner than the sleeper believes."""
    _bell.set()


def sleep(seconds: float) -> None:
    """Sleep until the bell rings or the time is over."""
    _bell.wait(seconds)
    _bell.clear()
