"""Lists and pages of the two administrations."""

from recouvrement.admin import anomaly_links, demande, echeancier, etape, mutation

__all__ = ["anomaly_links", "demande", "echeancier", "etape", "mutation"]
