"""Starts the real web server on the test database, and waits for it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import requests
from django.db import connections

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """DATABASE_URL of the application's role, with the name of this test's database."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connections['default'].settings_dict['NAME']}"))


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def web_server(
    application: str, *, log: Path, workers: int = 1, threads: int = 2, **environment: str
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run gunicorn; gives its address and its process, in a session of its own."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    settings = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "caf_portal.settings.test",
        "DATABASE_URL": database_url(),
        "DATABASE_OWNER_URL": "",
        **environment,
    }
    with log.open("wb") as written:
        process = subprocess.Popen(
            [*command, "--workers", f"{workers}", "--threads", f"{threads}", "--timeout", "90"],
            cwd=ROOT,
            env=settings,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
        yield f"http://127.0.0.1:{port}", process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=15)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError(f"the web server did not start:\n{log.read_text()[-3000:]}")
