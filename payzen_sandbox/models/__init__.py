"""Storage: payments, their transactions, the calls made to shops, the faults asked for."""

from payzen_sandbox.models.clock import ClockOffset
from payzen_sandbox.models.event import Event
from payzen_sandbox.models.fault_rule import FaultRule
from payzen_sandbox.models.notification import Notification
from payzen_sandbox.models.operation import Operation
from payzen_sandbox.models.payment import Payment
from payzen_sandbox.models.payment_order import PaymentOrder
from payzen_sandbox.models.rejected_form import RejectedForm
from payzen_sandbox.models.rest_fault import RestFault
from payzen_sandbox.models.shop_settings import ShopSettings
from payzen_sandbox.models.transaction import Transaction

__all__ = [
    "ClockOffset",
    "Event",
    "FaultRule",
    "Notification",
    "Operation",
    "Payment",
    "PaymentOrder",
    "RejectedForm",
    "RestFault",
    "ShopSettings",
    "Transaction",
]
