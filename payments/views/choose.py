"""``/payer/``: which debts, and how much of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from allocataires.models import Creance
from allocataires.queries import creances_of
from allocataires.session import Debtor
from allocataires.views.access import debtor_of, debtor_required
from payments.choice import Choice
from payments.forms import ChoiceForm
from payments.models import Payment
from payments.queries import attempts_on, held_on, payments_of
from payments.services.starting import MINIMUM_CENTS
from payments.views.memory import remember_choice, remembered_choice

#: Payment whose debts and sums are proposed again, after a refusal.
AGAIN = "reprendre"
WANTED = "creance"
#: Name of the button that pays in several times.
IN_SEVERAL = "plusieurs"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A payment under way and its debts; ``payment`` is ``None`` when it may not be shown."""

    payment: Payment | None
    creances: list[Creance]


@dataclass(frozen=True, slots=True)
class SortedDebts:
    """The debts with something left, by what can be done with them now."""

    payable: list[Creance]
    not_payable: list[Creance]
    attempts: list[Attempt]
    held: list[Payment]

    @property
    def too_small(self) -> bool:
        """Whether all of it together is under what a card may pay."""
        return 0 < sum(creance.balance_cents for creance in self.payable) < MINIMUM_CENTS


@debtor_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Show the debts and read what the person wants to pay of each."""
    debtor = debtor_of(request)
    debts = sort_debts(debtor, now=timezone.now())
    form = ChoiceForm(
        request.POST if request.method == "POST" else None,
        creances=debts.payable,
        proposed=_proposed(request, debtor),
    )
    if form.is_valid():
        remember_choice(request, debtor, Choice(form.shares))
        return redirect("payments:choose_plan" if IN_SEVERAL in request.POST else "payments:check")
    return show_choices(request, debts, form)


def show_choices(
    request: HttpRequest, debts: SortedDebts, form: ChoiceForm, *, refusal: str = ""
) -> HttpResponse:
    """The page itself; ``refusal`` is a sentence about what could not be paid."""
    return render(
        request, "payments/choose.html", {"debts": debts, "form": form, "refusal": refusal}
    )


def sort_debts(debtor: Debtor, *, now: datetime) -> SortedDebts:
    """Every debt with something left that this person may see, oldest first."""
    creances = list(creances_of(debtor).filter(balance_cents__gt=0).oldest_first())
    under_way = attempts_on(creances, now=now)
    free = [creance for creance in creances if creance.pk not in under_way]
    return SortedDebts(
        payable=[creance for creance in free if creance.is_payable],
        not_payable=[creance for creance in free if not creance.is_payable],
        attempts=_attempts(debtor, creances, under_way),
        held=held_on(creances, debtor=debtor),
    )


def _attempts(
    debtor: Debtor, creances: list[Creance], under_way: Mapping[int, Payment]
) -> list[Attempt]:
    payments = {payment.pk: payment for payment in under_way.values()}
    visible = payments_of(debtor).in_bulk(list(payments))
    return [
        Attempt(
            visible.get(pk),
            [creance for creance in creances if under_way.get(creance.pk) == payment],
        )
        for pk, payment in payments.items()
    ]


def _proposed(request: HttpRequest, debtor: Debtor) -> Mapping[UUID, int]:
    """What to tick: the debts of the link, or those of a refused payment, or the last choice."""
    wanted = set(_uuids(request.GET.getlist(WANTED)))
    if wanted:
        chosen = creances_of(debtor).filter(public_id__in=wanted)
        return {creance.public_id: creance.balance_cents for creance in chosen}
    for again in _uuids(request.GET.getlist(AGAIN)):
        return _shares_again(debtor, again)
    choice = remembered_choice(request, debtor)
    return choice.shares if choice else {}


def _shares_again(debtor: Debtor, public_id: UUID) -> dict[UUID, int]:
    payment = payments_of(debtor).filter(public_id=public_id).first()
    if payment is None:
        return {}
    rows = payment.affectations.select_related("creance")
    return {row.creance.public_id: row.amount_cents for row in rows}


def _uuids(texts: list[str]) -> list[UUID]:
    """Those that are identifiers; anything else in an address is left alone."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
