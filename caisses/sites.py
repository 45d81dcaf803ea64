"""The two administrations: ``/agents/`` for anyone with a right, ``/national/`` for national ones.

Stock Django admin. What an agent may do comes from ``Habilitation``, never from Django's own
permissions, ``is_staff`` or ``is_superuser``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from caisses.login import AgentLoginForm, FreshSessionLoginView, NationalLoginForm
from caisses.perms import Rights, rights_of


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the home page: a template and what it shows."""

    template: str
    context: dict[str, Any]


#: Asked for a panel at each display of a home page, with the rights of whoever looks.
PanelMaker = Callable[[Rights, datetime], Panel]
#: Answers for a page that is no table's, on the site it is given.
PageView = Callable[["PortalSite", HttpRequest], HttpResponseBase]


class PortalSite(AdminSite):
    """What the two administrations share: entry by rights, a home page made of panels."""

    site_url = None
    index_template = "admin/dashboard.html"
    login_form: type[AgentLoginForm] = AgentLoginForm

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._panel_makers: list[PanelMaker] = []
        self._pages: list[URLPattern] = []

    def add_panel(self, maker: PanelMaker) -> None:
        """Show one more panel on the home page; applications above this one bring theirs."""
        self._panel_makers.append(maker)

    def add_page(self, route: str, view: PageView, *, name: str) -> None:
        """Answer one more address, for whoever may enter this site; it is only read."""

        def page(request: HttpRequest) -> HttpResponseBase:
            return view(self, request)

        self._pages.append(path(route, self.admin_view(require_safe(page)), name=name))

    def get_urls(self) -> list[Any]:
        """The pages brought by applications, then Django's own."""
        return [*self._pages, *super().get_urls()]

    def lets_in(self, rights: Rights) -> bool:
        """Whether these rights open this site."""
        return rights.any

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the caller may open any page of this site."""
        return self.lets_in(rights_of(request.user))

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The home page: today's figures, then the lists."""
        rights, now = rights_of(request.user), timezone.now()
        panels = [make(rights, now) for make in self._panel_makers]
        return super().index(request, {"panels": panels, **(extra_context or {})})

    @method_decorator(never_cache)
    @login_not_required
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The login page. A successful login starts from an empty session."""
        home = reverse("admin:index", current_app=self.name)
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(home)
        context = {
            **self.each_context(request),
            "title": _("Connexion"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **(extra_context or {}),
        }
        if REDIRECT_FIELD_NAME not in request.GET and REDIRECT_FIELD_NAME not in request.POST:
            context[REDIRECT_FIELD_NAME] = home
        request.current_app = self.name  # type: ignore[attr-defined]
        view = FreshSessionLoginView.as_view(
            authentication_form=self.login_form,
            template_name="admin/login.html",
            extra_context=context,
            next_page=home,
        )
        return view(request)


class AgentSite(PortalSite):
    """Agents and accountants: the people, debts, payments and écritures of their funds."""

    site_header: str | Promise = gettext_lazy("Portail de remboursement : agents")
    site_title: str | Promise = gettext_lazy("Agents")
    index_title: str | Promise = gettext_lazy("Accueil")


class NationalSite(PortalSite):
    """National administrators: every fund, its shops, chartes, agents and rights."""

    site_header: str | Promise = gettext_lazy("Portail de remboursement : administration nationale")
    site_title: str | Promise = gettext_lazy("Administration nationale")
    index_title: str | Promise = gettext_lazy("Accueil")
    login_form = NationalLoginForm

    def lets_in(self, rights: Rights) -> bool:
        """Only a national right opens this site."""
        return rights.national


agent_site = AgentSite("agents")
national_site = NationalSite("national")
#: Where a list that both kinds of agents read is registered.
BOTH_SITES: tuple[PortalSite, PortalSite] = (agent_site, national_site)
