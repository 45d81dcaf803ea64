"""Demandes about debts, and debts that change funds."""

from recouvrement.models.demande import Demande
from recouvrement.models.mutation import Mutation

__all__ = ["Demande", "Mutation"]
