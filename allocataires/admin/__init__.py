"""Admin pages of people and their debts."""

from allocataires.admin import allocataire, creance

__all__ = ["allocataire", "creance"]
