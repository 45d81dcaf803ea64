"""What agents do with a plan: accept or refuse it, change its dates, stop it."""

from typing import TYPE_CHECKING, Any

import structlog
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allocataires.middleware import own_transactions, request_scope
from allocataires.models import Echeancier
from allocataires.models.echeancier import PlanMeans
from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from caisses.models import Agent
from payments.gateways.base import GatewayError
from recouvrement.admin.plan_forms import ACCEPT, ChangeForm, DecisionForm
from recouvrement.services.plan_card_changes import PlatformKeptItsDates, change_card_plan
from recouvrement.services.plan_changes import (
    Change,
    ChangeRefused,
    Preview,
    change_own_plan,
    preview_change,
)
from recouvrement.services.plan_deciding import (
    PlanNotUnderWay,
    PlanNotWaiting,
    decide_plan,
    stop_own_plan,
)
from recouvrement.services.plan_tending import PlanTarget

logger = structlog.get_logger(__name__)

if TYPE_CHECKING:
    _Base = admin.ModelAdmin
else:
    _Base = object


class PlanActions(_Base):
    """Pages under a plan's; each reads the plan in the agent's scope, and does one thing."""

    def action_urls(self) -> list[URLPattern]:
        """Their addresses."""
        return [
            self._address("decider", self.decide_view),
            self._address("changer", self.dates_view),
            self._address("arreter-demande", self.stop_own_view),
        ]

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept or refuse a plan that waits for the fund's word."""
        plan, agent = self._plan_or_404(request, pk), _agent(request)
        form = DecisionForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self._action_page(request, plan, "decide", form=form)
        accept = form.cleaned_data["decision"] == ACCEPT
        try:
            with caisse_scope(plan.caisse_id):
                decide_plan(
                    echeancier_id=plan.pk,
                    agent=agent,
                    accept=accept,
                    reason=form.cleaned_data["motif"],
                    now=timezone.now(),
                )
                self.log_change(request, plan, "accord" if accept else "refus")
        except PlanNotWaiting:
            messages.warning(request, _("Cette demande n’attend plus de réponse."))
        else:
            messages.success(request, _("La réponse est enregistrée, la personne en est prévenue."))
        return self._back(pk)

    def dates_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what a change gives, then make it."""
        plan, agent = self._plan_or_404(request, pk), _agent(request)
        form = ChangeForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self._action_page(request, plan, "change", form=form)
        change = form.change()
        try:
            with caisse_scope(plan.caisse_id):
                preview = preview_change(
                    plan, change, agent=agent, today=paris_date(timezone.now())
                )
            seen = request.POST.get("vu", "")
            if seen != preview.seen:
                return self._action_page(request, plan, "change", form=form, preview=preview)
            self._change(request, plan, change, preview)
        except ChangeRefused as error:
            form.add_error(None, str(error))
            return self._action_page(request, plan, "change", form=form)
        except (PlatformKeptItsDates, GatewayError) as error:
            logger.warning("recouvrement.plan.change_failed", plan=str(plan), why=repr(error))
            messages.error(
                request, _("La plateforme n’a pas déplacé toutes les dates. Essayez de nouveau.")
            )
            return self._back(pk)
        messages.success(request, _("Les dates sont changées, la personne en est prévenue."))
        return self._back(pk)

    def stop_own_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Stop a plan that no card pays."""
        plan = self._plan_or_404(request, pk)
        if request.method != "POST":
            return self._action_page(request, plan, "stop")
        try:
            with caisse_scope(plan.caisse_id):
                stop_own_plan(echeancier_id=plan.pk, now=timezone.now())
                self.log_change(request, plan, "arrêt")
        except PlanNotUnderWay:
            messages.info(request, _("Il n’y a plus rien à arrêter."))
        else:
            messages.success(request, _("L’échéancier est arrêté ; la personne en est prévenue."))
        return self._back(pk)

    def _change(
        self, request: HttpRequest, plan: Echeancier, change: Change, preview: Preview
    ) -> None:
        asked: dict[str, Any] = {"change": change, "seen": preview.seen, "agent": _agent(request)}
        now = timezone.now()
        if plan.means == PlanMeans.CARTE:
            change_card_plan(PlanTarget(plan.pk, plan.caisse_id), **asked, now=now)
        with caisse_scope(plan.caisse_id):
            if plan.means != PlanMeans.CARTE:
                change_own_plan(echeancier_id=plan.pk, **asked, now=now)
            why = f"{change.kind.value} : {request.POST.get('motif', '')}"[:200]
            self.log_change(request, plan, why)

    def _address(self, end: str, view: Any) -> URLPattern:
        guarded = own_transactions(require_http_methods(["GET", "HEAD", "POST"])(view))
        wrapped = own_transactions(self.admin_site.admin_view(guarded))
        return path(f"<int:pk>/{end}/", wrapped, name=f"echeancier_{end.replace('-', '_')}")

    def _plan_or_404(self, request: HttpRequest, pk: int) -> Echeancier:
        if not self.has_view_permission(request):
            raise PermissionDenied
        scope = request_scope(request)
        if scope is None:
            raise PermissionDenied
        with scope:
            found: Echeancier = get_object_or_404(
                self.get_queryset(request).select_related("caisse", "allocataire"), pk=pk
            )
            return found

    def _action_page(
        self, request: HttpRequest, plan: Echeancier, name: str, **more: Any
    ) -> HttpResponse:
        scope = request_scope(request)
        if scope is None:
            raise PermissionDenied
        titles = {
            "decide": _("Répondre à une demande d’échéancier"),
            "change": _("Changer les dates de l’échéancier"),
            "stop": _("Arrêter l’échéancier"),
        }
        with scope:
            context = {
                **self.admin_site.each_context(request),
                "title": titles[name],
                "opts": self.opts,
                "plan": plan,
                "dues": list(plan.echeances.order_by("due_on")),
                **more,
            }
            template = f"admin/recouvrement/echeancier/{name}.html"
            return TemplateResponse(request, template, context).render()

    def _back(self, pk: int) -> HttpResponse:
        name = self.admin_site.name
        return HttpResponseRedirect(
            reverse("admin:allocataires_echeancier_change", args=[pk], current_app=name)
        )


def _agent(request: HttpRequest) -> Agent:
    if not isinstance(request.user, Agent):
        raise PermissionDenied
    return request.user
