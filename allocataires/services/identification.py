"""Identification by letter: the reference printed on it and a birth date.

Open to anybody, so it must not tell who owes what: a wrong date and an unknown reference give the
same answer, and the number of tries is limited by reference and by network address. The limits
live in PostgreSQL and hold when Redis is down.
"""

import logging
from datetime import date, datetime, timedelta

from django.conf import settings

from allocataires.models import Creance, IdentificationAttempt
from allocataires.reference import Reference, ReferenceRefused
from allocataires.services.attempts import KEPT_FOR, Limit, TooManyAttempts, count_attempt
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
_PAGE = "allocataires.identification"


class NotRecognised(Exception):
    """No debt has this reference and this birth date; which of the two is wrong is not said."""


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
    count_attempt(page=_PAGE, tried=str(reference), address=address, limits=_limits(), now=now)
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


def _limits() -> tuple[Limit, ...]:
    """How often a reference and an address may be tried, and in how long."""
    window = timedelta(minutes=settings.IDENTIFICATION_WINDOW_MINUTES)
    return (
        Limit(settings.IDENTIFICATION_PER_REFERENCE, window, by_address=False),
        Limit(settings.IDENTIFICATION_PER_REFERENCE_A_DAY, KEPT_FOR, by_address=False),
        Limit(settings.IDENTIFICATION_PER_ADDRESS, window, by_address=True),
    )


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
