"""Sweeps of many rows: one that breaks does not hold the others back, and is not hidden."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog

logger = structlog.get_logger(__name__)
Target = TypeVar("Target")
Done = TypeVar("Done")


def try_each(targets: Iterable[Target], work: Callable[[Target], Done]) -> list[Done]:
    """Do the work on each target, each in its own transaction; what it gave for those it did.

    Whatever breaks on one is logged and the others are tried; the first error is raised at the
    end, so that whoever watches the tasks sees it. The next run tries the broken ones again.
    """
    done: list[Done] = []
    errors: list[Exception] = []
    for target in targets:
        try:
            done.append(work(target))
        except Exception as error:
            logger.exception("caf_portal.sweep.broken", target=str(target))
            errors.append(error)
    if errors:
        raise errors[0]
    return done
