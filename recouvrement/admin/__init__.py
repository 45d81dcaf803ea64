"""Lists and pages of the two administrations."""

from recouvrement.admin import anomaly_links, demande, echeancier, etape

__all__ = ["anomaly_links", "demande", "echeancier", "etape"]
