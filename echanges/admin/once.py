"""Admin pages that hand out a secret: asked in a form, shown once, never kept in a page."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from caisses.admin.base import PortalAdmin
from caisses.admin.funds import funds_to_equip, may_equip


class SecretAdmin(PortalAdmin):
    """Read-only but for adding, by who may equip the fund, and for actions of its own."""

    form_class: type[Form]
    new_title: Any
    new_words: Any

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        """Whether there is a fund that this agent may equip."""
        return self.has_view_permission(request) and may_equip(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask, make, then show the secret in the answer itself."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = request.POST if request.method == "POST" else None
        form = self.form_class(posted, funds=funds_to_equip(request))
        if form.is_valid():
            response = self.made(request, form)
            if response is not None:
                return response
        return self.page(
            request, "admin/ask.html", title=self.new_title, words=self.new_words, form=form
        )

    def made(self, request: HttpRequest, form: Form) -> HttpResponse | None:
        """Make what the form says; ``None`` after adding an error to it."""
        raise NotImplementedError

    def shown_once(self, request: HttpRequest, obj: Any, secret: str, **words: Any) -> HttpResponse:
        """The page of a secret: nobody keeps it, and it cannot be asked again."""
        response = self.page(
            request, "admin/echanges/shown_once.html", secret=secret, obj=obj, **words
        )
        add_never_cache_headers(response)
        return response

    def page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        """A page with what every page of the site has."""
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, {**shared, **context})

    def seen(self, request: HttpRequest, pk: int) -> Any:
        """The row, if the agent sees it; else 404, as if there were none."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, str(pk))
        if found is None:
            raise Http404
        return found

    def equips(self, request: HttpRequest, obj: Any) -> bool:
        """Whether the agent may hand out secrets of this row's fund."""
        return funds_to_equip(request).filter(pk=obj.caisse_id).exists()

    def back_to(self, pk: int) -> HttpResponseRedirect:
        """The page of the row."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[pk], current_app=self.admin_site.name))
