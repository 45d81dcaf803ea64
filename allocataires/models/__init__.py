"""People, what they owe, and how it moved."""

from allocataires.models.allocataire import Allocataire, Identite
from allocataires.models.creance import Creance
from allocataires.models.identification import IdentificationAttempt
from allocataires.models.mouvement import Mouvement

__all__ = ["Allocataire", "Creance", "IdentificationAttempt", "Identite", "Mouvement"]
