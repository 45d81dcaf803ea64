"""People, what they owe, and how it moved."""

from allocataires.models.allocataire import Allocataire, Identite
from allocataires.models.creance import Creance
from allocataires.models.echeancier import Echeance, Echeancier
from allocataires.models.identification import IdentificationAttempt
from allocataires.models.mouvement import Mouvement

__all__ = [
    "Allocataire",
    "Creance",
    "Echeance",
    "Echeancier",
    "IdentificationAttempt",
    "Identite",
    "Mouvement",
]
