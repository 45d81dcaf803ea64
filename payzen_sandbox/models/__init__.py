"""Storage: payments, their transactions, the calls made to shops, the faults asked for."""

from payzen_sandbox.models.event import Event
from payzen_sandbox.models.fault_rule import FaultRule
from payzen_sandbox.models.notification import Notification
from payzen_sandbox.models.payment import Payment
from payzen_sandbox.models.rejected_form import RejectedForm
from payzen_sandbox.models.transaction import Transaction

__all__ = ["Event", "FaultRule", "Notification", "Payment", "RejectedForm", "Transaction"]
