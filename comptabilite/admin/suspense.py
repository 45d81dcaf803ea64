"""Sums that wait on the suspense accounts: how old, where from, what is known, what can be done."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from caf_portal.paris import paris_date
from caisses.admin.base import PortalAdmin, visible
from caisses.models import Caisse
from caisses.perms import rights_of
from comptabilite.admin.page_links import links_of
from comptabilite.anomaly_pages import AnomalyPage, origins_of
from comptabilite.models import Ligne
from comptabilite.services.line_notes import NoteRefused, note_line
from comptabilite.suspense import Total, Waiting, total_waiting, waiting_pieces

PER_PAGE = 50


class _Pieces:
    """What waits, as a list that reads only the page asked for."""

    def __init__(self, caisse_ids: list[int]) -> None:
        self._caisse_ids = caisse_ids

    @cached_property
    def total(self) -> Total:
        """What all of it sums to."""
        return total_waiting(caisse_ids=self._caisse_ids)

    def __len__(self) -> int:
        return self.total.pieces

    def __getitem__(self, asked: slice) -> list[Waiting]:
        start = asked.start or 0
        return waiting_pieces(
            caisse_ids=self._caisse_ids, most=(asked.stop or PER_PAGE) - start, skip=start
        )


def suspense_urls(admin: PortalAdmin) -> list[URLPattern]:
    """The list, and the note on one of its lines; ``admin`` says who may enter."""
    site = admin.admin_site

    def listed(request: HttpRequest) -> HttpResponse:
        return _list(admin, request)

    def noted(request: HttpRequest, pk: int) -> HttpResponse:
        return _note(admin, request, pk)

    return [
        path("en-attente/", site.admin_view(require_safe(listed)), name="suspense_list"),
        path(
            "en-attente/<int:pk>/noter/",
            site.admin_view(require_POST(noted)),
            name="suspense_note",
        ),
    ]


def _list(admin: PortalAdmin, request: HttpRequest) -> HttpResponse:
    if not admin.has_view_permission(request):
        raise PermissionDenied
    rights = rights_of(request.user)
    funds = Caisse.objects.order_by("code")
    if not rights.national:
        funds = funds.filter(pk__in=rights.caisse_ids)
    known = {fund.code: fund for fund in funds}
    chosen = known.get(request.GET.get("caisse", ""))
    pieces = _Pieces([chosen.pk] if chosen else [fund.pk for fund in known.values()])
    page = Paginator(pieces, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("Sommes en attente"),
        "page": page,
        "rows": _rows(list(page.object_list), admin.admin_site.name),
        "total": pieces.total,
        "funds": list(known.values()) if len(known) > 1 else [],
        "chosen": chosen,
    }
    return TemplateResponse(request, "admin/comptabilite/suspense.html", context)


def _rows(pieces: list[Waiting], site: str) -> list[dict[str, Any]]:
    today = paris_date(timezone.now())
    origins = origins_of([piece.source_id for piece in pieces])
    return [
        {
            "piece": piece,
            "days": (today - piece.since_on).days,
            "links": links_of(
                [
                    AnomalyPage(_("l’écriture"), "comptabilite_ecriture_change", piece.ecriture_id),
                    *origins[piece.source_id],
                ],
                site,
            ),
        }
        for piece in pieces
    ]


def _note(admin: PortalAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    if not admin.has_view_permission(request):
        raise PermissionDenied
    ligne = visible(Ligne.objects.all(), rights_of(request.user)).filter(pk=_small(pk)).first()
    if ligne is None:
        raise Http404
    try:
        note_line(
            ligne=ligne, agent=request.user, text=request.POST.get("text", ""), now=timezone.now()
        )
    except NoteRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Votre note est gardée."))
    address = reverse("admin:suspense_list", current_app=admin.admin_site.name)
    return HttpResponseRedirect(address)


def _small(number: int) -> int:
    """A number that a key may be; 0, which none is, otherwise."""
    return number if number < 2**63 else 0
