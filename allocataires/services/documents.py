"""Issues the statement (*relevé*) of a debt at a date, and the quittance of one that is over."""

from datetime import date, datetime

from allocataires.models import Creance, Preuve
from allocataires.models.preuve import PreuveKind
from allocataires.proofs.quittance import render_quittance
from allocataires.proofs.releve import render_releve
from allocataires.proofs.standing import balance_on, settled_on
from allocataires.services.preuves import Statement, issue_preuve
from caf_portal.paris import paris_date


class ReleveRefused(Exception):
    """There is no statement at this date: before the debt was recorded, or after today."""


class NotOver(Exception):
    """There is a quittance only for a debt that is over, and in a way that extinguishes it."""


def issue_releve(*, creance: Creance, on: date, now: datetime, langue: str = "fr") -> bytes:
    """The PDF: initial amount, movements up to the end of that Paris day, what was left then.

    In the caller's scope; ``creance`` comes with its fund and its person. The same debt, day and
    balance have the same code. Raises ``ReleveRefused``.
    """
    if not creance.implanted_on <= on <= paris_date(now):
        raise ReleveRefused(on.isoformat())
    preuve = _preuve(creance, PreuveKind.RELEVE, on, balance_on(creance, on), now)
    return render_releve(creance, preuve, langue=langue)


def issue_quittance(*, creance: Creance, now: datetime, langue: str = "fr") -> bytes:
    """The PDF that says since when nothing is owed, and how it ended; raises ``NotOver``.

    The amount that its proof states is the initial one, the date that of the movement that left
    nothing. In the caller's scope.
    """
    on = settled_on(creance)
    if on is None:
        raise NotOver(str(creance.public_id))
    preuve = _preuve(creance, PreuveKind.QUITTANCE, on, creance.initial_cents, now)
    return render_quittance(creance, preuve, langue=langue)


def _preuve(
    creance: Creance, kind: PreuveKind, on: date, amount_cents: int, now: datetime
) -> Preuve:
    statement = Statement(kind, creance.public_id, creance.allocataire_id, on, amount_cents)
    return issue_preuve(caisse=creance.caisse, statement=statement, now=now)
