"""Counts the tries at a page open to anybody, by network address and by what is tried.

The limits live in PostgreSQL and hold when Redis is down. Nothing readable is kept: keyed digests,
for a day.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from allocataires.models import IdentificationAttempt

logger = logging.getLogger(__name__)
_ONE_HOME_IPV6 = 64
#: The longest time that a limit looks back: older attempts are forgotten.
KEPT_FOR = timedelta(days=1)


class TooManyAttempts(Exception):
    """The limit is reached; ``until`` is the UTC instant from which one more try is taken."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries at most in ``window``, that share their address or else what is tried."""

    count: int
    window: timedelta
    by_address: bool


def count_attempt(
    *, page: str, tried: str, address: str, limits: Sequence[Limit], now: datetime
) -> None:
    """Remember one try at ``page`` (a salt: pages do not share their counts).

    Refuses to run inside a transaction (``RuntimeError``): the try is committed before tries are
    counted, so that those sent at the same time all see each other. Raises ``TooManyAttempts``.
    """
    with transaction.atomic(durable=True):
        attempt = IdentificationAttempt.objects.create(
            address_digest=_digest(page, _network(address)),
            reference_digest=_digest(page, tried),
            at=now,
        )
    full = [until for limit in limits if (until := _full_until(attempt, limit, now))]
    if full:
        # A refused try is not one of the tries: it must not push the end of the wait away.
        attempt.delete()
        logger.warning("%s.too_many_attempts", page)
        raise TooManyAttempts(max(full))


def _full_until(attempt: IdentificationAttempt, limit: Limit, now: datetime) -> datetime | None:
    """When the limit leaves room again, or ``None`` if it does now, the present try included."""
    which = (
        Q(address_digest=attempt.address_digest)
        if limit.by_address
        else Q(reference_digest=attempt.reference_digest)
    )
    tries = IdentificationAttempt.objects.filter(which, at__gt=now - limit.window)
    newest_first = list(
        tries.order_by("-at", "-pk").values_list("at", flat=True)[: limit.count + 1]
    )
    # The present try is the first of them: room comes when the oldest of the allowed ones leaves.
    return newest_first[limit.count] + limit.window if len(newest_first) > limit.count else None


def _network(address: str) -> str:
    """The address, or the /64 of an IPv6 one: a single home owns billions of addresses there."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((parsed, _ONE_HOME_IPV6), strict=False))


def _digest(page: str, value: str) -> str:
    return salted_hmac(page, value, algorithm="sha256").hexdigest()
