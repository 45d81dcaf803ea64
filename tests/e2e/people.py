"""The invented people of the browser tests, written into the database of the running portal."""

from dataclasses import dataclass

from allocataires.demo.cast import ISSUER
from allocataires.models import Creance, Identite
from allocataires.nomenclature import Nature
from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.e2e.database import looking_into


@dataclass(frozen=True, slots=True)
class Person:
    """What a browser needs to come in: a letter's reference and birth date, or a login."""

    allocataire_id: int
    caisse_id: int
    reference: str
    login: str
    creance_ids: tuple[int, ...]
    BIRTH = ("17", "5", "1990")


def new_person(database: str, *balances_cents: int, caisse: str = "011") -> Person:
    """A person, of the Ain unless said, with one debt for each balance, oldest first."""
    natures = [Nature.APL, Nature.PRIME_ACTIVITE, Nature.RSA_SOCLE]
    with looking_into(database), national_scope():
        allocataire = AllocataireFactory(caisse=Caisse.objects.get(code=caisse))
        creances: list[Creance] = [
            CreanceFactory(allocataire=allocataire, nature=nature, initial_cents=cents)
            for nature, cents in zip(natures, balances_cents, strict=False)
        ]
        login = f"personne{allocataire.pk}"
        Identite.objects.create(
            caisse=allocataire.caisse, allocataire=allocataire, issuer=ISSUER, subject=login
        )
        reference = creances[0].reference(caisse=allocataire.caisse, allocataire=allocataire)
        return Person(
            allocataire.pk,
            allocataire.caisse_id,
            str(reference),
            login,
            tuple(creance.pk for creance in creances),
        )
