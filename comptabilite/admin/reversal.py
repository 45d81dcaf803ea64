"""Reverses an écriture from its page: a reason, then the service decides."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from caisses.admin.base import PortalAdmin
from caisses.models import Agent
from comptabilite.models import Ecriture
from comptabilite.services.reversing import ReversalRefused, may_be_reversed, reverse_ecriture


class ReversalForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Motif"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Il reste dans les journaux, avec votre écriture de contrepassation."),
    )


class ReversalAdmin(PortalAdmin):
    """The button and its page; whether an écriture may be reversed, the service says."""

    def get_urls(self) -> list[URLPattern]:
        """The page of a reversal, then Django's own."""
        page = require_http_methods(["GET", "HEAD", "POST"])(self.reversal_view)
        view = self.admin_site.admin_view(page)
        own = path("<int:pk>/contrepasser/", view, name="ecriture_reverse")
        return [own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The écriture, with the button when it may be reversed."""
        found = self.get_object(request, object_id)
        offered = (
            isinstance(found, Ecriture)
            and isinstance(request.user, Agent)
            and may_be_reversed(found, request.user)
        )
        context = {**(extra_context or {}), "may_reverse": offered}
        return super().change_view(request, object_id, form_url, context)

    def reversal_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why, reverse, and show the reversal; or say why not."""
        ecriture = self.get_object(request, str(pk))
        if not isinstance(ecriture, Ecriture):
            raise Http404
        if not isinstance(request.user, Agent):
            raise PermissionDenied
        form = ReversalForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            return self._reversed(request, ecriture, request.user, form.cleaned_data["reason"])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Contrepasser l’écriture %(piece)s") % {"piece": ecriture.piece},
            "words": _("Une écriture se contrepasse une seule fois, au premier jour ouvert."),
            "form": form,
        }
        request.current_app = self.admin_site.name  # type: ignore[attr-defined] # read by {% url %}
        return TemplateResponse(request, "admin/ask.html", context)

    def _reversed(
        self, request: HttpRequest, ecriture: Ecriture, agent: Agent, reason: str
    ) -> HttpResponse:
        shown = ecriture.pk
        try:
            shown = reverse_ecriture(
                ecriture_id=ecriture.pk, reason=reason, agent=agent, now=timezone.now()
            ).pk
        except ReversalRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("L’écriture est contrepassée : voici sa contrepassation."))
        page = "admin:comptabilite_ecriture_change"
        return HttpResponseRedirect(reverse(page, args=[shown], current_app=self.admin_site.name))
