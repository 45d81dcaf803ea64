"""``/payer/verifier/``: everything in plain sight before leaving for the bank's page."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from allocataires.models import Allocataire, Creance
from allocataires.queries import creances_of
from allocataires.session import Debtor
from allocataires.views.access import debtor_of, debtor_required
from payments.choice import Choice
from payments.forms import ConfirmationForm
from payments.queries import terms_of
from payments.views.memory import remembered_choice


@dataclass(frozen=True, slots=True)
class Line:
    """One debt of the choice."""

    creance: Creance
    amount_cents: int

    @property
    def left_cents(self) -> int:
        """What will be left on the debt."""
        return self.creance.balance_cents - self.amount_cents


@debtor_required
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Show the choice kept in the session; without one, choose again."""
    debtor = debtor_of(request)
    choice = remembered_choice(request, debtor)
    lines = lines_of(choice, debtor) if choice else None
    if choice is None or lines is None:
        return redirect("payments:choose")
    terms = terms_of(debtor.caisse_id)
    form = ConfirmationForm(terms=terms, initial={"email": known_address(debtor)})
    return show_check(request, debtor, choice, lines, form)


def show_check(
    request: HttpRequest,
    debtor: Debtor,
    choice: Choice,
    lines: list[Line],
    form: ConfirmationForm,
) -> HttpResponse:
    """The page itself. The choice goes along signed: what is shown here is what will be paid."""
    return render(
        request,
        "payments/check.html",
        {
            "form": form,
            "lines": lines,
            "choice": choice,
            "signed": choice.signed_for(debtor),
            "platform": terms_of(debtor.caisse_id).name,
        },
    )


def lines_of(choice: Choice, debtor: Debtor) -> list[Line] | None:
    """The debts of a choice, oldest first; ``None`` if one is gone or owes less than chosen."""
    creances = creances_of(debtor).filter(public_id__in=choice.shares).oldest_first()
    lines = [Line(creance, choice.shares[creance.public_id]) for creance in creances]
    stands = len(lines) == len(choice.shares) and all(line.left_cents >= 0 for line in lines)
    return lines if stands else None


def known_address(debtor: Debtor) -> str:
    """Only for a person known by their account: a letter must not show an address to its bearer."""
    if debtor.by_letter:
        return ""
    return Allocataire.objects.values_list("email", flat=True).get(pk=debtor.allocataire_id)
