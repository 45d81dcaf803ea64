"""Pages of a bank line: an accountant says what it is, takes that back, or gives it to a debt."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from caf_portal.money import format_euros
from caisses.admin.base import PortalAdmin
from caisses.perms import rights_of
from rapprochement.admin.impute_forms import CorrectForm, ImputeForm, PlaceForm
from rapprochement.models import Imputation, LigneBanque, Rapprochement
from rapprochement.models.matches import ImputationKind
from rapprochement.services.imputation_writing import ImputationRefused
from rapprochement.services.imputing_by_agent import Difference, impute_by_agent
from rapprochement.services.placing import PlacingRefused, left_cents, place_on_debt
from rapprochement.services.proving import prove_day
from rapprochement.services.reimputing import (
    CorrectionRefused,
    correct_imputation,
    may_be_corrected,
)


class ImputingPages(PortalAdmin):
    """The admin of bank lines as far as its three pages go."""

    change_form_template = "admin/rapprochement/lignebanque/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """The stock pages, and ours."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/imputer/", wrap(self.impute_view), name="bank_line_impute"),
            path("<int:pk>/corriger/", wrap(self.correct_view), name="bank_line_correct"),
            path("<int:pk>/affecter/", wrap(self.place_view), name="bank_line_place"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, with what the line was imputed to, or the way to say it."""
        line = kwargs["obj"]
        imputations = Imputation.objects.filter(ligne=line).select_related("ecriture")
        imputation = imputations.in_force().first()
        accounts = line.caisse_id in rights_of(request.user).comptable_ids
        context["imputation"] = imputation
        context["corrected"] = imputations.filter(corrected_at__isnull=False).order_by("pk")
        context["left_cents"] = left_cents(line) if imputation else 0
        context["may_impute"] = accounts and imputation is None
        context["may_correct"] = accounts and may_be_corrected(imputation)
        context["may_place"] = accounts and context["left_cents"] > 0
        return super().render_change_form(request, context, *args, **kwargs)

    def impute_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what the line is."""
        line = self._own(request, pk)
        chosen = {
            "kind": request.GET.get("kind"),
            "remises": request.GET.getlist("remises"),
            "charges": request.GET.getlist("charges"),
        }
        posted = request.POST if request.method == "POST" else None
        form = ImputeForm(posted, line=line, initial=chosen)
        if form.is_valid() and self._imputed(request, line, form):
            self._prove_again(line)
            return self._back_to(request, line, _("La ligne de banque est imputée."))
        return self._page(request, form, _("Imputer la ligne"), line)

    def correct_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take back what was said of the line."""
        line = self._own(request, pk)
        form = CorrectForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and self._corrected(request, line, form):
            words = _("L’imputation est corrigée : dites ce qu’est cette ligne.")
            return self._back_to(request, line, words)
        return self._page(request, form, _("Corriger cette imputation"), line)

    def place_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give what waits to a debt."""
        line = self._own(request, pk)
        form = PlaceForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and (cents := self._placed(request, line, form)):
            words = _("%(amount)s remboursent la dette.") % {"amount": format_euros(cents)}
            return self._back_to(request, line, words)
        return self._page(request, form, _("Affecter à une dette"), line)

    def _prove_again(self, line: LigneBanque) -> None:
        """The page of its day no longer asks what this line is."""
        day = {"caisse_id": line.caisse_id, "day_on": line.booked_on}
        if Rapprochement.objects.filter(**day).exists():
            prove_day(**day, now=timezone.now())

    def _imputed(self, request: HttpRequest, line: LigneBanque, form: ImputeForm) -> bool:
        chosen = form.cleaned_data
        try:
            impute_by_agent(
                ligne_id=line.pk,
                kind=ImputationKind(chosen["kind"]),
                agent=request.user,
                note=chosen["note"],
                now=timezone.now(),
                remise_ids=[int(each) for each in chosen.get("remises") or ()],
                charge_ids=[int(each) for each in chosen.get("charges") or ()],
                difference=Difference(chosen["difference"]),
            )
        except ImputationRefused as refusal:
            form.add_error(None, str(refusal))
            return False
        return True

    def _corrected(self, request: HttpRequest, line: LigneBanque, form: CorrectForm) -> bool:
        imputation = Imputation.objects.in_force().filter(ligne=line).first()
        if imputation is None:
            form.add_error(None, _("Cette ligne n’a pas d’imputation à corriger."))
            return False
        try:
            correct_imputation(
                imputation_id=imputation.pk,
                reason=form.cleaned_data["reason"],
                agent=request.user,
                now=timezone.now(),
            )
        except CorrectionRefused as refusal:
            form.add_error(None, str(refusal))
            return False
        return True

    def _placed(self, request: HttpRequest, line: LigneBanque, form: PlaceForm) -> int:
        creance = form.creance(line)
        if creance is None:
            form.add_error("debt", _("Cette caisse n’a pas cette dette : vérifiez le courrier."))
            return 0
        try:
            return place_on_debt(
                ligne_banque=line,
                creance=creance,
                agent=request.user,
                note=form.cleaned_data["note"],
                now=timezone.now(),
            )
        except PlacingRefused as refusal:
            form.add_error(None, str(refusal))
            return 0

    def _own(self, request: HttpRequest, pk: int) -> LigneBanque:
        line = self.get_object(request, str(pk))
        if line is None or not self.has_view_permission(request):
            raise Http404
        found: LigneBanque = line
        return found

    def _page(
        self, request: HttpRequest, form: Form, title: str, line: LigneBanque
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "form": form,
            "words": f"{line.booked_on:%d/%m/%Y} : {line.label}, {format_euros(line.amount_cents)}",
        }
        return TemplateResponse(request, "admin/ask.html", context)

    def _back_to(self, request: HttpRequest, line: LigneBanque, words: str) -> HttpResponse:
        self.log_change(request, line, words)
        messages.success(request, words)
        address = reverse(
            "admin:rapprochement_lignebanque_change",
            args=[line.pk],
            current_app=self.admin_site.name,
        )
        return HttpResponseRedirect(address)
