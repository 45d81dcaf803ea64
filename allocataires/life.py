"""The life of a debt, from its letter to its end: one event a date, in plain words."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocataires.models import Creance, Etape
from allocataires.states import CreanceState as S
from allocataires.transitions import EtapeCause as C

Sentence = str | Promise

#: What each state means for the person, when the debt enters it.
MEANINGS: dict[S, Sentence] = {
    S.NOTIFIEE: _("La dette est de nouveau au point de départ."),
    S.RECTIFICATION: _("Vous avez demandé une correction : votre Caf étudie la dette."),
    S.EN_RECOUVREMENT: _("Le remboursement a commencé ou a repris."),
    S.CONTESTEE: _("La dette est contestée : le remboursement attend la réponse."),
    S.SUSPENDUE: _("Le remboursement est suspendu."),
    S.MISE_EN_DEMEURE: _("Votre Caf vous a envoyé une mise en demeure de payer."),
    S.CONTRAINTE: _("Votre Caf a émis une contrainte, qui vaut décision de justice."),
    S.TRANSFEREE: _("La dette est passée au département."),
    S.MUTEE: _("La dette est passée à une autre caisse."),
    S.SURENDETTEMENT: _("La dette est entrée dans un dossier de surendettement."),
    S.PRESCRITE: _("La dette est trop ancienne pour être réclamée."),
    S.NON_VALEUR: _("Votre Caf a renoncé à réclamer ce qui restait."),
    S.REMISE: _("Votre Caf vous a accordé une remise de tout ce qui restait."),
    S.PETIT_MONTANT: _("Ce qui restait était trop petit pour être réclamé."),
    S.ANNULEE: _("Votre Caf a annulé la dette, ou corrigé ce qui en restait."),
    S.SOLDEE: _("Tout est remboursé."),
}
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
    to = S(etape.to_state)
    return Event(
        on=etape.on,
        title=to.label,
        meaning=MEANINGS[to],
        cause=CAUSES[C(etape.cause)],
        note=etape.note,
        until_on=etape.until_on,
    )
