"""Places for embedded servers that belong to one test, and commands run on them."""

import os
from pathlib import Path

import psutil
import psycopg

from caf_portal.embedded.places import Place
from caf_portal.embedded.postgres import DATABASE


def throwaway(folder: Path) -> Place:
    """A place like that of the tests: its data may be made again at any start."""
    folder.mkdir(parents=True, exist_ok=True)
    return Place(name="test", folder=folder)


def lasting(folder: Path) -> Place:
    """A place like that of the demo: its data is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    return Place(name="demo", folder=folder)


def connect(place: Place, *, role: str, database: str = DATABASE) -> psycopg.Connection:
    """A connection of its own, in autocommit."""
    socket = str(place.postgres_socket)
    return psycopg.connect(host=socket, user=role, dbname=database, autocommit=True)


def postmaster(place: Place) -> psutil.Process:
    """The server process, found by its pid file."""
    lines = (place.postgres_data / "postmaster.pid").read_text().splitlines()
    return psutil.Process(int(lines[0]))


def servers_below(folder: Path) -> list[int]:
    """Process ids of PostgreSQL and Redis servers whose command line names this folder."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if process.pid != os.getpid() and any(str(folder) in word for word in words):
            program = Path(words[0]).name
            if program.startswith(("postgres", "redis-server")):
                found.append(process.pid)
    return found
