"""From an anomaly about a chargeback to the chargeback and to the file that tells it."""

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptabilite.anomaly_pages import AnomalyPage, add_finder
from comptabilite.models import Anomalie
from comptabilite.models.anomalie import AnomalieKind
from rapprochement.models import FichierReleve, Impaye


def pages_behind(anomalie: Anomalie) -> list[AnomalyPage]:
    """The chargeback and its file, or the file that was loaded after all."""
    if anomalie.kind == AnomalieKind.CHARGEBACK:
        return _of_chargeback(anomalie)
    if anomalie.kind == AnomalieKind.FILE_REFUSED:
        loaded = FichierReleve.objects.filter(
            caisse_id=anomalie.caisse_id, sha256=anomalie.subject
        ).first()
        return [_of_file(loaded.pk)] if loaded else []
    return []


def _of_chargeback(anomalie: Anomalie) -> list[AnomalyPage]:
    named = UUID(hex=anomalie.subject)
    impaye = (
        Impaye.objects.filter(Q(public_id=named) | Q(transaction__uuid=named))
        .filter(caisse_id=anomalie.caisse_id)
        .select_related("plateforme")
        .first()
    )
    if impaye is None:
        return []
    page = AnomalyPage(_("l’impayé"), "rapprochement_impaye_change", impaye.pk)
    return [page, _of_file(impaye.plateforme.fichier_id)]


def _of_file(fichier_id: int) -> AnomalyPage:
    return AnomalyPage(_("le fichier"), "rapprochement_fichierreleve_change", fichier_id)


add_finder(pages_behind)
