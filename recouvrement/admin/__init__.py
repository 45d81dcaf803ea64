"""Lists and pages of the two administrations."""

from recouvrement.admin import demande, etape

__all__ = ["demande", "etape"]
