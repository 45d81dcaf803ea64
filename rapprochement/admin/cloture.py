"""Closings: what is closed, and the page from which an accountant closes."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from caf_portal.money import format_euros
from caisses.admin.base import PortalAdmin, euros, moment
from caisses.admin.filter_titles import dated
from caisses.admin.links import link_to
from caisses.models import Agent, Caisse
from caisses.perms import rights_of
from caisses.sites import BOTH_SITES
from comptabilite.models import Cloture
from comptabilite.models.cloture import Periode
from rapprochement.admin.closing_form import ClosingForm
from rapprochement.models import Rapprochement
from rapprochement.services.asked_closings import ask_closing, last_request
from rapprochement.services.closing import ClosingRefused
from rapprochement.services.open_periods import open_periods

#: How often the page of a closing under way is shown again.
REFRESH_SECONDS = 5


class ClotureAdmin(PortalAdmin):
    """Read-only, with a page of its own to close the days that are over."""

    list_display = ("periode", "debut", "fin", "ecritures", "total", "ecart", "quand", "closed_by")
    list_display_links = ("periode", "debut")
    list_filter = ("periode", dated("last_on", _("dernier jour")))
    list_select_related = ("closed_by",)
    ordering = ("-pk",)
    fields = (
        *("caisse", "periode", "first_on", "last_on", "closed_at", "closed_by", "ecritures"),
        *("total", "ecart", "preuve", "rapprochement"),
    )
    readonly_fields = ("total", "ecart", "preuve", "rapprochement")

    debut = moment("first_on", _("du"))
    fin = moment("last_on", _("au"))
    quand = moment("closed_at", _("clôturée le"))
    total = euros("debit_cents", _("total des débits"))
    ecart = euros("residual_cents", _("écart expliqué"))

    @admin.display(description=_("écarts connus à la clôture"))
    def preuve(self, obj: Cloture) -> SafeString | str:
        """What the proof said when it closed: each residual in words, and how much."""
        said = [
            (each["detail"], format_euros(each["amount_cents"]))
            for each in obj.proof.get("residus", ())
        ]
        return format_html_join("", "<div>{} : {}</div>", said) or str(_("aucun"))

    @admin.display(description=_("rapprochement"))
    def rapprochement(self, obj: Cloture) -> SafeString | str:
        """The proof of the day that was closed."""
        proofs = Rapprochement.objects.filter(caisse_id=obj.caisse_id, day_on=obj.last_on)
        proof = proofs.first() if obj.periode == Periode.JOUR else None
        if proof is None:
            return "-"
        return link_to("rapprochement_rapprochement_change", proof, site=self.admin_site.name)

    def get_urls(self) -> list[URLPattern]:
        """The page of closings before those of each row."""
        page = require_http_methods(["GET", "HEAD", "POST"])(self.closing_view)
        own = path("cloturer/", self.admin_site.admin_view(page), name="comptabilite_cloturer")
        return [own, *super().get_urls()]

    def closing_view(self, request: HttpRequest) -> HttpResponse:
        """Each open day of a fund with what its proof says, and the closing that was asked last."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rights = rights_of(request.user)
        funds = Caisse.objects.order_by("code")
        if not rights.national:
            funds = funds.filter(pk__in=rights.caisse_ids)
        fund = self._chosen(request, list(funds))
        if request.method == "POST":
            return self._close(request, fund)
        asked = last_request(caisse_id=fund.pk)
        running = asked is not None and asked.ended_at is None
        follows = running and request.GET.get("suivre") != "non"
        context = {
            **self.admin_site.each_context(request),
            "title": _("Clôturer"),
            "opts": self.opts,
            "funds": funds,
            "fund": fund,
            "periods": open_periods(caisse_id=fund.pk, now=timezone.now()),
            "is_accountant": fund.pk in rights.comptable_ids,
            "may_close": fund.pk in rights.comptable_ids and not running,
            "asked": asked,
            "refresh_seconds": REFRESH_SECONDS if follows else 0,
        }
        request.current_app = self.admin_site.name  # type: ignore[attr-defined] # read by {% url %}
        return TemplateResponse(request, "admin/rapprochement/cloturer.html", context)

    def _chosen(self, request: HttpRequest, funds: list[Caisse]) -> Caisse:
        """The fund of the address, else the first one; 404 for one that is not the agent's."""
        code = request.POST.get("caisse") or request.GET.get("caisse", "")
        found = [fund for fund in funds if not code or fund.code == code]
        if not found:
            raise Http404
        return found[0]

    def _close(self, request: HttpRequest, fund: Caisse) -> HttpResponse:
        form = ClosingForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Choisissez un jour, puis ce qu’il faut clôturer."))
        else:
            self._try(request, fund, **form.cleaned_data)
        page = reverse("admin:comptabilite_cloturer", current_app=self.admin_site.name)
        return HttpResponseRedirect(f"{page}?caisse={fund.code}")

    def _try(self, request: HttpRequest, fund: Caisse, *, jour: Any, quoi: str) -> None:
        """Write down what is asked: a worker closes, and the page shows how far it is."""
        agent = request.user
        if not isinstance(agent, Agent):
            raise PermissionDenied
        try:
            ask_closing(
                caisse_id=fund.pk,
                last_on=jour,
                periode=Periode(quoi) if quoi in Periode.values else Periode.JOUR,
                alone=quoi == Periode.JOUR,
                agent=agent,
                now=timezone.now(),
            )
        except ClosingRefused as refusal:
            messages.error(request, str(refusal))


for site in BOTH_SITES:
    site.register(Cloture, ClotureAdmin)
