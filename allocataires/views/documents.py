"""The documents of a debt, for the person: statement at a date, quittance."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allocataires.forms import ReleveForm
from allocataires.models import Creance
from allocataires.services.documents import (
    NotOver,
    ReleveRefused,
    issue_quittance,
    issue_releve,
)
from allocataires.views.access import debtor_required
from allocataires.views.creances import visible_creance
from caf_portal.paris import paris_date


@debtor_required
@require_safe
def releve(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The statement of a debt at the date asked for; a page that says why when there is none."""
    found = visible_creance(request, public_id)
    form = ReleveForm(request.GET)
    now = timezone.now()
    if not form.is_valid():
        return _refused(request, found, form)
    on: date = form.cleaned_data["au"] or paris_date(now)
    try:
        pdf = issue_releve(creance=found, on=on, now=now, langue=get_language())
    except ReleveRefused:
        form.add_error("au", no_statement(found))
        return _refused(request, found, form)
    return pdf_response(pdf, f"releve-{found.nature}-{found.rang}-{on.isoformat()}.pdf")


@debtor_required
@require_safe
def quittance(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The quittance of a debt that is over; 404 for any other, which has none."""
    found = visible_creance(request, public_id)
    try:
        pdf = issue_quittance(creance=found, now=timezone.now(), langue=get_language())
    except NotOver as error:
        raise Http404 from error
    return pdf_response(pdf, f"quittance-{found.nature}-{found.rang}.pdf")


def no_statement(creance: Creance) -> str:
    """What to answer when there is no statement at the date asked for."""
    return _("Choisissez une date entre le %(first)s et aujourd’hui.") % {
        "first": creance.implanted_on.strftime("%d/%m/%Y")
    }


def pdf_response(pdf: bytes, filename: str) -> HttpResponse:
    """A PDF that opens in the browser, with a name for whoever keeps it."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    return response


def _refused(request: HttpRequest, found: Creance, form: ReleveForm) -> HttpResponse:
    context = {"creance": found, "form": form, "today": paris_date(timezone.now())}
    return render(request, "allocataires/creance_releve.html", context, status=400)
