"""Issues proofs: what a document said, kept under a code that a third party can check online."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from allocataires.models import Preuve
from allocataires.models.preuve import PreuveKind
from allocataires.proofs.code import ProofCode
from caisses.models import Caisse


@dataclass(frozen=True, slots=True)
class Statement:
    """What a document states: of which payment or debt, on which Paris date, how many cents."""

    kind: PreuveKind
    subject_id: UUID
    allocataire_id: int
    as_of_on: date
    amount_cents: int


@transaction.atomic
def issue_preuve(*, caisse: Caisse, statement: Statement, now: datetime) -> Preuve:
    """The proof of this statement, in the caller's scope: a new one, or the one that says the same.

    The same document asked for twice, even at the same time, has one code: pressing again, or a
    browser that asks a page twice, changes nothing. The row never changes (``inv09``).
    """
    known = _known(caisse, statement)
    while known is None:
        # Of two requests at once, one inserts and the other one reads what was inserted; a code
        # that was drawn before (once in 2^60) is drawn again.
        Preuve.objects.bulk_create([_drawn(caisse, statement, now)], ignore_conflicts=True)
        known = _known(caisse, statement)
    return known


def _known(caisse: Caisse, statement: Statement) -> Preuve | None:
    return Preuve.objects.filter(
        caisse_id=caisse.pk,
        kind=statement.kind,
        subject_id=statement.subject_id,
        as_of_on=statement.as_of_on,
        amount_cents=statement.amount_cents,
    ).first()


def _drawn(caisse: Caisse, statement: Statement, now: datetime) -> Preuve:
    return Preuve(
        caisse_id=caisse.pk,
        allocataire_id=statement.allocataire_id,
        code=str(ProofCode.draw(caisse=caisse.code)),
        kind=statement.kind,
        subject_id=statement.subject_id,
        as_of_on=statement.as_of_on,
        amount_cents=statement.amount_cents,
        issued_at=now,
    )
