"""Moves of debts: the list of all of them, and the pages by which agents make one."""

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
from django.views.decorators.http import require_http_methods

from allocataires.models import Creance, Etape
from allocataires.move_words import words_of
from caf_portal.paris import paris_date
from caisses.admin.base import PortalAdmin, moment, visible
from caisses.perms import rights_of
from caisses.sites import BOTH_SITES
from recouvrement.admin.action_forms import ActionForm
from recouvrement.agent_actions import RULES, Action
from recouvrement.services.agent_moves import ActionRefused, act_on_debt, possible_actions


class EtapeAdmin(PortalAdmin):
    """Read-only: a move is made from the page of its debt, with a reason."""

    list_display = ("dette", "from_state", "to_state", "cause", "effet", "fin", "agent")
    list_filter = ("to_state", "cause", "on")
    list_select_related = ("creance", "agent")
    search_fields = ("=creance__allocataire__numero",)
    search_help_text = _("Numéro d’allocataire entier.")
    ordering = ("-pk",)
    _what = ("caisse", "lien_dette", "from_state", "to_state", "sens", "textes")
    _why = ("cause", "note", "agent", "on", "until_on", "at")
    fields = (*_what, *_why)
    readonly_fields = ("lien_dette", "sens", "textes")

    effet = moment("on", _("date d’effet"))
    fin = moment("until_on", _("jusqu’au"))

    @admin.display(description=_("créance"))
    def dette(self, obj: Etape) -> str:
        """The debt, in nature and rank."""
        return str(obj.creance)

    @admin.display(description=_("créance"))
    def lien_dette(self, obj: Etape) -> SafeString:
        """A link to the debt."""
        return format_html('<a href="{}">{}</a>', self._debt_page(obj.creance_id), obj.creance)

    @admin.display(description=_("ce que cela veut dire"))
    def sens(self, obj: Etape) -> str:
        """In plain words."""
        return str(words_of(obj.from_state, obj.to_state).sentence)

    @admin.display(description=_("textes"))
    def textes(self, obj: Etape) -> str:
        """The articles."""
        return words_of(obj.from_state, obj.to_state).law or "-"

    def get_urls(self) -> list[URLPattern]:
        """One page an action on a debt."""
        act = require_http_methods(["GET", "HEAD", "POST"])(self.act_view)
        wrapped = self.admin_site.admin_view(act)
        return [
            path("dette/<int:pk>/<slug:word>/", wrapped, name="debt_act"),
            *super().get_urls(),
        ]

    def act_view(self, request: HttpRequest, pk: int, word: str) -> HttpResponse:
        """Say what the action does and ask why; then do it, and back to the debt."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if word not in Action.values:
            raise Http404
        debts = visible(Creance.objects.all(), rights_of(request.user))
        creance = get_object_or_404(debts.select_related("caisse", "allocataire"), pk=pk)
        action, today = Action(word), paris_date(timezone.now())
        said = request.POST if request.method == "POST" else None
        form = ActionForm(said, action=action, today=today, cents=creance.balance_cents)
        if form.is_valid() and self._acted(request, creance, form):
            return HttpResponseRedirect(self._debt_page(pk))
        context = {
            **self.admin_site.each_context(request),
            "title": action.label,
            "opts": self.opts,
            "form": form,
            "creance": creance,
            "rule": RULES[action],
            "possible": action in possible_actions(creance),
        }
        return TemplateResponse(request, "admin/recouvrement/act.html", context)

    def _acted(self, request: HttpRequest, creance: Creance, form: ActionForm) -> bool:
        try:
            etape = act_on_debt(
                agent=request.user, creance_id=creance.pk, order=form.order(), now=timezone.now()
            )
        except ActionRefused as error:
            form.add_error(None, str(error))
            creance.refresh_from_db()
            form.data = form.data.copy()
            form.data["stated_cents"] = str(creance.balance_cents)
            return False
        self.log_change(request, creance, form.action.value)
        messages.success(
            request,
            _("C’est fait : la dette est « %(state)s ».") % {"state": etape.get_to_state_display()},
        )
        return True

    def _debt_page(self, pk: int) -> str:
        name = "admin:allocataires_creance_change"
        return reverse(name, args=[pk], current_app=self.admin_site.name)


for site in BOTH_SITES:
    site.register(Etape, EtapeAdmin)
