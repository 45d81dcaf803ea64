"""Choose a shop and a day, download its report files and its bank's statement."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from payzen_sandbox import clock
from payzen_sandbox.services.bank_account import iban
from payzen_sandbox.services.bank_statement import statement_file
from payzen_sandbox.services.reports.files import KINDS, report_file
from payzen_sandbox.shops import all_shops, find_shop


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The choice, then the links; today by the sandbox's clock unless another day is asked."""
    day = _day(request.GET.get("day", "")) or clock.now().date()
    shop = find_shop(request.GET.get("shop", ""))
    context = {
        "shops": all_shops().values(),
        "shop": shop,
        "day": day.isoformat(),
        "iban": "" if shop is None else iban(shop),
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
    return _attached(file.name, file.text, "text/csv; charset=utf-8")


@require_safe
def statement(request: HttpRequest, site_id: str, day: str) -> HttpResponse:
    """The CFONB 120 statement of the shop's bank account, ASCII."""
    shop, chosen = find_shop(site_id), _day(day)
    if shop is None or chosen is None:
        raise Http404
    file = statement_file(shop=shop, day=chosen)
    return _attached(file.name, file.text, "text/plain; charset=us-ascii")


def _attached(name: str, text: str, content_type: str) -> HttpResponse:
    response = HttpResponse(text, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
