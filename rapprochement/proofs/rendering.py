"""Makes the PDF of a day's proof: tagged PDF/UA-1, the same content as its page."""

from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caf_portal.documents.rendering import render_document
from caf_portal.money import format_euros
from caf_portal.paris import PARIS
from rapprochement.models import Rapprochement
from rapprochement.pictures.scale import days_of_age
from rapprochement.proofs.content import Gap, ProofContent, Side, content_of

_TEMPLATE = Path(__file__).with_name("proof.typ")
#: Beyond, the document says how many it does not name: the page does.
MOST = 500


def render_proof(proof: Rapprochement, *, langue: str = "fr") -> bytes:
    """The PDF, dated of the computing of the proof; in the caller's scope and language."""
    content = content_of(proof)
    with timezone.override(PARIS):
        data = _data(content, langue)
    return render_document(_TEMPLATE, data, at=proof.computed_at)


def _data(content: ProofContent, langue: str) -> dict[str, Any]:
    proof = content.proof
    day = date_format(proof.day_on, "j F Y")
    return {
        "langue": langue,
        "title": _("Rapprochement du %(jour)s") % {"jour": day},
        "caisse": f"{proof.caisse.nom} ({proof.caisse.code})",
        "reference": f"{proof.caisse.code} {proof.day_on:%d/%m/%Y}",
        "facts": [{"name": name, "value": value} for name, value in _facts(content)],
        "sides": [_side(side) for side in content.sides],
        "gaps": [_gap(gap) for gap in content.gaps[:MOST]],
        "more": _more(len(content.gaps) - MOST),
        "carried": [_gap(gap) for gap in content.carried[:MOST]],
        "morecarried": _more(len(content.carried) - MOST),
        "words": _words(),
    }


def _facts(content: ProofContent) -> list[tuple[str, str]]:
    proof = content.proof
    computed = date_format(timezone.localtime(proof.computed_at), "j F Y, H:i")
    return [
        (_("Conclusion"), conclusion(content)),
        (_("Journée"), _("clôturée") if content.closed else _("ouverte")),
        (_("Calculé le (heure de Paris)"), computed),
    ]


def conclusion(content: ProofContent) -> str:
    """One sentence: proved, or what is left to explain."""
    if content.is_proved:
        return _("Plateforme, journaux et banque se répondent ; rien n’est à expliquer.")
    count = content.proof.unexplained
    if not content.proof.unexplained_cents:
        return ngettext(
            "Il reste %(count)s écart à expliquer.", "Il reste %(count)s écarts à expliquer.", count
        ) % {"count": count}
    return ngettext(
        "Il reste %(count)s écart à expliquer, de %(amount)s.",
        "Il reste %(count)s écarts à expliquer, de %(amount)s en tout.",
        count,
    ) % {"count": count, "amount": format_euros(content.proof.unexplained_cents)}


def _side(side: Side) -> dict[str, str]:
    return {
        "name": side.name,
        "first": f"{side.first_name} : {format_euros(side.first_cents)}",
        "second": f"{side.second_name} : {format_euros(side.second_cents)}",
        "gap": format_euros(side.gap_cents),
    }


def _gap(gap: Gap) -> dict[str, str]:
    residu = gap.residu
    who = _("suivi par %(who)s") % {"who": gap.owner} if gap.owner else _("suivi par personne")
    return {
        "kind": residu.get_kind_display(),
        "detail": residu.detail,
        "amount": format_euros(residu.amount_cents),
        "age": days_of_age(gap.days),
        "since": date_format(residu.since_on, "d/m/Y"),
        "state": gap.follow_up if residu.explained else f"{gap.follow_up}, {who}",
        "home": date_format(gap.home.day_on, "d/m/Y") if gap.home else "-",
    }


def _more(count: int) -> str:
    if count <= 0:
        return ""
    return _("Et %(count)s autres, nommés sur la page de cette journée.") % {"count": count}


def _words() -> dict[str, str]:
    return {
        "page": _("Page"),
        "fact": _("Information"),
        "value": _("Détail"),
        "totals": _("Ce que dit chaque côté"),
        "what": _("De quoi"),
        "first": _("Un côté"),
        "second": _("L’autre"),
        "gap": _("Différence"),
        "gaps": _("Écarts de cette journée"),
        "kind": _("Nature et constat"),
        "amount": _("Montant"),
        "age": _("Âge"),
        "since": _("Depuis le"),
        "state": _("Suite"),
        "none": _("Aucun écart."),
        "carried": _("Encore à expliquer, venu de jours précédents"),
        "notcounted": _("Compté dans la journée qui le porte, pas dans celle-ci."),
        "home": _("Compté le"),
    }
