"""Puts a debtor behind a test client, as the identification pages do."""

from dataclasses import asdict

from django.test import Client

from allocataires.models import Creance
from allocataires.session import Debtor


def person_of(creance: Creance) -> Debtor:
    """Who owes this debt, recognised by an account: sees all of their debts."""
    return Debtor(creance.caisse_id, creance.allocataire_id)


def holder_of(letter: Creance) -> Debtor:
    """Whoever holds the letter of this debt: sees nothing else."""
    return Debtor(letter.caisse_id, letter.allocataire_id, letter.pk)


def enter(client: Client, debtor: Debtor) -> None:
    """Open the session of this debtor."""
    session = client.session
    session["debtor"] = asdict(debtor)
    session.save()
