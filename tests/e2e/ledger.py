"""What the running portal wrote down, read from its own database."""

from dataclasses import dataclass

from allocataires.models import Creance, Mouvement
from allocataires.nomenclature import MouvementType
from caf_portal.database.scope import national_scope
from comptabilite.models import Ecriture
from payments.models import Payment
from tests.e2e.database import looking_into
from tests.e2e.people import Person


@dataclass(frozen=True, slots=True)
class Account:
    """A person's debts, card payments and écritures: (debit, credit) of each, in cents."""

    balances: list[int]
    card_mouvements: list[int]
    ecritures: list[tuple[int, int]]
    statuses: list[str]
    references: list[str]


def account_of(database: str, person: Person) -> Account:
    """Everything that a journey should have changed, oldest first."""
    with looking_into(database), national_scope():
        payments = Payment.objects.filter(allocataire_id=person.allocataire_id).order_by("pk")
        references = [payment.reference for payment in payments]
        ecritures = Ecriture.objects.filter(piece__in=references).order_by("pk")
        return Account(
            balances=[Creance.objects.get(pk=pk).balance_cents for pk in person.creance_ids],
            card_mouvements=list(
                Mouvement.objects.filter(
                    creance_id__in=person.creance_ids, kind=MouvementType.CARTE
                )
                .order_by("pk")
                .values_list("amount_cents", flat=True)
            ),
            ecritures=[_totals(ecriture) for ecriture in ecritures],
            statuses=[payment.status for payment in payments],
            references=references,
        )


def _totals(ecriture: Ecriture) -> tuple[int, int]:
    lines = list(ecriture.lignes.all())
    return sum(line.debit_cents for line in lines), sum(line.credit_cents for line in lines)
