"""An agent settles a line of the work list, once, and says what was done."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from caisses.models import Agent
from comptabilite.models import Anomalie
from comptabilite.models.anomalie import AnomalieKind


class SettlingRefused(Exception):
    """The anomaly cannot be settled; ``str()`` is a sentence for the agent."""


class AlreadySettled(SettlingRefused):
    """Somebody settled it before."""


class NoteMissing(SettlingRefused):
    """What was done must be written down."""


@transaction.atomic
def settle_anomalie(*, anomalie_id: int, agent: Agent, note: str, now: datetime) -> Anomalie:
    """Close an anomaly with a note, in the agent's name.

    Runs in the agent's scope; the row is read again under lock, so that two agents do not both
    settle it. It moves no money. Raises ``NoteMissing`` or ``AlreadySettled``.
    """
    words = note.strip()
    if not words:
        raise NoteMissing(_("Écrivez ce qui a été fait."))
    anomalie = Anomalie.objects.select_for_update(of=("self",), no_key=True).get(pk=anomalie_id)
    if anomalie.settled_at is not None:
        raise AlreadySettled(_("Cette anomalie a déjà été réglée."))
    anomalie.settled_at, anomalie.settled_by, anomalie.settled_note = now, agent, words
    anomalie.save(update_fields=["settled_at", "settled_by", "settled_note"])
    return anomalie


def settle_by_fact(
    *,
    caisse_id: int,
    kinds: Collection[AnomalieKind],
    subjects: Collection[str],
    note: str,
    now: datetime,
) -> int:
    """Close the open anomalies that what just happened answers; returns how many.

    In the caller's transaction, in nobody's name: ``note`` says what happened and who did it.
    One that an agent settled before keeps the agent's words.
    """
    still_open = Anomalie.objects.still_open().filter(
        caisse_id=caisse_id, kind__in=kinds, subject__in=subjects
    )
    return still_open.update(settled_at=now, settled_note=note[:1000])
