"""Attempts to pay, what the gateway said of them, and the shops."""

from payments.models.boutique import Boutique, TransIdCounter
from payments.models.link import LinkedCreance, PaymentLink
from payments.models.notification import Notification, NotificationOutcome
from payments.models.payment import Affectation, Payment, PaymentLog, Redirection
from payments.models.refund import Refund
from payments.models.representation import Representation
from payments.models.surplus import TropPercu
from payments.models.transaction import Transaction

__all__ = [
    "Affectation",
    "Boutique",
    "LinkedCreance",
    "Notification",
    "NotificationOutcome",
    "Payment",
    "PaymentLink",
    "PaymentLog",
    "Redirection",
    "Refund",
    "Representation",
    "TransIdCounter",
    "Transaction",
    "TropPercu",
]
