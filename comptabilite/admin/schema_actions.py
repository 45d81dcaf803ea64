"""Pages under a version's: drafting, rules of an event, names, check, preview, adoption, end."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caisses.models import Agent
from comptabilite.admin.schema_forms import (
    NamesForm,
    NewCompteForm,
    NewJournalForm,
    RulesForm,
    SampleForm,
)
from comptabilite.admin.schema_tables import compared, version_before
from comptabilite.models import SchemaComptable
from comptabilite.models.events import Evenement
from comptabilite.models.schema import SchemaStatus
from comptabilite.services.schema_adoption import adopt_version, withdraw_version
from comptabilite.services.schema_checks import check_version
from comptabilite.services.schema_drafts import (
    SchemaRefused,
    draft_version,
    drop_draft,
    may_edit,
)
from comptabilite.services.schema_editing import open_compte, open_journal, set_names, set_rules

if TYPE_CHECKING:
    _Base = admin.ModelAdmin
else:
    _Base = object


class SchemaActions(_Base):
    """Each reads the version in the agent's scope, and does one thing."""

    def action_urls(self) -> list[URLPattern]:
        """Their addresses."""
        asks = require_http_methods(["GET", "HEAD", "POST"])
        return [
            self._address("nouvelle-version/", "schema_draft", require_POST(self.draft_view)),
            self._address("evenement/<str:event>/", "schema_event", asks(self.event_view)),
            self._address("noms/", "schema_names", asks(self.names_view)),
            self._address("verifier/", "schema_check", require_safe(self.check_view)),
            self._address("apercu/", "schema_preview", require_safe(self.preview_view)),
            self._address("adopter/", "schema_adopt", asks(self.adopt_view)),
            self._address("abandonner/", "schema_drop", asks(self.drop_view)),
            self._address("retirer/", "schema_withdraw", require_POST(self.withdraw_view)),
        ]

    def draft_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Open a draft of the fund whose version is looked at."""
        schema = self._seen(request, pk)
        try:
            draft = draft_version(
                caisse_id=schema.caisse_id, agent=_agent(request), now=timezone.now()
            )
        except SchemaRefused as error:
            messages.error(request, str(error))
            return self._back(pk)
        self.log_addition(request, draft, "brouillon")
        messages.success(request, _("Le brouillon est ouvert : rien ne change avant son adoption."))
        return self._back(draft.pk)

    def event_view(self, request: HttpRequest, pk: int, event: str) -> HttpResponse:
        """The rules of one event."""
        schema = self._draft_or_403(request, pk)
        if event not in Evenement.values:
            raise Http404
        which = Evenement(event)
        form = RulesForm(
            request.POST if request.method == "POST" else None, schema=schema, event=which
        )
        if request.method == "POST" and form.is_valid():
            done = self._attempt(
                request,
                schema,
                f"règles {which.value}",
                lambda agent: set_rules(
                    schema_id=pk, agent=agent, event=which, choices=form.rules()
                ),
            )
            return self._back(pk, fragment=which.value if done else "")
        title = _("Règles : %(event)s") % {"event": which.label}
        return self._page(request, schema, "event", title=title, form=form, event=which)

    def names_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Names of accounts and journals; a new one of either."""
        schema = self._draft_or_403(request, pk)
        said = request.POST if request.method == "POST" else None
        forms = {
            name: made(said if said is not None and name in said else None)
            for name, made in (
                ("noms", lambda data: NamesForm(data, schema=schema)),
                ("compte", lambda data: NewCompteForm(data, prefix="nouveau-compte")),
                ("journal", lambda data: NewJournalForm(data, prefix="nouveau-journal")),
            )
        }
        for name, form in forms.items():
            if form.is_bound and form.is_valid() and self._named(request, schema, name, form):
                return HttpResponseRedirect(request.path)
        title = _("Comptes et journaux")
        return self._page(request, schema, "names", title=title, forms=forms)

    def check_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What keeps the version from being adopted."""
        schema = self._draft_or_403(request, pk)
        problems = check_version(schema=schema, now=timezone.now())
        return self._page(request, schema, "check", title=_("Vérification"), problems=problems)

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The écritures it gives, beside those of the version before and of the national one."""
        schema = self._seen(request, pk)
        filled = SampleForm.filled()
        form = SampleForm(request.GET if "montant" in request.GET else filled)
        shown = None
        if form.is_valid():
            shown = compared(schema, form.sample(), differences=form.cleaned_data["differences"])
        return self._page(
            request,
            schema,
            "preview",
            title=_("Aperçu des écritures"),
            form=form,
            events=shown,
            before=version_before(schema),
        )

    def adopt_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once more, then adopt."""
        schema = self._draft_or_403(request, pk)
        problems = check_version(schema=schema, now=timezone.now())
        if request.method == "POST" and not problems:
            self._attempt(
                request,
                schema,
                "adoption",
                lambda agent: adopt_version(schema_id=pk, agent=agent, now=timezone.now()),
                done=_("La version est adoptée : elle ne change plus."),
            )
            return self._back(pk)
        return self._page(
            request,
            schema,
            "adopt",
            title=_("Adopter la version"),
            problems=problems,
            before=version_before(schema),
        )

    def drop_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once more, then forget the draft."""
        schema = self._draft_or_403(request, pk)
        if request.method != "POST":
            return self._page(request, schema, "drop", title=_("Abandonner le brouillon"))
        dropped = self._attempt(
            request,
            schema,
            "abandon",
            lambda agent: drop_draft(schema_id=pk, agent=agent),
            done=_("Le brouillon est abandonné : rien n’a changé."),
        )
        return self._to_the_list() if dropped else self._back(pk)

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a draft again of a version that has not begun."""
        self._attempt(
            request,
            self._seen(request, pk),
            "retour en brouillon",
            lambda agent: withdraw_version(schema_id=pk, agent=agent, now=timezone.now()),
            done=_("La version est de nouveau un brouillon."),
        )
        return self._back(pk)

    def _named(self, request: HttpRequest, schema: SchemaComptable, name: str, form: Any) -> bool:
        def act(agent: Agent) -> object:
            if name == "noms":
                return set_names(schema_id=schema.pk, agent=agent, names=form.names())
            opens: Callable[..., object] = open_compte if name == "compte" else open_journal
            return opens(schema_id=schema.pk, agent=agent, **form.cleaned_data)

        return self._attempt(request, schema, name, act, form=form)

    def _attempt(
        self,
        request: HttpRequest,
        schema: SchemaComptable,
        logged: str,
        act: Callable[[Agent], object],
        *,
        done: str = "",
        form: Any = None,
    ) -> bool:
        """Do it, log it and say so; a refusal is told in the form, or above the page."""
        try:
            act(_agent(request))
        except SchemaRefused as error:
            if form is not None:
                form.add_error(None, str(error))
            else:
                messages.error(request, str(error))
            return False
        self.log_change(request, schema, logged)
        messages.success(request, done or _("C’est enregistré dans le brouillon."))
        return True

    def _address(self, end: str, name: str, view: Any) -> URLPattern:
        return path(f"<int:pk>/{end}", self.admin_site.admin_view(view), name=name)

    def _seen(self, request: HttpRequest, pk: int) -> SchemaComptable:
        if not self.has_view_permission(request):
            raise PermissionDenied
        schema = self.get_object(request, str(pk))
        if not isinstance(schema, SchemaComptable):
            raise Http404
        return schema

    def _draft_or_403(self, request: HttpRequest, pk: int) -> SchemaComptable:
        schema = self._seen(request, pk)
        if schema.status != SchemaStatus.BROUILLON or not may_edit(
            _agent(request), schema.caisse_id
        ):
            raise PermissionDenied
        return schema

    def _page(
        self, request: HttpRequest, schema: SchemaComptable, name: str, **more: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "schema": schema,
            "editable": schema.status == SchemaStatus.BROUILLON
            and may_edit(_agent(request), schema.caisse_id),
            **more,
        }
        return TemplateResponse(request, f"admin/comptabilite/schema/{name}.html", context)

    def _back(self, pk: int, *, fragment: str = "") -> HttpResponse:
        name = "admin:comptabilite_schemacomptable_change"
        address = reverse(name, args=[pk], current_app=self.admin_site.name)
        return HttpResponseRedirect(f"{address}#{fragment}" if fragment else address)

    def _to_the_list(self) -> HttpResponse:
        name = "admin:comptabilite_schemacomptable_changelist"
        return HttpResponseRedirect(reverse(name, current_app=self.admin_site.name))


def _agent(request: HttpRequest) -> Agent:
    if not isinstance(request.user, Agent):
        raise PermissionDenied
    return request.user
