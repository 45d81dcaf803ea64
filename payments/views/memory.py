"""What the session remembers of a payment under way: the choice made, and what came of it."""

from uuid import UUID

from django.http import HttpRequest

from allocataires.session import Debtor
from payments.choice import Choice, ChoiceLost

_CHOICE = "payment_choice"
_STARTED = "payments_started"
#: How many choices are remembered with the payment that each one started.
_KEPT = 20


def remember_choice(request: HttpRequest, debtor: Debtor, choice: Choice) -> None:
    """Keep the choice for the check page, and for coming back to change it."""
    request.session[_CHOICE] = choice.signed_for(debtor)


def remembered_choice(request: HttpRequest, debtor: Debtor) -> Choice | None:
    """The last choice made, unless it is too old."""
    try:
        return Choice.read(request.session.get(_CHOICE, ""), debtor)
    except ChoiceLost:
        return None


def remember_payment(request: HttpRequest, choice: Choice, public_id: UUID) -> None:
    """Note which payment a choice gave, so that sending it again gives no second one."""
    started = dict(request.session.get(_STARTED, {}))
    started[choice.number] = str(public_id)
    request.session[_STARTED] = dict(list(started.items())[-_KEPT:])
    request.session.pop(_CHOICE, None)


def payment_started_by(request: HttpRequest, choice: Choice) -> UUID | None:
    """The payment that this very choice has already given."""
    known = request.session.get(_STARTED, {}).get(choice.number)
    return UUID(known) if known else None
