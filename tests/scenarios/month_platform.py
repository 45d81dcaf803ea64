"""The platform during a month: what it takes, gives back and remits, and its files of each day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from caf_portal.database.scope import national_scope
from payments.models import Payment
from tests.payments.rest_double import RestDouble
from tests.rapprochement.readers.gateway_files import (
    File,
    jo_line,
    jrb_line,
    jri_line,
    jt_line,
    written,
)


@dataclass
class Taken:
    """A transaction of the platform: ``cents`` are positive, ``operation`` says the way."""

    payment: Payment
    uuid: UUID
    trans_id: str
    cents: int
    at: datetime
    operation: str = "DEBIT"
    sequence_number: int = 1


class Platform:
    """One shop. Its REST service is ``rest``; each day it writes a file of each kind."""

    def __init__(self, site_id: str) -> None:
        self.site_id = site_id
        self.rest = RestDouble()
        self._lines: defaultdict[tuple[str, date], list[dict[str, object]]] = defaultdict(list)
        self._credits = 0

    def takes(
        self, payment: Payment, at: datetime, *, cents: int = 0, uuid: UUID | None = None
    ) -> Taken:
        """The bank accepts a card: known by its REST service, told in the JT of that UTC day."""
        with national_scope():
            departure = payment.redirections.latest("pk")
        taken = Taken(
            payment, uuid or uuid4(), departure.trans_id, cents or payment.amount_cents, at
        )
        self.rest.took(
            payment,
            uuid=taken.uuid.hex,
            status="AUTHORISED",
            cents=taken.cents,
            made_at=at.isoformat(),
        )
        self._tell_jt(taken)
        return taken

    def gives_back(self, taken: Taken, at: datetime) -> Taken:
        """What its REST service has just returned of a payment: a transaction of its own."""
        made = self.rest.credits()[-1]
        self._credits += 1
        name = f"8{self._credits:05}"
        back = Taken(taken.payment, UUID(hex=made.uuid), name, made.amount, at, "CREDIT")
        self._tell_jt(back)
        return back

    def cancels(self, taken: Taken, at: datetime) -> None:
        """What its REST service has just cancelled: an operation on the same transaction."""
        assert self.rest.find(taken.uuid.hex).status == "CANCELLED"
        line = jo_line(
            trans_id=taken.trans_id,
            cents=taken.cents,
            at=at,
            operation_kind="CANCEL",
            order_id=taken.payment.reference,
            uuid=taken.uuid,
            status="CANCELLED",
            paid_on=taken.at.astimezone(UTC).date(),
        )
        self._lines["JO", at.astimezone(UTC).date()].append(line)

    def remits(self, number: str, at: datetime, *operations: Taken, fee_cents: int) -> int:
        """The night's batch: these operations leave for the bank; returns the net."""
        for rank, taken in enumerate(operations):
            self.rest.find(taken.uuid.hex).status = "CAPTURED"
            line = jrb_line(
                trans_id=taken.trans_id,
                cents=taken.cents,
                remitted_at=at,
                remittance_number=number,
                order_id=taken.payment.reference,
                operation=taken.operation,
                fee_cents=fee_cents if rank == 0 else 0,
                paid_on=taken.at.astimezone(UTC).date(),
            )
            self._lines["JRB", at.astimezone(UTC).date()].append(line)
        return sum(
            each.cents if each.operation == "DEBIT" else -each.cents for each in operations
        ) - (fee_cents)

    def is_charged_back(self, taken: Taken, *, on: date) -> None:
        """The holder's bank takes a payment back."""
        line = jri_line(
            trans_id=taken.trans_id,
            cents=taken.cents,
            paid_on=taken.at.astimezone(UTC).date(),
            charged_back_on=on,
            order_id=taken.payment.reference,
            uuid=taken.uuid,
        )
        self._lines["JRI", on].append(line)

    def files(self, day: date) -> Sequence[File]:
        """Those of a UTC day: JT and JRB always, JO and JRI when they have something to say."""
        kinds = ["JT", "JO", "JRB", "JRI"]
        return [
            written(kind, lines, self.site_id, day, header=bool(lines))
            for kind in kinds
            if (lines := self._lines[kind, day]) or kind in ("JT", "JRB")
        ]

    def _tell_jt(self, taken: Taken) -> None:
        line = jt_line(
            trans_id=taken.trans_id,
            cents=taken.cents,
            at=taken.at,
            order_id=taken.payment.reference,
            uuid=taken.uuid,
            operation=taken.operation,
            status="AUTHORISED",
            sequence_number=taken.sequence_number,
        )
        self._lines["JT", taken.at.astimezone(UTC).date()].append(line)
