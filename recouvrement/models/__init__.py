"""Demandes about debts, and debts that change funds."""

from recouvrement.models.demande import Demande
from recouvrement.models.mutation import Mutation
from recouvrement.models.mutation_demandee import MutationDemandee

__all__ = ["Demande", "Mutation", "MutationDemandee"]
