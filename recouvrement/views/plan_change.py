"""``/changer-echeancier/<uuid>/``: move a due, skip one, pause; seen, then confirmed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allocataires.middleware import own_transactions
from allocataires.models import Echeancier
from allocataires.models.echeancier import PlanMeans, ReportKind
from allocataires.session import Debtor
from allocataires.views.access import debtor_of, debtor_required
from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from payments.gateways.base import GatewayError
from payments.plan_queries import plans_of
from recouvrement.plan_forms import MoveForm
from recouvrement.plan_queries import calendar_of, own_plans_of
from recouvrement.services.plan_card_changes import PlatformKeptItsDates, change_card_plan
from recouvrement.services.plan_changes import (
    Change,
    ChangeOutdated,
    ChangeRefused,
    Preview,
    change_own_plan,
    preview_change,
)
from recouvrement.services.plan_messages import page_of
from recouvrement.services.plan_tending import PlanTarget

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address or the form asks for: a change, or the form's own errors."""

    change: Change | None
    form: MoveForm


@own_transactions
@debtor_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What may be changed; what it would give; then the change itself.

    A plan by card is changed at the platform, outside any transaction.
    """
    debtor = debtor_of(request)
    with caisse_scope(debtor.caisse_id):
        plan = _plan_or_404(debtor, public_id)
    asked = read_change(request.POST if request.method == "POST" else request.GET)
    if request.method != "POST" or asked.change is None:
        return _show(request, plan, asked)
    return _make(request, plan, asked)


def _make(request: HttpRequest, plan: Echeancier, asked: Asked) -> HttpResponse:
    try:
        make_change(plan, asked, seen=request.POST.get("vu", ""))
    except (ChangeOutdated, ChangeRefused) as error:
        return _show(request, plan, asked, refusal=str(error))
    except PlatformKeptItsDates:
        refusal = _(
            "La plateforme de paiement n’a pas déplacé toutes les dates. Celles qu’elle garde sont "
            "sur la page de votre échéancier. Vous pouvez réessayer, ou arrêter l’échéancier."
        )
        return _show(request, plan, asked, refusal=refusal, status=503)
    except GatewayError as error:
        logger.warning("recouvrement.plan.change_failed", plan=str(plan), why=repr(error))
        refusal = _(
            "La plateforme de paiement n’a pas répondu. Réessayez dans quelques minutes ; "
            "si cela dure, vous pouvez arrêter l’échéancier."
        )
        return _show(request, plan, asked, refusal=refusal, status=503)
    messages.success(request, _("C’est fait : les nouvelles dates sont ci-dessous."))
    return redirect(page_of(plan))


def make_change(plan: Echeancier, asked: Asked, *, seen: str) -> None:
    """One call, by card or not; see the services for what they raise."""
    if asked.change is None:
        return
    now = timezone.now()
    if plan.means == PlanMeans.CARTE:
        target = PlanTarget(plan.pk, plan.caisse_id)
        change_card_plan(target, change=asked.change, seen=seen, agent=None, now=now)
        return
    with caisse_scope(plan.caisse_id):
        change_own_plan(echeancier_id=plan.pk, change=asked.change, seen=seen, agent=None, now=now)


def read_change(answers: QueryDict) -> Asked:
    """The change that was asked; none when there is nothing, or nothing that makes sense."""
    kind = answers.get("quoi", "")
    form = MoveForm(answers if kind == ReportKind.DEPLACEE else None)
    if kind in {ReportKind.SAUTEE, ReportKind.PAUSE}:
        return Asked(Change(ReportKind(kind)), form)
    rank = answers.get("rang", "")
    if kind != ReportKind.DEPLACEE or not (rank.isascii() and rank.isdigit() and len(rank) < 4):
        return Asked(None, form)
    if not form.is_valid():
        return Asked(None, form)
    return Asked(Change(ReportKind.DEPLACEE, int(rank), form.cleaned_data["date"]), form)


def _show(
    request: HttpRequest,
    plan: Echeancier,
    asked: Asked,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    with caisse_scope(plan.caisse_id):
        preview, why = _preview(plan, asked)
        context: dict[str, Any] = {
            "plan": plan,
            "page_address": page_of(plan),
            "preview": preview,
            "refusal": refusal or why,
            "form": asked.form,
            "change": asked.change,
            "dues": sorted(calendar_of(plan).to_come, key=lambda due: due[1]),
            "wanted_rank": request.GET.get("rang") or request.POST.get("rang", ""),
        }
        return render(request, "recouvrement/plan_change.html", context, status=status)


def _preview(plan: Echeancier, asked: Asked) -> tuple[Preview | None, str]:
    if asked.change is None:
        return None, ""
    plan.refresh_from_db()
    try:
        preview = preview_change(plan, asked.change, agent=None, today=paris_date(timezone.now()))
    except ChangeRefused as error:
        return None, str(error)
    return preview, ""


def _plan_or_404(debtor: Debtor, public_id: UUID) -> Echeancier:
    """A plan that this debtor may see, by card or not."""
    own = own_plans_of(debtor).filter(public_id=public_id).first()
    if own is not None:
        return own
    payment = plans_of(debtor).filter(echeancier__public_id=public_id).first()
    if payment is None or payment.echeancier is None:
        raise Http404
    return payment.echeancier
