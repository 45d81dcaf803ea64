"""Who works on a line of the list: taken, given back, handed over; each leaves a trace."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from caisses.models import Agent
from caisses.models.habilitation import Habilitation
from comptabilite.models import Anomalie, TraceAnomalie
from comptabilite.models.anomalie import TraceKind


class OwningRefused(Exception):
    """The line keeps the owner it has; ``str()`` is a sentence for the agent."""


class AlreadyTaken(OwningRefused):
    """A colleague works on it."""


class NotYours(OwningRefused):
    """Only who has it gives it back."""


class NoColleague(OwningRefused):
    """The person chosen does not work for this fund."""


class NothingToDo(OwningRefused):
    """It is settled: nobody works on it any more."""


class NoWords(OwningRefused):
    """A note says something."""


@transaction.atomic
def take(*, anomalie_id: int, agent: Agent, now: datetime) -> Anomalie:
    """Make the agent the owner of a line that nobody has; twice by the same agent does nothing.

    Runs in the agent's scope. The row is read under lock: of two agents at once, one is told
    ``AlreadyTaken``. Raises ``NothingToDo`` when it is settled.
    """
    anomalie = _locked(anomalie_id)
    if anomalie.owner_id == agent.pk:
        return anomalie
    if anomalie.owner is not None:
        raise AlreadyTaken(
            _("%(who)s suit déjà cette ligne.") % {"who": anomalie.owner.get_username()}
        )
    return _given(anomalie, agent, by=agent, kind=TraceKind.PRISE, note="", now=now)


@transaction.atomic
def release(*, anomalie_id: int, agent: Agent, now: datetime) -> Anomalie:
    """Give a line back to all. Raises ``NotYours`` or ``NothingToDo``."""
    anomalie = _locked(anomalie_id)
    if anomalie.owner_id != agent.pk:
        raise NotYours(_("Vous ne suivez pas cette ligne : il n’y a rien à rendre."))
    return _given(anomalie, None, by=agent, kind=TraceKind.RENDUE, note="", now=now)


@transaction.atomic
def hand_over(*, anomalie_id: int, agent: Agent, to_id: int, now: datetime) -> Anomalie:
    """Give a line to a colleague of its fund, whoever has it: that one may be away.

    Raises ``NoColleague`` or ``NothingToDo``.
    """
    anomalie = _locked(anomalie_id)
    colleague = next((each for each in colleagues(anomalie) if each.pk == to_id), None)
    if colleague is None:
        raise NoColleague(_("Choisissez un agent de cette caisse."))
    if anomalie.owner_id == colleague.pk:
        return anomalie
    words = _("À %(who)s") % {"who": colleague.get_username()}
    return _given(anomalie, colleague, by=agent, kind=TraceKind.CONFIEE, note=words, now=now)


@transaction.atomic
def note(*, anomalie_id: int, agent: Agent, text: str, now: datetime) -> TraceAnomalie:
    """Write what the agent knows of a line that stays open. Raises ``NoWords``, ``NothingToDo``."""
    if not text.strip():
        raise NoWords(_("Écrivez votre note."))
    return _trace(_locked(anomalie_id), by=agent, kind=TraceKind.NOTE, note=text.strip(), now=now)


def note_action(
    *, caisse_id: int, subject: str, agent: Agent | None, text: str, now: datetime
) -> int:
    """Trace what was done about what ``subject`` names, on each open line of it; returns how many.

    In the caller's transaction. The lines stay open: what settles them comes later.
    """
    lines = list(
        Anomalie.objects.still_open()
        .filter(caisse_id=caisse_id, subject__startswith=subject)
        .order_by("pk")
    )
    for line in lines:
        _trace(line, by=agent, kind=TraceKind.ACTION, note=text, now=now)
    return len(lines)


def colleagues(anomalie: Anomalie) -> list[Agent]:
    """Active agents with a right on the line's fund, by name."""
    of_the_fund = Habilitation.objects.filter(caisse_id=anomalie.caisse_id).values("agent_id")
    return list(Agent.objects.filter(pk__in=of_the_fund, is_active=True).order_by("username"))


def _locked(anomalie_id: int) -> Anomalie:
    # The owner is read apart: beside a row that had to be waited for, a join gives the old one.
    anomalie = Anomalie.objects.locked().get(pk=anomalie_id)
    if anomalie.settled_at is not None:
        raise NothingToDo(_("Cette anomalie est réglée."))
    return anomalie


def _given(
    anomalie: Anomalie, owner: Agent | None, *, by: Agent, kind: TraceKind, note: str, now: datetime
) -> Anomalie:
    anomalie.owner = owner
    anomalie.save(update_fields=["owner"])
    _trace(anomalie, by=by, kind=kind, note=note, now=now)
    return anomalie


def _trace(
    anomalie: Anomalie, *, by: Agent | None, kind: TraceKind, note: str, now: datetime
) -> TraceAnomalie:
    return TraceAnomalie.objects.create(
        caisse_id=anomalie.caisse_id,
        anomalie=anomalie,
        at=now,
        agent=by,
        kind=kind,
        note=note[:1000],
    )
