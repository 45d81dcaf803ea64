"""Admin pages of statements, chargebacks and proofs, and the dashboards."""

from rapprochement.admin import (
    anomaly_links,
    bank,
    cloture,
    compte_bancaire,
    dashboard,
    fichier,
    gateway,
    impaye,
    proof,
    today,
)

__all__ = [
    "anomaly_links",
    "bank",
    "cloture",
    "compte_bancaire",
    "dashboard",
    "fichier",
    "gateway",
    "impaye",
    "proof",
    "today",
]
