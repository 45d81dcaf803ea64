"""The ports of the demo: the usual ones, or the next free ones when somebody has them."""

import json
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

HOST = "127.0.0.1"
_ATTEMPTS = 200


class NoFreePort(Exception):
    """Two hundred ports in a row are taken; the message can be shown."""


@dataclass(frozen=True, slots=True)
class Ports:
    """One port for each part that listens; the defaults are those of the documentation."""

    portal: int = 8000
    sandbox: int = 8001
    mail: int = 8025


def free_ports(wanted: Ports) -> Ports:
    """The wanted ports, each replaced by the next free one if it is taken."""
    chosen: dict[str, int] = {}
    others = set(asdict(wanted).values())
    for name, port in asdict(wanted).items():
        # Not the usual port of another part: that one would have to move in its turn.
        taken = (others - {port}) | set(chosen.values())
        chosen[name] = _next_free(port, taken=taken)
    return Ports(**chosen)


def any_free_ports() -> Ports:
    """Ports that the system gives, for a run that must disturb nobody."""
    sockets = [socket.create_server((HOST, 0)) for _ in asdict(Ports())]
    numbers = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return Ports(*numbers)


def remember(ports: Ports, folder: Path) -> None:
    """Let later commands (``manage.py shell``…) know the addresses of the running demo."""
    (folder / "ports.json").write_text(json.dumps(asdict(ports)))


def remembered(folder: Path) -> Ports:
    """The ports of the demo that ran last, or the usual ones."""
    path = folder / "ports.json"
    return Ports(**json.loads(path.read_text())) if path.exists() else Ports()


def _next_free(first: int, *, taken: set[int]) -> int:
    for port in range(first, first + _ATTEMPTS):
        if port not in taken and _is_free(port):
            return port
    message = f"Aucun port libre entre {first} et {first + _ATTEMPTS - 1}."
    raise NoFreePort(message)


def _is_free(port: int) -> bool:
    try:
        # reuse_port stays off: binding must fail when somebody listens already.
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True
