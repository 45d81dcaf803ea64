"""``/payer/plusieurs-fois/``: paying in several times, seen in full before it is agreed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from allocataires.middleware import own_transactions
from allocataires.queries import creances_of
from allocataires.services.echeanciers import FEWEST, Due, PlanImpossible, most_dues, plan_dues
from allocataires.session import Debtor
from allocataires.views.access import debtor_of, debtor_required
from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from payments.choice import Choice, ChoiceLost
from payments.models import Payment
from payments.plan_forms import PlanConfirmationForm, PlanForm
from payments.plan_queries import running_plans_on
from payments.queries import attempts_on, payments_of, terms_of
from payments.services.plans import agree_plan
from payments.services.starting import PaymentAlreadyOpen, PaymentRefused
from payments.views.check import Line, known_address, lines_of
from payments.views.departure import depart
from payments.views.memory import (
    payment_started_by,
    remember_choice,
    remember_payment,
    remembered_choice,
)

WANTED = "creance"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the page shows: the debts, the answers given, and the dues that they make."""

    choice: Choice
    lines: list[Line]
    form: PlanForm
    dues: tuple[Due, ...]


@debtor_required
@require_safe
def choose_plan(request: HttpRequest) -> HttpResponse:
    """Ask how many payments and on which day; show the dates and sums that this makes."""
    debtor = debtor_of(request)
    choice = choice_of(request, debtor)
    lines = lines_of(choice, debtor) if choice else None
    if choice is None or not lines:
        return redirect("payments:choose")
    remember_choice(request, debtor, choice)
    proposal = _proposal(choice, lines, request.GET)
    return show_plan(request, debtor, proposal)


@own_transactions
@sensitive_post_parameters("email")
@debtor_required
@require_POST
def agree(request: HttpRequest) -> HttpResponse:
    """Write the agreed plan and leave for the bank's page, where its first due is paid.

    One choice gives one plan, sent once or ten times. Dates that have changed since they were
    shown (midnight has passed) are shown again before anything is agreed.
    """
    debtor = debtor_of(request)
    try:
        choice = Choice.read(request.POST.get("choix", ""), debtor)
    except ChoiceLost:
        return redirect("payments:choose")
    known = payment_started_by(request, choice)
    if known is not None:
        return redirect("payments:detail", known)
    with caisse_scope(debtor.caisse_id):
        agreed = _agree(request, debtor, choice)
    if isinstance(agreed, HttpResponse):
        return agreed
    remember_payment(request, choice, agreed.public_id)
    return depart(request, agreed)


def show_plan(
    request: HttpRequest,
    debtor: Debtor,
    proposal: Proposal,
    *,
    confirmation: PlanConfirmationForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    """The page itself; ``refusal`` is a sentence about what could not be agreed."""
    terms = terms_of(debtor.caisse_id)
    creances = [line.creance for line in proposal.lines]
    context = {
        "choice": proposal.choice,
        "lines": proposal.lines,
        "form": proposal.form,
        "dues": proposal.dues,
        "confirmation": confirmation
        or PlanConfirmationForm(terms=terms, initial={"email": known_address(debtor)}),
        "signed": proposal.choice.signed_for(debtor),
        "refusal": refusal,
        "platform": terms.name,
        "offered": terms.takes_instalments,
        "enough": most_dues(proposal.choice.amount_cents) >= FEWEST,
        "running": bool(running_plans_on(creances)),
    }
    return render(request, "payments/plan_choose.html", context)


def _agree(request: HttpRequest, debtor: Debtor, choice: Choice) -> Payment | HttpResponse:
    """The payment of the plan, or the page that says why there is none."""
    lines = lines_of(choice, debtor)
    if not lines:
        return redirect("payments:choose")
    proposal = _proposal(choice, lines, request.POST)
    confirmation = PlanConfirmationForm(request.POST, terms=terms_of(debtor.caisse_id))
    shown_on = request.POST.get("vu", "")
    if not proposal.dues or not confirmation.is_valid():
        return show_plan(request, debtor, proposal, confirmation=confirmation)
    if shown_on != proposal.dues[0].due_on.isoformat():
        moved = _("Les dates ont changé depuis que vous les avez vues : vérifiez-les.")
        return show_plan(request, debtor, proposal, confirmation=confirmation, refusal=moved)
    try:
        return agree_plan(
            debtor=debtor,
            shares=choice.shares,
            count=proposal.form.cleaned_data["nombre"],
            day=proposal.form.cleaned_data["jour"],
            email=confirmation.cleaned_data["email"],
            email_shared=confirmation.cleaned_data["partage"],
            langue=get_language(),
            now=timezone.now(),
        )
    except PaymentAlreadyOpen as error:
        if payments_of(debtor).filter(pk=error.payment.pk).exists():
            return redirect("payments:detail", error.payment.public_id)
        refusal = str(error)
    except PaymentRefused as error:
        refusal = str(error)
    return show_plan(request, debtor, proposal, confirmation=confirmation, refusal=refusal)


def _proposal(choice: Choice, lines: list[Line], answers: Mapping[str, Any]) -> Proposal:
    total_cents = choice.amount_cents
    form = PlanForm.of(answers, total_cents=total_cents)
    today = paris_date(timezone.now())
    return Proposal(choice, lines, form, _dues(form, total_cents, today))


def _dues(form: PlanForm, total_cents: int, today: date) -> tuple[Due, ...]:
    if not form.is_valid():
        return ()
    try:
        return plan_dues(
            total_cents=total_cents,
            count=form.cleaned_data["nombre"],
            day=form.cleaned_data["jour"],
            today=today,
        )
    except PlanImpossible as error:
        form.add_error(None, str(error))
        return ()


def choice_of(request: HttpRequest, debtor: Debtor) -> Choice | None:
    """The debts of the link, whole; else the last choice made; else everything payable."""
    wanted = _uuids(request.GET.getlist(WANTED))
    if not wanted:
        kept = remembered_choice(request, debtor)
        if kept is not None:
            return kept
    creances = list(creances_of(debtor).payable())
    busy = attempts_on(creances, now=timezone.now())
    shares = {
        creance.public_id: creance.balance_cents
        for creance in creances
        if creance.pk not in busy and (not wanted or creance.public_id in wanted)
    }
    return Choice(shares) if shares else None


def _uuids(texts: list[str]) -> set[UUID]:
    found = set()
    for text in texts:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found
