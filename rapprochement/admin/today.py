"""Today's payments and the open anomalies, on the home pages."""

from datetime import datetime

from caisses.perms import Rights
from caisses.sites import BOTH_SITES, Panel
from rapprochement.pictures.today import figures_of_today


def figures_panel(rights: Rights, now: datetime) -> Panel:
    """The day's total, then a line for each fund where something happened."""
    figures = figures_of_today(rights=rights, now=now)
    context = {
        "paid": sum(line.paid for line in figures),
        "paid_cents": sum(line.paid_cents for line in figures),
        "in_progress": sum(line.in_progress for line in figures),
        "held": sum(line.held for line in figures),
        "open_anomalies": sum(line.open_anomalies for line in figures),
        "caisses": figures if len(figures) > 1 else [],
    }
    return Panel("admin/rapprochement/today.html", context)


for site in BOTH_SITES:
    site.add_panel(figures_panel)
