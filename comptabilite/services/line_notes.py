"""Notes of agents on lines that wait on a suspense account."""

from datetime import datetime

from django.utils.translation import gettext as _

from caisses.models import Agent
from comptabilite.models import Ligne, NoteLigne


class NoteRefused(Exception):
    """Nothing was written; ``str()`` is a sentence for the agent."""


def note_line(*, ligne: Ligne, agent: Agent, text: str, now: datetime) -> NoteLigne:
    """Keep what an agent knows of a sum that waits; notes are added and never changed.

    Runs in the agent's scope. Raises ``NoteRefused`` for a note that is empty or too long.
    """
    words = text.strip()
    if not words:
        raise NoteRefused(_("Écrivez votre note."))
    if len(words) > 1000:
        raise NoteRefused(_("Une note compte 1 000 caractères au plus."))
    return NoteLigne.objects.create(
        caisse_id=ligne.caisse_id, ligne=ligne, at=now, agent=agent, text=words
    )
