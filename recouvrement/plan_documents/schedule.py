"""Makes the schedule of a plan: a tagged PDF with its dues, its debts, its fund and its rules."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allocataires.models import Echeance, Echeancier
from allocataires.models.echeancier import PlanMeans
from allocataires.services.plan_money import reckon
from caf_portal.documents.rendering import render_document
from caf_portal.money import format_euros
from caf_portal.paris import PARIS
from recouvrement.plan_queries import reference_of

_TEMPLATE = Path(__file__).with_name("schedule.typ")


def render_schedule(plan: Echeancier, *, langue: str, now: datetime) -> bytes:
    """The PDF as the plan stands ``now``, in French or in English; reads in the caller's scope.

    No name and no number of the person: whoever holds the reference can find them.
    """
    with translation.override(langue), timezone.override(PARIS):
        data = _data(plan, langue, now)
    return render_document(_TEMPLATE, data, at=now)


def _data(plan: Echeancier, langue: str, now: datetime) -> dict[str, Any]:
    reckoning = reckon(plan)
    dues = sorted(reckoning.dues, key=lambda due: due.due_on)
    return {
        "langue": langue,
        "title": _("Échéancier de remboursement"),
        "caisse": plan.caisse.nom,
        "reference": reference_of(plan),
        "facts": _facts(plan, now),
        "dues": [_due(rank, due) for rank, due in enumerate(dues, start=1)],
        "parts": [
            {
                "name": f"{part.creance.get_nature_display()} ({part.creance})",
                "amount": format_euros(part.meant_cents),
            }
            for part in reckoning.parts
        ],
        "total": format_euros(plan.total_cents),
        "conditions": _conditions(plan),
        "words": _words(),
    }


def _facts(plan: Echeancier, now: datetime) -> list[dict[str, str]]:
    facts = [
        (_("Référence"), reference_of(plan)),
        (_("Caisse"), plan.caisse.nom),
        (_("Choisi le"), date_format(timezone.localtime(plan.agreed_at), "j F Y")),
        (_("État"), plan.get_status_display()),
        (_("Moyen de paiement"), plan.get_means_display()),
        (_("Montant total"), format_euros(plan.total_cents)),
        (_("Document établi le"), date_format(timezone.localtime(now), "j F Y")),
    ]
    if plan.decided_at is not None:
        agreed = date_format(timezone.localtime(plan.decided_at), "j F Y")
        facts.insert(3, (_("Accepté par la caisse le"), agreed))
    return [{"name": name, "value": str(value)} for name, value in facts]


def _due(rank: int, due: Echeance) -> dict[str, str]:
    return {
        "rank": str(rank),
        "date": date_format(due.due_on, "j F Y"),
        "amount": format_euros(due.amount_cents),
        "state": str(due.get_status_display()),
    }


def _conditions(plan: Echeancier) -> list[str]:
    how = (
        _("Chaque échéance est payée en ligne, après un rappel : rien n’est débité tout seul.")
        if plan.means == PlanMeans.DEMANDE
        else _("Chaque échéance est payée par virement ou chèque, avec la référence du courrier.")
    )
    return [
        how,
        _(
            "Une échéance peut être sautée, et une pause d’un mois faite chaque année, sur la page "
            "de l’échéancier. Une date peut y être déplacée."
        ),
        _(
            "Toute somme payée sur ces dettes compte pour l’échéance la plus ancienne. Si les "
            "dettes baissent autrement, les dernières échéances sont réduites ou annulées."
        ),
        _(
            "Si le remboursement d’une de ces dettes est arrêté (contestation, par exemple), rien "
            "n’est demandé et les dates sont repoussées."
        ),
        _("Textes : articles R. 133-9-2 et D. 553-4 du code de la sécurité sociale."),
    ]


def _words() -> dict[str, str]:
    return {
        "fact": _("Échéancier"),
        "value": _("Détail"),
        "dues": _("Les échéances"),
        "rank": _("N°"),
        "date": _("Date"),
        "amount": _("Montant"),
        "state": _("État"),
        "total": _("Total"),
        "parts": _("Ce que cet échéancier rembourse"),
        "debt": _("Dette"),
        "conditions": _("Les règles"),
        "page": _("Page"),
    }
