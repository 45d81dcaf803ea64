"""The processes of the demo: their command lines and their environments."""

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from caf_portal.demo.environment import portal_variables, sandbox_variables
from caf_portal.demo.ports import HOST, Ports
from caf_portal.embedded.places import PROJECT, Place
from caf_portal.embedded.privileges import tied

_GUNICORN = [
    *(sys.executable, "-m", "gunicorn", "--worker-class=gthread", "--log-level=warning"),
    # Its default place is in the home folder, shared with every other gunicorn there.
    "--no-control-socket",
]
_CELERY = [sys.executable, "-m", "celery", "-A", "caf_portal.celery"]
_WORKER_OPTIONS = ["--concurrency=2", "--loglevel=WARNING", "--without-gossip", "--without-mingle"]


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the demo."""

    name: str
    command: list[str]
    environment: Mapping[str, str]

    @property
    def shell_command(self) -> str:
        """For a supervisor that goes through a shell: ``exec`` leaves no shell behind."""
        return f"exec {shlex.join(tied(self.command, stop='TERM'))}"


def parts(place: Place, ports: Ports, *, base: Mapping[str, str]) -> list[Part]:
    """Mail, web, worker, beat and sandbox; ``base`` holds the addresses of the two servers."""
    portal = portal_environment(place, ports, base=base)
    # Web and workers never hold the owner's credentials.
    portal.pop("DATABASE_OWNER_URL", None)
    return [
        Part("mail", _mail(place, ports), _without_servers(base)),
        Part("web", _web(ports), {**portal, "DATABASE_POOL_SIZE": "4"}),
        Part("worker", [*_CELERY, "worker", *_WORKER_OPTIONS], portal),
        Part("beat", [*_CELERY, "beat", *_beat_options(place)], portal),
        Part("sandbox", _sandbox(ports), sandbox_environment(place, ports, base=base)),
    ]


def portal_environment(place: Place, ports: Ports, *, base: Mapping[str, str]) -> dict[str, str]:
    """Everything the portal's commands need, the owner's database included."""
    settings = {"DJANGO_SETTINGS_MODULE": "caf_portal.settings.demo", "PYTHONPATH": str(PROJECT)}
    return {**base, **portal_variables(place, ports), **settings}


def sandbox_environment(place: Place, ports: Ports, *, base: Mapping[str, str]) -> dict[str, str]:
    """Everything the sandbox needs; no address of the portal's database or Redis."""
    return {**_without_servers(base), **sandbox_variables(place, ports), "PYTHONPATH": str(PROJECT)}


def _without_servers(environment: Mapping[str, str]) -> dict[str, str]:
    ours = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"}
    return {name: value for name, value in environment.items() if name not in ours}


def _beat_options(place: Place) -> list[str]:
    return [f"--schedule={place.folder / 'beat-schedule'}", "--pidfile=", "--loglevel=WARNING"]


def _web(ports: Ports) -> list[str]:
    workers = ["--workers=2", "--threads=4", f"--bind={HOST}:{ports.portal}"]
    return [*_GUNICORN, *workers, "caf_portal.wsgi"]


def _sandbox(ports: Ports) -> list[str]:
    return [sys.executable, "-m", "payzen_sandbox", "serve", f"--port={ports.sandbox}"]


def _mail(place: Place, ports: Ports) -> list[str]:
    """An SMTP server that puts all it receives in a Maildir, which the portal shows."""
    server = [sys.executable, "-m", "aiosmtpd", "--nosetuid", f"--listen={HOST}:{ports.mail}"]
    return [*server, "--class=aiosmtpd.handlers.Mailbox", str(place.folder / "mail")]
