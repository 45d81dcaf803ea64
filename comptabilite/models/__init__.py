"""Accounts, journals, écritures, the rules that write them, and what an agent must settle."""

from comptabilite.models.anomalie import Anomalie
from comptabilite.models.ecriture import Ecriture, Ligne
from comptabilite.models.plan import Compte, Journal
from comptabilite.models.schema import RegleComptable, SchemaComptable

__all__ = [
    "Anomalie",
    "Compte",
    "Ecriture",
    "Journal",
    "Ligne",
    "RegleComptable",
    "SchemaComptable",
]
