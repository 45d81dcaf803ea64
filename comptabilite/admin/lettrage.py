"""Lettrages: what answers what; an accountant letters lines by hand, or takes a lettrage back."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from caisses.admin.base import PortalAdmin, moment
from caisses.admin.filter_titles import dated
from caisses.perms import rights_of
from caisses.sites import BOTH_SITES
from comptabilite.admin.lettrage_form import OpenLinesForm, ReasonForm
from comptabilite.models import Lettrage, Ligne
from comptabilite.services.lettering import LetteringRefused, letter, undo

#: Lines that a page shows, the oldest first: narrow the search to see others.
SHOWN = 200
#: Digits of a key of the database, whatever is posted.
LONGEST_KEY = 18


class LettrageAdmin(PortalAdmin):
    """Read-only, with a page to letter open lines and one to take a lettrage back."""

    change_form_template = "admin/comptabilite/lettrage/change_form.html"
    list_display = ("code", "compte", "le", "reason", "defait", "undone_reason")
    list_filter = (dated("lettered_on", _("date")),)
    list_select_related = ("compte",)
    search_fields = ("=lignes__ligne__auxiliaire",)
    search_help_text = _("Compte auxiliaire entier.")
    ordering = ("-pk",)
    fields = (
        *("caisse", "compte", "code", "lettered_on", "lettered_at", "reason", "lignes_lettrees"),
        *("undone_at", "undone_reason"),
    )
    readonly_fields = ("lignes_lettrees",)

    le = moment("lettered_on", _("lettré le"))
    defait = moment("undone_at", _("délettré le"))

    @admin.display(description=_("lignes"))
    def lignes_lettrees(self, obj: Lettrage) -> str:
        """Each line with its écriture, and the sums, which are equal."""
        rows = obj.lignes.select_related("ligne__ecriture").order_by("ligne_id")
        lines = [each.ligne for each in rows]
        found = {
            "lines": lines,
            "debit_cents": sum(line.debit_cents for line in lines),
            "credit_cents": sum(line.credit_cents for line in lines),
            "ecriture_page": f"{self.admin_site.name}:comptabilite_ecriture_change",
        }
        return render_to_string("admin/comptabilite/lettrage/lines.html", found)

    def get_urls(self) -> list[URLPattern]:
        """Our two pages, then Django's own."""
        both = require_http_methods(["GET", "HEAD", "POST"])
        site = self.admin_site
        return [
            path("lettrer/", site.admin_view(both(self.letter_view)), name="lettrage_letter"),
            path(
                "<int:pk>/delettrer/",
                site.admin_view(both(self.undo_view)),
                name="lettrage_undo",
            ),
            *super().get_urls(),
        ]

    def letter_view(self, request: HttpRequest) -> HttpResponse:
        """Open lines of one account, with boxes; letters those that are ticked."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        funds = rights_of(request.user).comptable_ids
        form = OpenLinesForm(request.GET or None, caisse_ids=funds)
        if request.method == "POST":
            self._letter(request, funds)
            return HttpResponseRedirect(request.get_full_path())
        lines = _open_lines(form.cleaned_data) if form.is_valid() else Ligne.objects.none()
        return self._page(
            request,
            "admin/comptabilite/lettrage/lettrer.html",
            title=_("Lettrer"),
            form=form,
            lines=lines.select_related("ecriture", "compte")[:SHOWN],
            most=SHOWN,
        )

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why, then take the lettrage back."""
        lettrage = self.get_object(request, str(pk))
        if not isinstance(lettrage, Lettrage):
            raise Http404
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            self._undo(request, lettrage, form.cleaned_data["reason"])
            page = "admin:comptabilite_lettrage_change"
            here = reverse(page, args=[lettrage.pk], current_app=self.admin_site.name)
            return HttpResponseRedirect(here)
        return self._page(request, "admin/ask.html", title=_("Délettrer"), form=form)

    def _letter(self, request: HttpRequest, funds: frozenset[int]) -> None:
        said = request.POST.getlist("ligne")[:SHOWN]
        keys = [int(key) for key in said if key.isdecimal() and len(key) <= LONGEST_KEY]
        first = Ligne.objects.filter(pk__in=keys, caisse_id__in=funds).first()
        try:
            if first is None:
                raise LetteringRefused(_("Choisissez au moins deux lignes de ce compte."))
            made = letter(
                caisse_id=first.caisse_id,
                compte_id=first.compte_id,
                ligne_ids=keys,
                reason=request.POST.get("reason", ""),
                now=timezone.now(),
            )
        except LetteringRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Lettre %(code)s donnée.") % {"code": made.code})

    def _undo(self, request: HttpRequest, lettrage: Lettrage, reason: str) -> None:
        try:
            if lettrage.caisse_id not in rights_of(request.user).comptable_ids:
                raise LetteringRefused(
                    _("Seul un comptable habilité sur cette caisse peut délettrer.")
                )
            undo(lettrage_id=lettrage.pk, reason=reason, now=timezone.now())
        except LetteringRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Les lignes sont de nouveau ouvertes."))

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        request.current_app = self.admin_site.name  # type: ignore[attr-defined] # read by {% url %}
        return TemplateResponse(request, template, {**shared, **context})


def _open_lines(asked: dict[str, Any]) -> QuerySet[Ligne]:
    """Lines of an account that no lettrage holds, the oldest first."""
    lines = Ligne.objects.filter(caisse_id=asked["compte"].caisse_id, compte=asked["compte"])
    if asked["auxiliaire"]:
        lines = lines.filter(auxiliaire=asked["auxiliaire"])
    if asked["du"]:
        lines = lines.filter(ecriture__accounting_on__gte=asked["du"])
    if asked["au"]:
        lines = lines.filter(ecriture__accounting_on__lte=asked["au"])
    return lines.exclude(lettrages__live=True).order_by("ecriture__accounting_on", "pk")


for site in BOTH_SITES:
    site.register(Lettrage, LettrageAdmin)
