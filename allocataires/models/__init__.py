"""People, what they owe, and how it moved."""

from allocataires.models.allocataire import Allocataire, Identite
from allocataires.models.creance import Creance
from allocataires.models.echeancier import (
    Echeance,
    Echeancier,
    PartEcheancier,
    ReportEcheance,
)
from allocataires.models.etape import Etape
from allocataires.models.identification import IdentificationAttempt
from allocataires.models.mois import MoisCreance
from allocataires.models.mouvement import Mouvement
from allocataires.models.preuve import Preuve

__all__ = [
    "Allocataire",
    "Creance",
    "Echeance",
    "Echeancier",
    "Etape",
    "IdentificationAttempt",
    "Identite",
    "MoisCreance",
    "Mouvement",
    "PartEcheancier",
    "Preuve",
    "ReportEcheance",
]
