"""The page from which an accountant books a chargeback that the portal does not book by itself."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from caf_portal.money import format_euros
from caisses.admin.base import PortalAdmin
from caisses.perms import rights_of
from rapprochement.models import Impaye, SuiteImpaye
from rapprochement.services.chargeback_by_accountant import (
    Booking,
    BookingRefused,
    book_by_accountant,
    booking_of,
    may_be_booked,
    words_of,
)


class BookingForm(forms.Form):
    """What the bank says of it, and the amount that the accountant saw."""

    note = forms.CharField(
        label=_("Note"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Ce que dit la banque, et la pièce qui le montre. Sans nom de personne."),
    )
    stated_cents = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class BookingPages(PortalAdmin):
    """The admin of chargebacks as far as booking them goes."""

    change_form_template = "admin/rapprochement/impaye/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """The stock pages, and ours."""
        page = require_http_methods(["GET", "HEAD", "POST"])(self.book_view)
        own = path("<int:pk>/enregistrer/", self.admin_site.admin_view(page), name="impaye_book")
        return [own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, with what was booked, or the way to do it."""
        impaye = kwargs["obj"]
        booked = SuiteImpaye.objects.filter(impaye=impaye)
        context["suite"] = booked.select_related("ecriture", "booked_by").first()
        context["may_book"] = may_be_booked(impaye) and self._accounts(request, impaye)
        return super().render_change_form(request, context, *args, **kwargs)

    def book_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what will be written, then write it."""
        impaye = self.get_object(request, str(pk))
        if not isinstance(impaye, Impaye) or not self.has_view_permission(request):
            raise Http404
        if not may_be_booked(impaye):
            messages.info(request, _("Cet impayé est déjà enregistré."))
            return self._back(impaye)
        form = BookingForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and self._booked(request, impaye, form):
            return self._back(impaye)
        return self._page(request, impaye, form)

    def _booked(self, request: HttpRequest, impaye: Impaye, form: BookingForm) -> bool:
        try:
            book_by_accountant(
                impaye_id=impaye.pk, agent=request.user, now=timezone.now(), **form.cleaned_data
            )
        except BookingRefused as refusal:
            form.add_error(None, str(refusal))
            return False
        words = _(
            "Enregistré. La preuve de la journée le lit au prochain rapprochement, ou tout de "
            "suite si vous la recalculez."
        )
        self.log_change(request, impaye, str(words))
        messages.success(request, words)
        return True

    def _page(self, request: HttpRequest, impaye: Impaye, form: BookingForm) -> HttpResponse:
        booking = booking_of(impaye)
        # What was posted was stated of another situation: show, and post, that of now.
        form.data = form.data.copy()
        form.data["stated_cents"] = str(booking.payment_cents)
        form.initial["stated_cents"] = booking.payment_cents
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Enregistrer cet impayé"),
            "form": form,
            "impaye": impaye,
            "booking": booking,
            "effects": words_of(booking),
            "debts": _debts(booking),
            "may_book": self._accounts(request, impaye),
        }
        request.current_app = self.admin_site.name  # type: ignore[attr-defined] # read by {% url %}
        return TemplateResponse(request, "admin/rapprochement/impaye/enregistrer.html", context)

    def _accounts(self, request: HttpRequest, impaye: Impaye) -> bool:
        return impaye.caisse_id in rights_of(request.user).comptable_ids

    def _back(self, impaye: Impaye) -> HttpResponse:
        address = reverse(
            "admin:rapprochement_impaye_change",
            args=[impaye.pk],
            current_app=self.admin_site.name,
        )
        return HttpResponseRedirect(address)


def _debts(booking: Booking) -> list[tuple[str, str]]:
    return [(str(creance), format_euros(cents)) for creance, cents in booking.debts]
