"""Admin pages of payments and shops, and the figures of the home pages."""

from payments.admin import (
    anomaly_links,
    boutique,
    echeancier,
    figures,
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
    "figures",
    "link",
    "payment",
    "refund",
    "surplus",
    "transaction",
]
