"""Files, withdraws and answers demandes in tests, in the scopes that the pages have."""

from datetime import datetime

from allocataires.models import Creance, Etape
from allocataires.services.etapes import Why, move_creance
from allocataires.transitions import EtapeCause
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Agent
from recouvrement.models import Demande
from recouvrement.models.demande import DemandeKind, DemandeStatus
from recouvrement.services.deciding import Answer, decide_demande
from recouvrement.services.filing import Asking, file_demande, withdraw_demande
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import person_of
from tests.payments.factories import NOW

NATURES = {"PF": "IN1", "AL": "IN5", "PPA": "IM3", "RSA": "INK", "NOEL": "ING"}


def debt(famille: str = "RSA", **fields: object) -> Creance:
    """A debt of 240 € of this family, being repaid."""
    with national_scope():
        return CreanceFactory(nature=NATURES[famille], **fields)


def ask(
    creance: Creance, kind: str = "RECOURS", *, now: datetime = NOW, email: str = "", message="Non."
) -> Demande:
    """The person files it."""
    with caisse_scope(creance.caisse_id):
        return file_demande(
            debtor=person_of(creance),
            creance_id=creance.public_id,
            asking=Asking(DemandeKind(kind), message, email),
            now=now,
        )


def withdraw(demande: Demande, *, now: datetime = NOW) -> Demande:
    """The person withdraws it."""
    with caisse_scope(demande.caisse_id):
        return withdraw_demande(
            debtor=person_of(demande.creance), demande_id=demande.public_id, now=now
        )


def answer(
    agent: Agent,
    demande: Demande,
    status: str,
    *,
    cents: int | None = None,
    stated: int | None = None,
    reason: str = "Vu le dossier.",
    now: datetime = NOW,
) -> Demande:
    """An agent answers, looking at the balance as it is unless ``stated`` says otherwise."""
    with caisse_scope(demande.caisse_id):
        balance = Creance.objects.get(pk=demande.creance_id).balance_cents
        said = Answer(DemandeStatus(status), reason, balance if stated is None else stated, cents)
        return decide_demande(agent=agent, demande_id=demande.pk, answer=said, now=now)


def fresh(creance: Creance) -> Creance:
    """The debt as it is now."""
    with national_scope():
        return Creance.objects.get(pk=creance.pk)


def history(creance: Creance) -> list[tuple[str, str]]:
    """The states that it went to, and why."""
    with national_scope():
        etapes = Etape.objects.filter(creance=creance).order_by("pk")
        return list(etapes.values_list("to_state", "cause"))


def move(creance: Creance, to: str, *, now: datetime = NOW) -> None:
    """The fund's own software moves it."""
    with national_scope():
        held = Creance.objects.locked().get(pk=creance.pk)
        move_creance(held, to, why=Why(EtapeCause.CAISSE), now=now)
