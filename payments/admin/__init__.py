"""Admin pages of payments and shops, and the figures of the home pages."""

from payments.admin import boutique, echeancier, figures, link, payment, refund

__all__ = ["boutique", "echeancier", "figures", "link", "payment", "refund"]
