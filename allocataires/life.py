"""The life of a debt, from its letter to its end: one event a date, in plain words."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocataires.models import Creance, Etape
from allocataires.move_words import words_of
from allocataires.states import CreanceState as S
from allocataires.transitions import EtapeCause as C

Sentence = str | Promise

#: Why it moved, as said to the person.
CAUSES: dict[C, Sentence] = {
    C.CAISSE: _("Votre Caf l’a enregistré."),
    C.AGENT: _("Un agent de votre Caf l’a décidé."),
    C.DEMANDE: _("Vous l’avez demandé."),
    C.DECISION: _("C’est la réponse à votre demande."),
    C.DELAI: _("Le délai prévu par les textes est passé."),
    C.MOUVEMENT: _("Une opération a changé ce qui reste à rembourser."),
    C.MUTATION: _("Vous avez changé de caisse."),
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: when (Paris date), what, why, and until when if it is for a time."""

    on: date
    title: Sentence
    meaning: Sentence
    cause: Sentence = ""
    note: str = ""
    until_on: date | None = None
    law: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """The events, oldest first; ``complete`` is false when the fund did not tell those before."""

    events: tuple[Event, ...]
    complete: bool


def life_of(creance: Creance) -> Life:
    """The letter, then each step that the history keeps, in the order of the database."""
    etapes = list(creance.etapes.order_by("pk"))
    first_known = etapes[0].from_state if etapes else creance.state
    events = (_notification(creance), *(_event(etape) for etape in etapes))
    return Life(events, complete=first_known == S.NOTIFIEE)


def _notification(creance: Creance) -> Event:
    return Event(
        on=creance.notified_on,
        title=S.NOTIFIEE.label,
        meaning=_("Votre Caf vous a écrit pour vous annoncer cette dette."),
    )


def _event(etape: Etape) -> Event:
    to, words = S(etape.to_state), words_of(etape.from_state, etape.to_state)
    return Event(
        on=etape.on,
        title=to.label,
        meaning=words.sentence,
        law=words.law,
        cause=CAUSES[C(etape.cause)],
        note=etape.note,
        until_on=etape.until_on,
    )
