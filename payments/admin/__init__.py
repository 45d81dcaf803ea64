"""Admin pages of payments and shops."""

from payments.admin import (
    anomaly_links,
    boutique,
    echeancier,
    link,
    payment,
    refund,
    surplus,
    transaction,
)

__all__ = [
    "anomaly_links",
    "boutique",
    "echeancier",
    "link",
    "payment",
    "refund",
    "surplus",
    "transaction",
]
