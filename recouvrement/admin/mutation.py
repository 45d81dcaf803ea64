"""Debts that change funds: asked from the page of the debt, answered by the fund that receives."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from allocataires.models import Creance
from caf_portal.paris import paris_date
from caisses.admin.base import PortalAdmin, euros, moment, visible
from caisses.perms import rights_of
from caisses.sites import BOTH_SITES
from recouvrement.models import MutationDemandee
from recouvrement.models.mutation_demandee import MoveStatus
from recouvrement.services.moving_asking import Leaving, MoveRefused, answer_move, ask_move


class LeavingForm(forms.Form):
    """Where the debt goes, since when, and why."""

    code = forms.CharField(label=_("Code de la caisse d’arrivée"), max_length=3)
    numero = forms.CharField(label=_("Numéro d’allocataire dans cette caisse"), max_length=7)
    moved_on = forms.DateField(
        label=_("Date d’effet"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("Motif"), max_length=300, widget=forms.TextInput(attrs={"size": 80})
    )

    def leaving(self) -> Leaving:
        """The valid answers, as ``ask_move`` takes them."""
        return Leaving(**self.cleaned_data)


class MutationDemandeeAdmin(PortalAdmin):
    """Read-only, but for the answer of the fund that is asked."""

    change_form_template = "admin/recouvrement/mutation/change_form.html"
    list_display = ("__str__", "side", "other_caisse", "nature", "reste", "status", "demande")
    list_filter = ("side", "status", "asked_at")
    list_select_related = ("other_caisse",)
    search_fields = ("=numero",)
    search_help_text = _("Numéro d’allocataire entier, dans la caisse d’arrivée.")
    ordering = ("-pk",)
    readonly_fields = ("lien_dette", "reste")
    fieldsets = (
        (None, {"fields": ("caisse", "side", "other_caisse", "status", "lien_dette")}),
        (_("Personne et dette"), {"fields": ("numero", "nom", "prenom", "naissance_on")}),
        (_("Ce qui part"), {"fields": ("nature", "reste", "moved_on", "reason")}),
        (
            _("Qui et quand"),
            {"fields": ("asked_by", "asked_at", "decided_by", "decided_at", "answer")},
        ),
    )

    reste = euros("stated_cents", _("reste dû à la demande"))
    demande = moment("asked_at", _("demandée le"))

    @admin.display(description=_("créance"))
    def lien_dette(self, obj: MutationDemandee) -> SafeString | str:
        """A link to this fund's own debt, once it has one."""
        if obj.creance_id is None:
            return "-"
        address = self._page("admin:allocataires_creance_change", obj.creance_id)
        return format_html('<a href="{}">{}</a>', address, obj.creance)

    def get_urls(self) -> list[URLPattern]:
        """The request, and the answer."""
        wrap = self.admin_site.admin_view
        ask = require_http_methods(["GET", "HEAD", "POST"])(self.ask_view)
        return [
            path("demander/<int:pk>/", wrap(ask), name="move_ask"),
            path("<int:pk>/repondre/", wrap(require_POST(self.answer)), name="move_answer"),
            *super().get_urls(),
        ]

    def ask_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form for one debt, then to the request."""
        debts = visible(Creance.objects.all(), rights_of(request.user))
        creance = get_object_or_404(debts.select_related("caisse", "allocataire"), pk=pk)
        form = LeavingForm(request.POST or None, initial={"moved_on": paris_date(timezone.now())})
        if request.method == "POST" and form.is_valid():
            asked = self._asked(request, creance, form)
            if asked is not None:
                page = self._page("admin:recouvrement_mutationdemandee_change", asked.pk)
                return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Passer la dette à une autre caisse"),
            "opts": self.opts,
            "form": form,
            "creance": creance,
        }
        return TemplateResponse(request, "admin/recouvrement/mutation/ask.html", context)

    def answer(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept or refuse what another fund announces."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = self.get_object(request, str(pk))
        if asked is None:
            raise Http404
        accepted = "accepter" in request.POST
        try:
            answer_move(
                agent=request.user,
                request_id=asked.pk,
                accepted=accepted,
                answer=request.POST.get("answer", ""),
                now=timezone.now(),
            )
        except MoveRefused as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, asked, "accord" if accepted else "refus")
            done = _("La dette arrive dans la minute.") if accepted else _("Le refus est transmis.")
            messages.success(request, done)
        return HttpResponseRedirect(
            self._page("admin:recouvrement_mutationdemandee_change", asked.pk)
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, with the answer while one is awaited from this fund."""
        asked = kwargs["obj"]
        context["to_answer"] = asked.is_incoming and asked.status == MoveStatus.DEMANDEE
        return super().render_change_form(request, context, *args, **kwargs)

    def _asked(
        self, request: HttpRequest, creance: Creance, form: LeavingForm
    ) -> MutationDemandee | None:
        try:
            asked = ask_move(
                agent=request.user,
                creance_id=creance.pk,
                leaving=form.leaving(),
                now=timezone.now(),
            )
        except MoveRefused as error:
            form.add_error(None, str(error))
            return None
        self.log_change(request, asked, "demande")
        messages.success(request, _("La demande part vers l’autre caisse, qui doit l’accepter."))
        return asked

    def _page(self, name: str, pk: int) -> str:
        return reverse(name, args=[pk], current_app=self.admin_site.name)


for site in BOTH_SITES:
    site.register(MutationDemandee, MutationDemandeeAdmin)
