"""Lists and pages of the two administrations."""

from recouvrement.admin import demande, echeancier, etape

__all__ = ["demande", "echeancier", "etape"]
