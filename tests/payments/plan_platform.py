"""A platform that splits a plan in dues and debits them one by one (protocol sheet D).

Each due may be told with its own amount or with the plan's total, in any order, or never.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.payments.plans import dues_of
from tests.payments.platform_double import PAID, Operation, Page, Platform

#: A due's place in its plan of three, in the words of the form and of the REST API.
FORM_WORDS = ("RECURRENT_INITIAL", "RECURRENT_INTERMEDIAIRE", "RECURRENT_FINAL")
REST_WORDS = ("RECURRING_INITIAL", "RECURRING_INTERMEDIATE", "RECURRING_FINAL")
#: Statuses in which the first due of a plan is, or may still be, paid.
ALIVE = PAID | {"WAITING_AUTHORISATION", "AUTHORISED_TO_VALIDATE", "UNDER_VERIFICATION"}


@dataclass
class DueOperation(Operation):
    """The debit of one due, and how the platform tells its amount."""

    rank: int = 1
    due_on: date = date.min
    total: int = 0
    tells_total: bool = False

    @property
    def is_to_come(self) -> bool:
        """Whether it is a later due whose day has not come."""
        return self.rank > 1 and self.status == "WAITING_AUTHORISATION"

    def said(self) -> dict[str, str]:
        """Both ways in which a due may carry its amount."""
        told = self.total if self.tells_total else self.amount
        return {
            **super().said(),
            "vads_amount": str(self.total),
            "vads_effective_amount": str(told),
            "vads_payment_config": "MULTI_EXT:20261120=1",
            "vads_occurrence_type": FORM_WORDS[self.rank - 1],
            "vads_presentation_date": f"{self.due_on:%Y%m%d}000000",
            "vads_url_check_src": "PAY" if self.rank == 1 else "BATCH_AUTO",
        }

    def as_json(self) -> dict[str, Any]:
        """The Transaction object of the REST API: it always says the due's own amount."""
        found = super().as_json()
        found["orderDetails"]["orderTotalAmount"] = self.total
        found["transactionDetails"]["sequenceNumber"] = self.sequence
        found["transactionDetails"]["cardDetails"] |= {
            "sequenceType": REST_WORDS[self.rank - 1],
            "expectedCaptureDate": f"{self.due_on:%Y-%m-%d}T00:00:00+00:00",
        }
        return found


class PlanPlatform(Platform):
    """The truth about plans too."""

    def attempt(self, page: Page, status: str, *, cents: int = 0, currency: str = "978") -> None:
        """A try of a plan makes all of its dues; only the first one is told of at once."""
        payment = page.payment
        if payment.echeancier_id is None:
            super().attempt(page, status, cents=cents, currency=currency)
            return
        before = sum(each.order == payment.reference for each in self.operations)
        made = [
            DueOperation(
                order=payment.reference,
                amount=cents if cents and due.rank == 1 else due.amount_cents,
                status=status if due.rank == 1 else _later(status),
                payment=payment,
                currency=currency,
                sequence=before + due.rank,
                rank=due.rank,
                due_on=due.due_on,
                total=payment.amount_cents,
            )
            for due in dues_of(payment)
        ]
        self.operations += made
        page.closed = status != "REFUSED"
        self.tell(made[0])

    def become(self, operation: Operation, status: str) -> None:
        """A plan whose first due fails never starts."""
        super().become(operation, status)
        if isinstance(operation, DueOperation) and operation.rank == 1 and status not in ALIVE:
            for other in self.of_its_try(operation):
                if other.is_to_come:
                    other.status = "REFUSED"

    def of_its_try(self, first: DueOperation) -> list["DueOperation"]:
        """The later dues made by the same try as this first one."""
        return [
            each
            for each in self.operations
            if isinstance(each, DueOperation)
            and each.order == first.order
            and each.sequence == first.sequence + each.rank - 1
            and each.rank > 1
        ]

    def dues_to_come(self) -> list[DueOperation]:
        """Dues still to be debited; the earliest come first."""
        return [due for due in self._later_dues() if due.is_to_come]

    def refused_dues(self) -> list[DueOperation]:
        """Dues that the bank refused on their day: it may be asked again."""
        return [due for due in self._later_dues() if due.status == "REFUSED"]

    def _later_dues(self) -> list[DueOperation]:
        """Those of tries whose first due was paid."""
        started = [
            each
            for each in self.operations
            if isinstance(each, DueOperation) and each.rank == 1 and each.amounts
        ]
        found = [due for first in started for due in self.of_its_try(first)]
        return sorted(found, key=lambda due: due.due_on)


def _later(status: str) -> str:
    return "WAITING_AUTHORISATION" if status in ALIVE else "REFUSED"
