"""Files received, their lines, what matches what, chargebacks, and the proof of each day."""

from rapprochement.models.bank import CompteBancaire, LigneBanque, Releve
from rapprochement.models.files import FichierReleve, MorceauFichier
from rapprochement.models.gateway import LignePlateforme, Remise
from rapprochement.models.impaye import Impaye, SuiteImpaye
from rapprochement.models.matches import Appariement, Imputation, RemiseBanque
from rapprochement.models.proof import Rapprochement, Residu
from rapprochement.models.totals import TotalFichier, TotalJour

__all__ = [
    "Appariement",
    "CompteBancaire",
    "FichierReleve",
    "Impaye",
    "Imputation",
    "LigneBanque",
    "LignePlateforme",
    "MorceauFichier",
    "Rapprochement",
    "Releve",
    "Remise",
    "RemiseBanque",
    "Residu",
    "SuiteImpaye",
    "TotalFichier",
    "TotalJour",
]
