"""The batches that PayZen runs at night, here when somebody asks."""

from datetime import datetime
from typing import Protocol

from payzen_sandbox.services.capturing import capture_run
from payzen_sandbox.services.expiring import expiry_run
from payzen_sandbox.services.instalment_run import instalment_run
from payzen_sandbox.services.notifying import deliver_due


class Run(Protocol):
    """A batch: does what is due at `now` and returns how many things it did."""

    def __call__(self, *, now: datetime) -> int: ...


RUNS: dict[str, Run] = {
    "instalments": instalment_run,
    "capture": capture_run,
    "expiry": expiry_run,
    "retries": deliver_due,
}
