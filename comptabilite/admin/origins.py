"""From écritures to what they book: pages that each application brings, or the debt by its name."""

from django.utils.translation import gettext_lazy as _

from allocataires.models import Creance
from comptabilite.anomaly_pages import AnomalyPage, origins_of
from comptabilite.models import Ecriture
from comptabilite.movement_events import EVENT_OF

#: Their piece is the debt: the person's number, nature and rank.
_OF_DEBTS = frozenset(EVENT_OF.values())


def origin_of(ecriture: Ecriture) -> list[AnomalyPage]:
    """The payment, refund, bank line or debt behind an écriture."""
    pages = list(origins_of([ecriture.source_id])[ecriture.source_id])
    if not pages and ecriture.event in _OF_DEBTS:
        pages = _debt_of(ecriture)
    return pages


def _debt_of(ecriture: Ecriture) -> list[AnomalyPage]:
    numero, _dash, rest = ecriture.piece.partition("-")
    nature, _dash, rang = rest.rpartition("-")
    debt = Creance.objects.filter(
        caisse_id=ecriture.caisse_id, allocataire__numero=numero, nature=nature, rang=rang
    ).first()
    return [AnomalyPage(_("la créance"), "allocataires_creance_change", debt.pk)] if debt else []
