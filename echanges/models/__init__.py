"""Lots in, events out, and who may speak to the portal."""

from echanges.models.cle import AppelApi, CleApi
from echanges.models.fait import FaitSortant
from echanges.models.lot import LigneAppliquee, Lot, MorceauLot, Rejet
from echanges.models.sortie import Abonnement, EvenementSortant, Livraison

__all__ = [
    "Abonnement",
    "AppelApi",
    "CleApi",
    "EvenementSortant",
    "FaitSortant",
    "LigneAppliquee",
    "Livraison",
    "Lot",
    "MorceauLot",
    "Rejet",
]
