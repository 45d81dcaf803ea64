"""Every plan, as agents read it: its means, its debts, what was decided and changed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from allocataires.models import Echeancier, PartEcheancier, ReportEcheance
from allocataires.models.echeancier import EcheanceStatus, EcheancierStatus, PlanMeans
from caf_portal.paris import paris_date
from caisses.admin.base import ReadOnlyInline, euros, moment
from caisses.sites import BOTH_SITES
from payments.admin.echeancier import EcheanceInline, EcheancierAdmin
from recouvrement.admin.plan_actions import PlanActions
from recouvrement.plan_queries import reference_of


class LateFilter(admin.SimpleListFilter):
    """The work list of what nobody paid on its day."""

    title = _("échéances")
    parameter_name = "en_retard"

    def lookups(self, *_args: Any) -> list[tuple[str, Any]]:
        """One choice."""
        return [("oui", _("En retard"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Plans under way, not by card, with a due of an earlier day to pay."""
        if self.value() != "oui":
            return queryset
        late = Echeancier.objects.filter(
            status=EcheancierStatus.ACTIVE,
            echeances__status=EcheanceStatus.PLANNED,
            echeances__due_on__lt=paris_date(timezone.now()),
        ).exclude(means=PlanMeans.CARTE)
        return queryset.filter(pk__in=late.values("pk"))


class PartInline(ReadOnlyInline):
    """What the plan repays of each debt."""

    model = PartEcheancier
    fields = ("rank", "dette", "promis")
    readonly_fields = fields
    ordering = ("rank",)
    related = ("creance",)
    promis = euros("amount_cents", _("promis"))

    @admin.display(description=_("créance"))
    def dette(self, obj: PartEcheancier) -> str:
        """The debt, as its letter names it."""
        return f"{obj.creance.get_nature_display()} ({obj.creance})"


class PlanAdmin(PlanActions, EcheancierAdmin):
    """Read-only, but for the decisions of ``PlanActions`` and the stop of a plan by card."""

    change_form_template = "admin/recouvrement/echeancier/change_form.html"
    list_display = (
        "__str__",
        "numero",
        "reference",
        "means",
        "total",
        "encaisse",
        "status",
        "accord",
    )
    list_filter = ("status", "means", LateFilter, "agreed_at")
    inlines = (EcheanceInline, PartInline)
    readonly_fields = (*EcheancierAdmin.readonly_fields, "reports", "choisi", "decision")
    fieldsets = (
        (None, {"fields": ("caisse", "numero", "reference", "paiement", "status", "means", "day")}),
        (_("Combien"), {"fields": ("total", "encaisse", "choisi")}),
        (
            _("Demande et réponse"),
            {"fields": ("ask_note", "decision", "decided_by", "decision_note")},
        ),
        (_("Dates changées"), {"fields": ("reports",)}),
    )
    choisi = moment("agreed_at", _("choisi le"))
    decision = moment("decided_at", _("décidé le"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The reference is computed."""
        return (*self.readonly_fields, "reference")

    @admin.display(description=_("référence"))
    def reference(self, obj: Echeancier) -> str:
        """That of its payment, or its own when no card pays it."""
        return super().reference(obj) if obj.means == PlanMeans.CARTE else reference_of(obj)

    @admin.display(description=_("reports"))
    def reports(self, obj: Echeancier) -> SafeString | str:
        """Every date that was changed, by whom."""
        rows = ReportEcheance.objects.filter(echeance__echeancier=obj).select_related(
            "echeance", "agent"
        )
        lines = [
            (
                report.echeance.rank,
                f"{report.from_on:%d/%m/%Y}",
                f"{report.to_on:%d/%m/%Y}",
                report.get_kind_display(),
                report.agent or "-",
            )
            for report in rows.order_by("pk")
        ]
        return format_html_join("", "<p>{} : {} → {} ({}, {})</p>", lines) or "-"

    def get_urls(self) -> list[URLPattern]:
        """The decisions, before the plan's own page."""
        return [*self.action_urls(), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, with what may be done now."""
        plan = kwargs["obj"]
        own = plan.means != PlanMeans.CARTE
        waiting = plan.status == EcheancierStatus.ASKED
        context["may_decide"] = waiting
        context["may_change"] = plan.status == EcheancierStatus.ACTIVE
        context["may_stop_own"] = own and (waiting or context["may_change"])
        return super().render_change_form(request, context, *args, **kwargs)


for site in BOTH_SITES:
    site.register(Echeancier, PlanAdmin)
