"""Accounts, journals, écritures and their rules, closings, exports, what an agent must settle."""

from comptabilite.models.anomalie import Anomalie, NoteLigne, TraceAnomalie
from comptabilite.models.cloture import Cloture, DemandeCloture, Validation
from comptabilite.models.ecriture import Ecriture, Ligne
from comptabilite.models.export import Export, MorceauExport
from comptabilite.models.lettrage import Lettrage, LigneLettree
from comptabilite.models.plan import Compte, Journal
from comptabilite.models.schema import (
    CompteSchema,
    JournalSchema,
    RegleComptable,
    SchemaComptable,
)

__all__ = [
    "Anomalie",
    "Cloture",
    "Compte",
    "CompteSchema",
    "DemandeCloture",
    "Ecriture",
    "Export",
    "Journal",
    "JournalSchema",
    "Lettrage",
    "Ligne",
    "LigneLettree",
    "MorceauExport",
    "NoteLigne",
    "RegleComptable",
    "SchemaComptable",
    "TraceAnomalie",
    "Validation",
]
