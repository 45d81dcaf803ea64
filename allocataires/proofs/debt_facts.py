"""The facts of a debt that its documents share: no name, no numéro d’allocataire."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allocataires.models import Creance, Preuve
from caf_portal.money import format_euros


def debt_facts(creance: Creance) -> list[dict[str, str]]:
    """Which debt it is: fund, benefit, letter, initial amount, in the active language."""
    facts = [
        (_("Caisse"), creance.caisse.nom),
        (_("Dette"), f"{creance.get_nature_display()} ({creance.nature} {creance.rang})"),
        (_("Notifiée le"), date_format(creance.notified_on, "j F Y")),
        (_("Montant initial"), format_euros(creance.initial_cents)),
    ]
    return [{"name": name, "value": value} for name, value in facts]


def printed_on(preuve: Preuve) -> dict[str, str]:
    """The Paris day on which the document was issued first."""
    day = date_format(timezone.localtime(preuve.issued_at), "j F Y")
    return {"name": _("Délivré le"), "value": day}
