"""Starts the real sandbox beside a test, and talks to its back office."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from payments.gateways.departures import HostedForm
from tests.processes.servers import ROOT, free_port


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    url: str

    @property
    def rest_url(self) -> str:
        """Base of its REST API, as the portal's setting has it."""
        return f"{self.url}/api-payment"

    def pay(self, form: HostedForm) -> str:
        """A payer does everything on the hosted page; gives the transaction's identifier."""
        answer = requests.post(f"{self.url}/load/", data=dict(form.fields), timeout=30)
        assert answer.ok, answer.text
        return str(answer.json()["trans_uuid"])

    def operate(self, uuid: str, operation: str, **values: Any) -> dict[str, Any]:
        """An operation by hand in the back office."""
        return self._post(f"/back-office/transactions/{uuid}/{operation}/", values)

    def spoil(self, service: str, **how: Any) -> None:
        """The next call of this service goes wrong."""
        self._post("/back-office/rest-faults/", {"scope": "all", "service": service, **how})

    def switch(self, **values: Any) -> None:
        """Turn a fault switch."""
        self._post("/back-office/switches/", values)

    def set_shops(self, **values: Any) -> None:
        """Change the settings of every shop."""
        self._post("/back-office/shops/all/", values)

    def _post(self, path: str, values: dict[str, Any]) -> dict[str, Any]:
        answer = requests.post(f"{self.url}{path}", json=values, timeout=30)
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found


@contextmanager
def running_sandbox(folder: Path, *, notification_url: str) -> Iterator[Sandbox]:
    """A sandbox with its own database, in load mode, until the end of the block."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = folder / "sandbox.log"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "payzen_sandbox.settings",
        "SANDBOX_DATABASE": str(folder / "sandbox.sqlite3"),
        "SANDBOX_SECRET_KEY": "only for tests " * 4,
        "SANDBOX_PUBLIC_URL": url,
        "SANDBOX_NOTIFICATION_URL": notification_url,
        "SANDBOX_SHOP_RETURN_URL": url,
        "SANDBOX_LOAD_MODE": "1",
    }
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "payzen_sandbox", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(url, process, log)
        yield Sandbox(url)
    finally:
        process.terminate()
        process.wait(timeout=15)


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(f"{url}/back-office/clock/", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise AssertionError(f"the sandbox did not start:\n{log.read_text()[-3000:]}")
