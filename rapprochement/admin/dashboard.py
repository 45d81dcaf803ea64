"""The dashboard: a fund's pictures, or those of all the funds of whoever looks."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from caf_portal.paris import paris_date
from caisses.models import Caisse
from caisses.perms import Rights, rights_of
from caisses.sites import BOTH_SITES, PortalSite
from rapprochement.pictures.charts import charts_of
from rapprochement.pictures.figures import Figures, figures_by_fund, together, whole_period
from rapprochement.pictures.periods import Step, spans
from rapprochement.pictures.ranking import FundLine, ranked


def dashboard(site: PortalSite, request: HttpRequest) -> HttpResponseBase:
    """Charts, their table, and a line a fund when there are several. ``?caisse=011`` shows one
    fund, ``?pas=semaine`` another width. Raises ``Http404`` for a fund that is not the agent's."""
    funds = _funds(rights_of(request.user))
    chosen = _chosen(request, funds)
    step = Step(request.GET["pas"]) if request.GET.get("pas") in Step.values else Step.JOUR
    shown = [chosen] if chosen else funds
    found = figures_by_fund(
        caisse_ids=[fund.pk for fund in shown],
        step=step,
        spans=spans(step, today=paris_date(timezone.now())),
    )
    context = {
        **site.each_context(request),
        "title": _("Tableau de bord"),
        "funds": funds,
        "chosen": chosen,
        "step": step,
        "steps": Step.choices,
        **_pictures(shown, found, step),
    }
    request.current_app = site.name  # type: ignore[attr-defined]
    return TemplateResponse(request, "admin/rapprochement/pictures/dashboard.html", context)


def _funds(rights: Rights) -> list[Caisse]:
    funds = Caisse.objects.order_by("code")
    return list(funds if rights.national else funds.filter(pk__in=rights.caisse_ids))


def _chosen(request: HttpRequest, funds: Sequence[Caisse]) -> Caisse | None:
    code = request.GET.get("caisse", "")
    if not code:
        return funds[0] if len(funds) == 1 else None
    for fund in funds:
        if fund.code == code:
            return fund
    raise Http404


def _pictures(
    funds: Sequence[Caisse], found: dict[int, list[Figures]], step: Step
) -> dict[str, Any]:
    """What is drawn and told: the same ``Figures`` in charts, table and totals."""
    lines = [together(same) for same in zip(*found.values(), strict=True)]
    ranking: list[FundLine] = ranked(funds, found) if len(funds) > 1 else []
    return {
        "lines": lines,
        "whole": whole_period(lines),
        "charts": charts_of(lines, step),
        "ranking": ranking,
    }


for _site in BOTH_SITES:
    _site.add_page("tableau-de-bord/", dashboard, name="tableau_de_bord")
