"""Identification by letter: the reference printed on it and a birth date.

Open to anybody, so it must not tell who owes what: a wrong date and an unknown reference give the
same answer, and the number of tries is limited by reference and by network address. The limits
live in PostgreSQL and hold when Redis is down.
"""

import logging
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from allocataires.models import Creance, IdentificationAttempt
from allocataires.reference import Reference, ReferenceRefused
from allocataires.session import Debtor
from caf_portal.database.scope import caisse_scope
from caisses.models import Caisse

__all__ = [
    "KEPT_FOR",
    "NotRecognised",
    "ReferenceRefused",
    "TooManyAttempts",
    "forget_attempts",
    "identify_by_letter",
]

logger = logging.getLogger(__name__)
_SALT = "allocataires.identification"
_ONE_HOME_IPV6 = 64
#: The longest time that a limit looks back: older attempts are forgotten.
KEPT_FOR = timedelta(days=1)


class NotRecognised(Exception):
    """No debt has this reference and this birth date; which of the two is wrong is not said."""


class TooManyAttempts(Exception):
    """The limit is reached; ``until`` is the UTC instant from which one more try is taken."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


def identify_by_letter(
    *, typed_reference: str, birth_on: date, address: str, now: datetime
) -> Debtor:
    """The debtor that a letter opens: that one debt and nothing else.

    Refuses to run inside a transaction (``RuntimeError``): the attempt is committed before attempts
    are counted, so that tries sent at the same time all see each other. Raises
    ``ReferenceRefused`` when the check digits say that the reference is mistyped (nothing is
    looked up, nothing is counted), ``TooManyAttempts`` when the limit is reached, else
    ``NotRecognised``.
    """
    reference = Reference.parse(typed_reference)
    _count_attempt(reference, address=address, now=now)
    creance = _creance_of(reference)
    if creance is None or creance.allocataire.naissance_on != birth_on:
        logger.info("allocataires.identification.not_recognised")
        raise NotRecognised
    logger.info("allocataires.identification.opened", extra={"creance": str(creance.public_id)})
    return Debtor(creance.caisse_id, creance.allocataire_id, creance.pk)


def forget_attempts(*, now: datetime, older_than: timedelta = KEPT_FOR) -> int:
    """Delete the attempts that no limit can need any more; says how many."""
    deleted, _ = IdentificationAttempt.objects.filter(at__lt=now - older_than).delete()
    return deleted


def _count_attempt(reference: Reference, *, address: str, now: datetime) -> None:
    with transaction.atomic(durable=True):
        attempt = IdentificationAttempt.objects.create(
            address_digest=_digest(_network(address)),
            reference_digest=_digest(str(reference)),
            at=now,
        )
    full = [until for limit in _limits_of(attempt) if (until := _full_until(*limit, now))]
    if full:
        # A refused try is not one of the tries: it must not push the end of the wait away.
        attempt.delete()
        logger.warning("allocataires.identification.too_many_attempts")
        raise TooManyAttempts(max(full))


def _limits_of(attempt: IdentificationAttempt) -> tuple[tuple[Q, int, timedelta], ...]:
    """Which tries count together, how many are taken, and in how long."""
    window = timedelta(minutes=settings.IDENTIFICATION_WINDOW_MINUTES)
    by_reference = Q(reference_digest=attempt.reference_digest)
    by_address = Q(address_digest=attempt.address_digest)
    return (
        (by_reference, settings.IDENTIFICATION_PER_REFERENCE, window),
        (by_reference, settings.IDENTIFICATION_PER_REFERENCE_A_DAY, KEPT_FOR),
        (by_address, settings.IDENTIFICATION_PER_ADDRESS, window),
    )


def _full_until(which: Q, limit: int, window: timedelta, now: datetime) -> datetime | None:
    """When the limit leaves room again, or ``None`` if it does now, the present try included."""
    tries = IdentificationAttempt.objects.filter(which, at__gt=now - window)
    newest_first = list(tries.order_by("-at", "-pk").values_list("at", flat=True)[: limit + 1])
    # The present try is the first of them: room comes when the oldest of the allowed ones leaves.
    return newest_first[limit] + window if len(newest_first) > limit else None


def _creance_of(reference: Reference) -> Creance | None:
    caisse = Caisse.objects.filter(code=reference.caisse).first()
    if caisse is None:
        return None
    with caisse_scope(caisse.pk):
        return (
            Creance.objects.select_related("allocataire")
            .filter(
                caisse_id=caisse.pk,
                allocataire__numero=reference.numero,
                nature=reference.nature,
                rang=reference.rang,
            )
            .first()
        )


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


def _digest(value: str) -> str:
    return salted_hmac(_SALT, value, algorithm="sha256").hexdigest()
