"""Factories of people and debts; call them inside a scope that covers the fund."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from allocataires.models import Allocataire, Creance
from allocataires.nomenclature import Motif, Nature, Origine
from allocataires.states import CreanceState
from caisses.models import Caisse


class AllocataireFactory(DjangoModelFactory[Allocataire]):
    """An invented person of the Ain."""

    class Meta:
        """What is made."""

        model = Allocataire

    caisse = factory.LazyFunction(lambda: Caisse.objects.get(code="011"))
    numero = factory.Sequence(lambda n: f"{n % 10_000_000:07d}")
    nom = "Exemple"
    prenom = factory.Sequence(lambda n: f"Prénom{n}")
    naissance_on = date(1990, 5, 17)
    email = factory.Sequence(lambda n: f"personne{n}@example.org")


class CreanceFactory(DjangoModelFactory[Creance]):
    """A debt of 240 € that may be paid online."""

    class Meta:
        """What is made."""

        model = Creance

    class Params:
        """Traits."""

        transferee = factory.Trait(state=CreanceState.TRANSFEREE)

    allocataire = factory.SubFactory(AllocataireFactory)
    caisse = factory.SelfAttribute("allocataire.caisse")
    nature = Nature.APL
    rang = factory.Sequence(lambda n: f"{n % 1000:03d}")
    motif = Motif.RESSOURCES
    origine = Origine.DOCUMENTS
    period_start_on = date(2026, 1, 1)
    period_end_on = date(2026, 3, 31)
    implanted_on = date(2026, 5, 4)
    notified_on = date(2026, 5, 11)
    initial_cents = 240_00
    state = CreanceState.EN_RECOUVREMENT

    @classmethod
    def _create(cls, model_class, *args, **kwargs):  # type: ignore[no-untyped-def]
        """Read back what the triggers wrote: the balance is the database's."""
        creance = super()._create(model_class, *args, **kwargs)
        creance.refresh_from_db()
        return creance
