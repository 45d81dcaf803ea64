"""The quittance of a debt that is over: a tagged PDF that says how it ended, and when."""

from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allocataires.models import Creance, Preuve
from allocataires.proofs.debt_facts import debt_facts, printed_on
from allocataires.proofs.standing import END_WORDS
from allocataires.proofs.verification import proof_data, proof_words
from caf_portal.documents.rendering import render_document
from caf_portal.paris import PARIS

_TEMPLATE = Path(__file__).with_name("quittance.typ")


def render_quittance(creance: Creance, preuve: Preuve, *, langue: str) -> bytes:
    """The PDF of what ``preuve`` states, in French or in English; no name and no numéro in it."""
    with translation.override(langue), timezone.override(PARIS):
        data = _data(creance, preuve, langue)
    return render_document(_TEMPLATE, data, at=preuve.issued_at)


def _data(creance: Creance, preuve: Preuve, langue: str) -> dict[str, Any]:
    on = date_format(preuve.as_of_on, "j F Y")
    return {
        "langue": langue,
        "title": _("Quittance"),
        "caisse": creance.caisse.nom,
        "reference": preuve.code,
        "facts": [
            *debt_facts(creance),
            {"name": _("Soldée le"), "value": on},
            printed_on(preuve),
        ],
        "ending": str(END_WORDS[creance.state]),
        "proof": proof_data(preuve.code),
        "words": {
            **proof_words(),
            "owed": _("Depuis le %(on)s, il ne reste rien à rembourser au titre de cette dette.")
            % {"on": on},
            "note": _(
                "Cette quittance concerne cette dette seulement. Si un paiement est rejeté ou "
                "rendu après sa délivrance, la vérification en ligne le dit."
            ),
        },
    }
