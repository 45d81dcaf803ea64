"""What the demonstration writes, before it is in the database."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from allocataires.reference import Reference


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An invented allocataire of the fund ``caisse`` (its code)."""

    caisse: str
    numero: str
    public_id: UUID
    nom: str
    prenom: str
    naissance_on: date
    email: str
    langue: str = "fr"


@dataclass(frozen=True, slots=True)
class DemoMouvement:
    """One movement after the implantation, which the database writes by itself."""

    kind: str
    amount_cents: int
    value_on: date


@dataclass(frozen=True, slots=True)
class DemoCreance:
    """A debt and its history, in date order."""

    person: DemoPerson
    public_id: UUID
    nature: str
    rang: str
    motif: str
    origine: str
    period_start_on: date
    period_end_on: date
    implanted_on: date
    notified_on: date
    initial_cents: int
    state: str
    recovery_mode: str
    monthly_cents: int | None = None
    mouvements: tuple[DemoMouvement, ...] = field(default=())

    @property
    def reference(self) -> str:
        """The reference printed on the letter."""
        person = self.person
        return str(Reference(person.caisse, person.numero, self.nature, self.rang))
