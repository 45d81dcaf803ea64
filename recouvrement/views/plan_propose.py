"""``/etaler/``: ways to spread debts over months, one chosen, seen in full before it is agreed."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from allocataires.models import Creance
from allocataires.models.echeancier import PlanMeans
from allocataires.services.echeanciers import PlanImpossible
from allocataires.services.plan_calendar import (
    MOST_ALONE,
    USUAL_DAY,
    Proposal,
    Spread,
    monthly_dues,
    proposals,
)
from allocataires.session import Debtor
from allocataires.views.access import debtor_of, debtor_required
from caf_portal.paris import paris_date
from payments.choice import Choice, ChoiceLost
from payments.queries import terms_of
from payments.views.check import Line, lines_of
from payments.views.memory import payment_started_by, remember_choice, remember_payment
from payments.views.plan import choice_of
from recouvrement.plan_forms import OwnPlanForm, SpreadForm
from recouvrement.plan_queries import is_in_a_plan, own_plans_of
from recouvrement.services.plan_agreeing import PlanNotAgreed, Wish, agree_own_plan

#: A monthly amount above this is a typing mistake in an address.
_MOST_ADVISED_CENTS = 1_000_000_00


@dataclass(frozen=True, slots=True)
class Spreading:
    """What the page shows: the debts, the ways, the answers given, and what they make."""

    choice: Choice
    lines: list[Line]
    scale_cents: int | None
    ways: tuple[Proposal, ...]
    form: SpreadForm
    chosen: Proposal | None

    @property
    def above_the_scale(self) -> bool:
        """Whether more is offered each month than the scale asks."""
        return (
            self.chosen is not None
            and self.scale_cents is not None
            and self.chosen.monthly_cents > self.scale_cents
        )


@debtor_required
@require_safe
def propose(request: HttpRequest) -> HttpResponse:
    """Three ways, then the dates and sums of the one that the person asks to see."""
    debtor = debtor_of(request)
    choice = _spreadable(choice_of(request, debtor), debtor)
    lines = lines_of(choice, debtor) if choice else None
    if choice is None or not lines:
        return redirect("payments:choose")
    remember_choice(request, debtor, choice)
    return show(request, debtor, _spreading(debtor, choice, lines, request.GET))


@sensitive_post_parameters("note")
@debtor_required
@require_POST
def agree(request: HttpRequest) -> HttpResponse:
    """Write the plan that was shown; one choice gives one plan, sent once or ten times."""
    debtor = debtor_of(request)
    try:
        choice = Choice.read(request.POST.get("choix", ""), debtor)
    except ChoiceLost:
        return redirect("payments:choose")
    known = payment_started_by(request, choice)
    if known is not None and own_plans_of(debtor).filter(public_id=known).exists():
        return redirect("recouvrement:plan", known)
    lines = lines_of(choice, debtor)
    if not lines:
        return redirect("payments:choose")
    spreading = _spreading(debtor, choice, lines, request.POST)
    agreement = OwnPlanForm(request.POST)
    if spreading.chosen is None or not agreement.is_valid():
        return show(request, debtor, spreading, agreement=agreement)
    if request.POST.get("vu") != _seen(spreading.chosen):
        moved = _("Les dates ont changé depuis que vous les avez vues : vérifiez-les.")
        return show(request, debtor, spreading, agreement=agreement, refusal=moved)
    return _agree(request, debtor, spreading, agreement)


def _agree(
    request: HttpRequest, debtor: Debtor, spreading: Spreading, agreement: OwnPlanForm
) -> HttpResponse:
    answers = spreading.form.cleaned_data
    wish = Wish(
        shares=spreading.choice.shares,
        monthly_cents=answers["mensualite"],
        day=answers["jour"],
        means=PlanMeans(answers["moyen"]),
        first=answers["debut"],
        note=agreement.cleaned_data["note"],
    )
    try:
        plan = agree_own_plan(
            debtor=debtor, wish=wish, langue=get_language() or "fr", now=timezone.now()
        )
    except PlanNotAgreed as error:
        return show(request, debtor, spreading, agreement=agreement, refusal=str(error))
    remember_payment(request, spreading.choice, plan.public_id)
    return redirect("recouvrement:plan", plan.public_id)


def show(
    request: HttpRequest,
    debtor: Debtor,
    spreading: Spreading,
    *,
    agreement: OwnPlanForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    """The page itself; ``refusal`` is a sentence about what could not be agreed."""
    chosen = spreading.chosen
    context = {
        "spreading": spreading,
        "choice": spreading.choice,
        "lines": spreading.lines,
        "form": spreading.form,
        "ways": [(way, _address(way, spreading)) for way in spreading.ways],
        "chosen": chosen,
        "seen": _seen(chosen) if chosen else "",
        "card_address": _card_address(spreading),
        "agreement": agreement or OwnPlanForm(),
        "signed": spreading.choice.signed_for(debtor),
        "refusal": refusal,
        "running": is_in_a_plan(tuple(spreading.choice.shares)),
        "most_alone": MOST_ALONE,
    }
    return render(request, "recouvrement/plan_propose.html", context)


def _spreading(debtor: Debtor, choice: Choice, lines: list[Line], answers: QueryDict) -> Spreading:
    today = paris_date(timezone.now())
    scale_cents = _scale_cents(answers.get("conseil", ""))
    creances = [line.creance for line in lines]
    by_card = terms_of(debtor.caisse_id).takes_instalments
    asked = "mensualite" in answers
    form = SpreadForm(answers if asked else None, creances=creances, by_card=by_card)
    day = form.cleaned_data["jour"] if asked and form.is_valid() else USUAL_DAY
    ways = proposals(total_cents=choice.amount_cents, scale_cents=scale_cents, day=day, today=today)
    chosen = None
    if asked and form.is_valid():
        chosen = _chosen(form, choice.amount_cents)
    return Spreading(choice, lines, scale_cents, ways, form, chosen)


def _chosen(form: SpreadForm, total_cents: int) -> Proposal | None:
    """What the answers make; an amount that makes no plan is an error of the form."""
    monthly_cents = form.cleaned_data["mensualite"]
    try:
        dues = monthly_dues(
            total_cents=total_cents,
            monthly_cents=monthly_cents,
            day=form.cleaned_data["jour"],
            today=paris_date(timezone.now()),
        )
    except PlanImpossible as error:
        form.add_error("mensualite", str(error))
        return None
    if form.cleaned_data["moyen"] == PlanMeans.CARTE and len(dues) > MOST_ALONE:
        form.add_error(
            "moyen",
            _("Par carte, c’est %(most)s mois au plus. Changez de moyen, ou payez plus par mois.")
            % {"most": MOST_ALONE},
        )
        return None
    return Proposal(Spread.SHORTER, monthly_cents, dues)


def _spreadable(choice: Choice | None, debtor: Debtor) -> Choice | None:
    """The choice without the debts for which nothing is asked today."""
    if choice is None:
        return None
    stopped = Creance.objects.filter(public_id__in=choice.shares).recovery_stopped()
    gone = set(stopped.values_list("public_id", flat=True))
    left = {key: cents for key, cents in choice.shares.items() if key not in gone}
    if not gone or not left:
        return choice if left else None
    return Choice(left)


def _scale_cents(text: str) -> int | None:
    """The scale's amount brought along from its page; anything else is left alone."""
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return None
    cents = int(text)
    return cents if 0 < cents <= _MOST_ADVISED_CENTS else None


def _address(way: Proposal, spreading: Spreading) -> str:
    """Where this way is seen in full."""
    answers = {
        "mensualite": f"{way.monthly_cents // 100},{way.monthly_cents % 100:02d}",
        "jour": str(way.dues[0].due_on.day if spreading.chosen else USUAL_DAY),
        "moyen": PlanMeans.DEMANDE.value,
        "debut": "",
    }
    if spreading.scale_cents is not None:
        answers["conseil"] = str(spreading.scale_cents)
    return f"?{urlencode(answers)}#dates"


def _card_address(spreading: Spreading) -> str:
    """Where a plan by card is agreed: its first due is paid at once."""
    chosen = spreading.chosen
    if chosen is None or spreading.form.cleaned_data["moyen"] != PlanMeans.CARTE:
        return ""
    answers = {"nombre": chosen.months, "jour": spreading.form.cleaned_data["jour"]}
    return f"{reverse('payments:choose_plan')}?{urlencode(answers)}"


def _seen(chosen: Proposal) -> str:
    return f"{chosen.dues[0].due_on:%Y%m%d}-{chosen.last_on:%Y%m%d}-{chosen.months}"
