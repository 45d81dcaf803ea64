"""The statement of a debt at a date: a tagged PDF that a person shows to a third party."""

from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allocataires.models import Creance, Preuve
from allocataires.proofs.debt_facts import debt_facts, printed_on
from allocataires.proofs.standing import Line, lines_until
from allocataires.proofs.verification import proof_data, proof_words
from caf_portal.documents.rendering import render_document
from caf_portal.money import format_euros, format_signed_euros
from caf_portal.paris import PARIS

_TEMPLATE = Path(__file__).with_name("releve.typ")


def render_releve(creance: Creance, preuve: Preuve, *, langue: str) -> bytes:
    """The PDF of what ``preuve`` states, in French or in English; no name and no numéro in it."""
    with translation.override(langue), timezone.override(PARIS):
        data = _data(creance, preuve, langue)
    return render_document(_TEMPLATE, data, at=preuve.issued_at)


def _data(creance: Creance, preuve: Preuve, langue: str) -> dict[str, Any]:
    left = format_euros(preuve.amount_cents)
    on = date_format(preuve.as_of_on, "j F Y")
    return {
        "langue": langue,
        "title": _("Relevé d’une dette"),
        "caisse": creance.caisse.nom,
        "reference": preuve.code,
        "facts": [
            *debt_facts(creance),
            {"name": _("Relevé arrêté au"), "value": on},
            printed_on(preuve),
        ],
        "lines": [_line(line) for line in lines_until(creance, preuve.as_of_on)],
        "left": left,
        "proof": proof_data(preuve.code),
        "words": {
            **proof_words(),
            "lines": _("Ce qui s’est passé jusqu’à cette date"),
            "what": _("Opération"),
            "on": _("Date"),
            "effect": _("Effet"),
            "after": _("Reste après"),
            "left": _("Reste dû à la date du %(on)s") % {"on": on},
            "note": _(
                "Ce relevé dit ce que la Caf savait le jour où il a été délivré. "
                "Il ne vaut pas quittance."
            ),
        },
    }


def _line(line: Line) -> dict[str, str]:
    return {
        "what": line.mouvement.get_kind_display(),
        "on": date_format(line.mouvement.value_on, "d/m/Y"),
        "effect": format_signed_euros(line.effect_cents),
        "after": format_euros(line.left_cents),
    }
