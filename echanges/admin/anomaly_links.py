"""From an exchange that fails to the subscription whose address is to be looked at."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from comptabilite.anomaly_pages import AnomalyPage, add_finder
from comptabilite.models import Anomalie
from comptabilite.models.anomalie import AnomalieKind
from echanges.models import Abonnement


def pages_behind(anomalie: Anomalie) -> list[AnomalyPage]:
    """The subscription that the subject names before its slash."""
    if anomalie.kind != AnomalieKind.EXCHANGE_FAILED:
        return []
    try:
        named = UUID(anomalie.subject.partition("/")[0])
    except ValueError:
        return []
    found = Abonnement.objects.filter(caisse_id=anomalie.caisse_id, public_id=named).first()
    words = _("l’abonnement")
    return [AnomalyPage(words, "echanges_abonnement_change", found.pk, acts=True)] if found else []


add_finder(pages_behind)
