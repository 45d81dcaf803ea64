"""``/remboursement-etale/<uuid>/``: a plan that no card pays; paying a due, ending the plan."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allocataires.middleware import own_transactions
from allocataires.models import Echeancier
from allocataires.models.echeancier import EcheancierStatus
from allocataires.services.plan_money import reckon
from allocataires.session import Debtor
from allocataires.views.access import debtor_of, debtor_required
from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from payments.models import Payment
from payments.queries import attempts_on, payments_of
from payments.services.otherwise import pay_due
from payments.services.starting import PaymentAlreadyOpen, PaymentRefused
from payments.views.departure import depart
from recouvrement.plan_documents.schedule import render_schedule
from recouvrement.plan_queries import debts_of, own_plans_of, reference_of
from recouvrement.plan_views import PlanPage
from recouvrement.services.plan_deciding import PlanNotUnderWay, stop_own_plan


@debtor_required
@require_safe
def plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page of one plan."""
    return show_plan(request, own_plan_or_404(request, public_id))


@own_transactions
@debtor_required
@require_POST
def pay(request: HttpRequest, public_id: UUID, rank: int) -> HttpResponse:
    """Leave for the bank's page to pay one due."""
    debtor = debtor_of(request)
    with caisse_scope(debtor.caisse_id):
        started = _start(request, debtor, public_id, rank)
    return depart(request, started) if isinstance(started, Payment) else started


@debtor_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say what ending the plan means; then end it."""
    found = own_plan_or_404(request, public_id)
    if request.method != "POST":
        return render(request, "recouvrement/plan_stop.html", {"page": page_of(found)})
    try:
        stop_own_plan(echeancier_id=found.pk, now=timezone.now())
    except PlanNotUnderWay:
        messages.info(request, _("Il n’y a plus rien à arrêter."))
    else:
        messages.success(request, _("Votre échéancier est arrêté."))
    return redirect("recouvrement:plan", public_id)


@debtor_required
@require_safe
def document(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The plan as a PDF."""
    found = own_plan_or_404(request, public_id)
    if found.status in {EcheancierStatus.ASKED, EcheancierStatus.REFUSED}:
        raise Http404
    pdf = render_schedule(found, langue=get_language() or "fr", now=timezone.now())
    response = HttpResponse(pdf, content_type="application/pdf")
    name = f"echeancier-{reference_of(found)}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def show_plan(request: HttpRequest, found: Echeancier, *, refusal: str = "") -> HttpResponse:
    """The page itself; ``refusal`` is a sentence about what could not be done."""
    debts = debts_of(found)
    context = {
        "page": page_of(found),
        "plan": found,
        "refusal": refusal,
        "debts": [
            (each, str(each.reference(caisse=found.caisse, allocataire=found.allocataire)))
            for each in debts
        ],
        "busy": bool(attempts_on(debts, now=timezone.now())),
    }
    return render(request, "recouvrement/plan.html", context)


def own_plan_or_404(request: HttpRequest, public_id: UUID) -> Echeancier:
    """The plan, if the debtor may see it."""
    return get_object_or_404(own_plans_of(debtor_of(request)), public_id=public_id)


def page_of(found: Echeancier) -> PlanPage:
    """What the page shows of a plan now."""
    return PlanPage(reckon(found), today=paris_date(timezone.now()))


def _start(
    request: HttpRequest, debtor: Debtor, public_id: UUID, rank: int
) -> Payment | HttpResponse:
    found = own_plan_or_404(request, public_id)
    due = found.echeances.filter(rank=rank).first()
    if due is None or found.status != EcheancierStatus.ACTIVE:
        raise Http404
    try:
        return pay_due(
            debtor=debtor,
            plan=None,
            due=due,
            email=found.allocataire.email if not debtor.by_letter else "",
            langue=get_language() or "fr",
            now=timezone.now(),
        )
    except PaymentAlreadyOpen as error:
        if payments_of(debtor).filter(pk=error.payment.pk).exists():
            return redirect("payments:detail", error.payment.public_id)
        return show_plan(request, found, refusal=str(error))
    except PaymentRefused as error:
        return show_plan(request, found, refusal=str(error))
