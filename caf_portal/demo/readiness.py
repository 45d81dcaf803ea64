"""Waiting until the demo's parts answer."""

import http.client
import socket
import time
from collections.abc import Callable

from caf_portal.demo.ports import HOST, Ports

_SECONDS = 180


def wait_until_ready(ports: Ports) -> list[str]:
    """Wait, three minutes at most, and return the names of the parts that still do not answer."""
    waiting: dict[str, Callable[[], bool]] = {
        "web": lambda: _answers_ok(ports.portal, "/readyz"),
        "sandbox": lambda: _answers_ok(ports.sandbox, "/"),
        "mail": lambda: _listens(ports.mail),
    }
    deadline = time.monotonic() + _SECONDS
    while waiting and time.monotonic() < deadline:
        waiting = {name: answers for name, answers in waiting.items() if not answers()}
        if waiting:
            time.sleep(0.4)
    return list(waiting)


def _answers_ok(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=2).close()
    except OSError:
        return False
    return True
