"""From an anomaly to the écriture that it is about, or to the scheme that lacks a rule."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from comptabilite.anomaly_pages import AnomalyPage, add_finder
from comptabilite.models import Anomalie, Ecriture, SchemaComptable
from comptabilite.models.anomalie import AnomalieKind


def pages_behind(anomalie: Anomalie) -> list[AnomalyPage]:
    """The écriture whose source or line the subject names; the fund's latest scheme."""
    if anomalie.kind == AnomalieKind.LEDGER_RULE_MISSING:
        latest = SchemaComptable.objects.filter(caisse_id=anomalie.caisse_id)
        schema = latest.order_by("-effective_on").first()
        words, name = _("ajouter la règle au schéma comptable"), "comptabilite_schemacomptable"
        return [AnomalyPage(words, f"{name}_change", schema.pk, acts=True)] if schema else []
    ecriture = _ecriture_of(anomalie)
    if ecriture is None:
        return []
    return [AnomalyPage(_("l’écriture"), "comptabilite_ecriture_change", ecriture.pk)]


def _ecriture_of(anomalie: Anomalie) -> Ecriture | None:
    named = Ecriture.objects.filter(caisse_id=anomalie.caisse_id, reverses__isnull=True)
    first, _space, rest = anomalie.subject.partition(" ")
    if first == "ligne" and rest.isdecimal():
        return Ecriture.objects.filter(caisse_id=anomalie.caisse_id, lignes=int(rest)).first()
    try:
        return named.filter(source_id=UUID(hex=first)).first()
    except ValueError:
        return None


add_finder(pages_behind)
