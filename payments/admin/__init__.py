"""Admin pages of payments and shops, and the figures of the home pages."""

from payments.admin import boutique, figures, link, payment, refund

__all__ = ["boutique", "figures", "link", "payment", "refund"]
