"""Admin pages of the accounts, the écritures and the agents' work list."""

from comptabilite.admin import anomalie, ecriture, export, plan, schema

__all__ = ["anomalie", "ecriture", "export", "plan", "schema"]
