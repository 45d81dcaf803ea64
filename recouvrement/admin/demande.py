"""Demandes: what waits, the oldest first; each with its debt, its months and its history."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from caf_portal.paris import paris_date
from caisses.admin.base import PortalAdmin, euros, moment
from caisses.sites import BOTH_SITES
from recouvrement.admin.action_forms import AnswerForm
from recouvrement.admin.debt_facts import debt_facts
from recouvrement.models import Demande
from recouvrement.models.demande import DemandeStatus
from recouvrement.services.deciding import BalanceChanged, DecisionRefused, decide_demande


class WaitingFilter(admin.SimpleListFilter):
    """Those that wait, unless one asks for the others."""

    title = _("suite")
    parameter_name = "suite"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Answered, or all."""
        return [("closes", _("Closes")), ("toutes", _("Toutes"))]

    def choices(self, changelist: Any) -> Any:
        """The first choice is what waits, not everything."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("En attente")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The chosen ones."""
        if self.value() == "toutes":
            return queryset
        if self.value() == "closes":
            return queryset.exclude(status=DemandeStatus.DEPOSEE)
        return queryset.filter(status=DemandeStatus.DEPOSEE)


class DemandeAdmin(PortalAdmin):
    """Read-only, but for the answer."""

    change_form_template = "admin/recouvrement/demande/change_form.html"
    list_display = ("reference", "kind", "numero", "reste", "depot", "age", "echeance", "status")
    list_filter = (WaitingFilter, "kind", "suspends")
    list_select_related = ("allocataire", "creance")
    search_fields = ("=allocataire__numero",)
    search_help_text = _("Numéro d’allocataire entier.")
    ordering = ("filed_at", "pk")
    _asked = ("caisse", "reference", "kind", "personne", "dette", "message", "filed_at")
    _delays = ("suspends", "law", "back_to", "answer_due_on", "resume_on")
    _answer = ("status", "reason", "retire", "decided_at", "decided_by")
    readonly_fields = ("reference", "personne", "dette", "retire")
    fieldsets = (
        (None, {"fields": _asked}),
        (_("Délais"), {"fields": _delays}),
        (_("Réponse"), {"fields": _answer}),
    )

    depot = moment("filed_at", _("déposée le"))
    echeance = moment("answer_due_on", _("réponse avant le"))
    retire = euros("remitted_cents", _("retiré de la dette"))

    @admin.display(description=_("référence"))
    def reference(self, obj: Demande) -> str:
        """What the person quotes."""
        return obj.reference

    @admin.display(description=_("n° d’allocataire"))
    def numero(self, obj: Demande) -> str:
        """The person, without a name."""
        return obj.allocataire.numero

    @admin.display(description=_("reste dû"))
    def reste(self, obj: Demande) -> str:
        """What is left of the debt."""
        return str(euros("balance_cents", "")(self, obj.creance))

    @admin.display(description=_("attend depuis"))
    def age(self, obj: Demande) -> str:
        """Days since it was filed, while nobody has answered."""
        if not obj.is_waiting:
            return "-"
        days = (paris_date(timezone.now()) - obj.filed_on).days
        return ngettext("%(days)s jour", "%(days)s jours", days) % {"days": days}

    @admin.display(description=_("allocataire"))
    def personne(self, obj: Demande) -> SafeString:
        """A link to the person."""
        address = self._page("admin:allocataires_allocataire_change", obj.allocataire_id)
        return format_html('<a href="{}">{}</a>', address, obj.allocataire.numero)

    @admin.display(description=_("créance"))
    def dette(self, obj: Demande) -> SafeString:
        """A link to the debt."""
        address = self._page("admin:allocataires_creance_change", obj.creance_id)
        return format_html('<a href="{}">{}</a>', address, obj.creance)

    def get_urls(self) -> list[URLPattern]:
        """The answer."""
        answer = require_http_methods(["GET", "HEAD", "POST"])(self.answer_view)
        wrapped = self.admin_site.admin_view(answer)
        return [
            path("<int:pk>/repondre/", wrapped, name="demande_answer"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, with the debt, and the way to answer while nobody has."""
        context.update(debt_facts(kwargs["obj"].creance))
        return super().render_change_form(request, context, *args, **kwargs)

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form, beside the debt as it is now; then back to the demande."""
        demande = self._visible_or_404(request, pk)
        if not demande.is_waiting:
            messages.error(request, _("Cette demande n’attend plus de réponse."))
            return self._to(pk)
        seen = {"stated_cents": demande.creance.balance_cents}
        form = AnswerForm(request.POST or None, initial=seen)
        if request.method == "POST" and form.is_valid() and self._answered(request, demande, form):
            return self._to(pk)
        context = {
            **self.admin_site.each_context(request),
            **debt_facts(demande.creance),
            "title": _("Répondre à la demande"),
            "opts": self.opts,
            "form": form,
            "demande": demande,
        }
        return TemplateResponse(request, "admin/recouvrement/demande/answer.html", context)

    def _answered(self, request: HttpRequest, demande: Demande, form: AnswerForm) -> bool:
        try:
            decide_demande(
                agent=request.user, demande_id=demande.pk, answer=form.answer(), now=timezone.now()
            )
        except DecisionRefused as error:
            form.add_error(None, str(error))
            if isinstance(error, BalanceChanged):
                # The next try states what the page now shows.
                demande.creance.refresh_from_db()
                form.data = form.data.copy()
                form.data["stated_cents"] = str(demande.creance.balance_cents)
            return False
        self.log_change(request, demande, "réponse")
        messages.success(request, _("La réponse est enregistrée ; la personne en est prévenue."))
        return True

    def _visible_or_404(self, request: HttpRequest, pk: int) -> Demande:
        if not self.has_view_permission(request):
            raise PermissionDenied
        visible = self.get_queryset(request).select_related("creance__allocataire", "allocataire")
        demande: Demande | None = visible.filter(pk=pk).first()
        if demande is None:
            raise Http404
        return demande

    def _to(self, pk: int) -> HttpResponse:
        return HttpResponseRedirect(self._page("admin:recouvrement_demande_change", pk))

    def _page(self, name: str, pk: int) -> str:
        return reverse(name, args=[pk], current_app=self.admin_site.name)


for site in BOTH_SITES:
    site.register(Demande, DemandeAdmin)
