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
class DemoMois:
    """One month of a debt: paid against due."""

    month_on: date
    paid_cents: int
    due_cents: int


@dataclass(frozen=True, slots=True)
class DemoEtape:
    """One step of the recovery of a debt, before any movement that ends it."""

    from_state: str
    to_state: str
    cause: str
    on: date
    until_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class DemoCreance:
    """A debt and its history, in date order.

    ``state`` is where its ``etapes`` lead (but for what a movement gives up); a movement that
    leaves nothing ends it from there.
    """

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
    responsable_code: str = ""
    fraude: bool = False
    event_on: date | None = None
    mois: tuple[DemoMois, ...] = field(default=())
    etapes: tuple[DemoEtape, ...] = field(default=())

    @property
    def reference(self) -> str:
        """The reference printed on the letter."""
        person = self.person
        return str(Reference(person.caisse, person.numero, self.nature, self.rang))
