"""What a person is told by e-mail about a demande: dates and a link, never what it is about."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse

from recouvrement.models import Demande
from relation_usager.models.message import MessageKind
from relation_usager.services.outbox import queue_message


def tell_filed(*, demande: Demande, now: datetime) -> None:
    """Queue the word that a demande was received, and until when an answer is expected."""
    _tell(
        MessageKind.DEMANDE_FILED,
        demande,
        {"suspends": demande.suspends, **_day("answer_due_on", demande.answer_due_on)},
        now=now,
    )


def tell_decided(*, demande: Demande, resume_on: date | None, now: datetime) -> None:
    """Queue the word that an answer is on the portal, and the day recovery resumes, if it does."""
    _tell(MessageKind.DEMANDE_DECIDED, demande, _day("resume_on", resume_on), now=now)


def tell_resumes(*, demande: Demande, resume_on: date, now: datetime) -> None:
    """Queue the notice that recovery is about to resume; once a demande."""
    _tell(MessageKind.RECOVERY_RESUMES, demande, _day("resume_on", resume_on), now=now)


def _day(name: str, day: date | None) -> dict[str, str]:
    return {name: day.isoformat()} if day else {}


def _tell(kind: MessageKind, demande: Demande, said: dict[str, Any], *, now: datetime) -> None:
    person = demande.allocataire
    queue_message(
        caisse_id=demande.caisse_id,
        allocataire_id=person.pk,
        kind=kind,
        source_id=demande.public_id,
        to_address=demande.email or person.email,
        langue=person.langue,
        context={
            "reference": demande.reference,
            "caisse_id": demande.caisse_id,
            "page": reverse("allocataires:creance", args=[demande.creance.public_id]),
            **said,
        },
        now=now,
    )
