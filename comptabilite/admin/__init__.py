"""Admin pages of the accounts, the écritures and the agents' work list."""

from comptabilite.admin import anomalie, anomaly_links, ecriture, export, lettrage, plan, schema

__all__ = ["anomalie", "anomaly_links", "ecriture", "export", "lettrage", "plan", "schema"]
