"""Choose a shop and a day, download its report files."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from payzen_sandbox import clock
from payzen_sandbox.services.reports.files import KINDS, report_file
from payzen_sandbox.shops import all_shops, find_shop


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The choice, then the four links; today by the sandbox's clock unless another day is asked."""
    day = _day(request.GET.get("day", "")) or clock.now().date()
    shop = find_shop(request.GET.get("shop", ""))
    context = {
        "shops": all_shops().values(),
        "shop": shop,
        "day": day.isoformat(),
        "kinds": [(name, kind.label) for name, kind in KINDS.items()],
    }
    return render(request, "payzen_sandbox/reports.html", context)


@require_safe
def download(request: HttpRequest, kind: str, site_id: str, day: str) -> HttpResponse:
    """One file, UTF-8."""
    shop, chosen = find_shop(site_id), _day(day)
    if kind not in KINDS or shop is None or chosen is None:
        raise Http404
    file = report_file(kind, shop=shop, day=chosen, now=clock.now())
    response = HttpResponse(file.text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
