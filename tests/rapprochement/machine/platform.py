"""The platform of the machine: what it took, and the files in which it tells it, real ones."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from caf_portal.database.scope import national_scope
from payments.models import Payment
from tests.payments.rest_double import RestDouble
from tests.rapprochement.readers.gateway_files import (
    jo_line,
    jrb_line,
    jri_line,
    jt_line,
    written,
)

#: In the order in which the platform sends them, and in which they may be loaded.
KINDS = ("JT", "JO", "JRB", "JRI")
ALWAYS = frozenset({"JT", "JRB"})


@dataclass(eq=False)
class Taken:
    """A card payment: ``kept_cents`` is what the platform still has of it, or had when it left for
    the bank; the rest is what the portal knows, by the rules of the machine."""

    payment: Payment
    debt: int
    uuid: UUID
    trans_id: str
    cents: int
    at: datetime
    status: str = "AUTHORISED"
    kept_cents: int = 0
    #: Given back or taken back, as the portal knows it.
    back_cents: int = 0
    #: A refund that was made and of which the answer was lost.
    pending: "Back | None" = None
    booked: bool = False
    #: A chargeback was recorded on it; it was booked.
    contested: bool = False
    charged_back: bool = False
    on_debt: int = 0
    on_suspense: int = 0
    #: Its JT line was told in two files.
    twice: bool = False

    @property
    def left_cents(self) -> int:
        """What may still be given back."""
        return self.cents - self.back_cents - (self.pending.cents if self.pending else 0)


@dataclass(eq=False)
class Back:
    """Money given back: a transaction of its own once the payment was remitted."""

    taken: Taken
    cents: int
    uuid: UUID | None
    trans_id: str
    booked: bool = False


@dataclass(eq=False)
class Told:
    """One line of a file: ``cents`` is what it changes, signed; ``day_on`` its Paris day."""

    kind: str
    line: dict[str, object]
    cents: int
    day_on: date
    what: "Taken | Back | None"
    #: What JRI tells: recorded once by the portal, whatever came of it.
    status: str = ""
    repeated: bool = False
    pk: int = 0
    #: When the portal received it.
    loaded_at: datetime | None = None


@dataclass(eq=False)
class Batch:
    """A remittance."""

    number: str
    on: date
    gross_cents: int
    fee_cents: int
    pk: int = 0

    @property
    def net_cents(self) -> int:
        """What the bank brings, its fee kept."""
        return self.gross_cents - self.fee_cents


@dataclass(eq=False)
class File:
    """A file of one UTC day, and what it says."""

    kind: str
    day: date
    name: str
    content: bytes
    told: list[Told] = field(default_factory=list)
    #: Why the portal did not take it, the last time.
    refusal: str = ""


class Platform(RestDouble):
    """One shop: its REST service, and one file a day of each kind."""

    def __init__(self, site_id: str, first_day: date) -> None:
        super().__init__()
        self.site_id, self.next_day = site_id, first_day
        self.taken: list[Taken] = []
        self.backs: list[Back] = []
        self.batches: list[Batch] = []
        self._lines: defaultdict[tuple[str, date], list[Told]] = defaultdict(list)
        self._to_remit: list[Taken | Back] = []

    def take(self, payment: Payment, debt: int, at: datetime, paris_on: date) -> Taken:
        """The bank accepts a card."""
        with national_scope():
            departure = payment.redirections.latest("pk")
        cents = payment.amount_cents
        taken = Taken(payment, debt, uuid4(), departure.trans_id, cents, at, kept_cents=cents)
        self.took(payment, uuid=taken.uuid.hex, status="AUTHORISED", made_at=at.isoformat())
        self.taken.append(taken)
        self._to_remit.append(taken)
        self._tell("JT", at, paris_on, cents, taken, self._jt(taken, at))
        return taken

    def fail(self, taken: Taken, at: datetime, paris_on: date, *, expired: bool) -> None:
        """The bank does not remit it after all."""
        taken.status = "EXPIRED" if expired else "CAPTURE_FAILED"
        self.find(taken.uuid.hex).status = taken.status
        kind = "EXPIRE" if expired else "CAPTURE"
        line = self._jo(taken, at, kind, taken.kept_cents, taken.status)
        self._tell("JO", at, paris_on, -taken.kept_cents, taken, line)
        taken.kept_cents = 0
        self._to_remit.remove(taken)

    def gave_back(self, taken: Taken, cents: int, at: datetime, paris_on: date) -> Back:
        """Its REST service has just given ``cents`` back, by the way that was still open."""
        if taken.status == "CAPTURED":
            made = self.credits()[-1]
            back = Back(taken, cents, UUID(hex=made.uuid), f"8{len(self.backs):05}")
            self._to_remit.append(back)
            self._tell("JT", at, paris_on, -cents, back, self._credit(back, at))
            self._tell("JO", at, paris_on, 0, None, self._credit_again(back, at))
        else:
            back = Back(taken, cents, None, taken.trans_id)
            taken.kept_cents -= cents
            kind, status = ("MODIFY", "AUTHORISED") if taken.kept_cents else ("CANCEL", "CANCELLED")
            line = self._jo(taken, at, kind, taken.kept_cents or cents, status)
            self._tell("JO", at, paris_on, -cents, back, line)
            if not taken.kept_cents:
                taken.status = "CANCELLED"
                self._to_remit.remove(taken)
        self.backs.append(back)
        return back

    def charge_back(self, taken: Taken, at: datetime, cents: int, *, unknown: bool) -> Told:
        """The holder's bank takes money of a payment back."""
        on = at.astimezone(UTC).date()
        line = jri_line(
            trans_id=taken.trans_id,
            cents=cents,
            paid_on=taken.at.astimezone(UTC).date(),
            charged_back_on=on,
            order_id="INCONNUE" if unknown else taken.payment.reference,
            uuid=uuid4() if unknown else taken.uuid,
        )
        return self._tell("JRI", at, on, -cents, None if unknown else taken, line)

    def remit(self, at: datetime, paris_on: date, fee_cents: int) -> Batch | None:
        """The batch: everything that waits leaves for the bank."""
        if not self._to_remit:
            return None
        batch = Batch(f"{100_001 + len(self.batches)}", at.astimezone(UTC).date(), 0, fee_cents)
        for rank, each in enumerate(self._to_remit):
            taken = each if isinstance(each, Taken) else each.taken
            cents = each.kept_cents if isinstance(each, Taken) else -each.cents
            if isinstance(each, Taken):
                each.status = self.find(each.uuid.hex).status = "CAPTURED"
            line = jrb_line(
                trans_id=each.trans_id,
                cents=abs(cents),
                remitted_at=at,
                remittance_number=batch.number,
                order_id=taken.payment.reference,
                operation="DEBIT" if cents > 0 else "CREDIT",
                fee_cents=0 if rank else fee_cents,
                paid_on=taken.at.astimezone(UTC).date(),
            )
            batch.gross_cents += cents
            self._tell("JRB", at, paris_on, cents, each, line)
        self._to_remit.clear()
        self.batches.append(batch)
        return batch

    def repeat(self, told: Told, at: datetime) -> None:
        """A line told in an earlier file is told again in that of today."""
        again = Told(told.kind, told.line, told.cents, told.day_on, told.what, repeated=True)
        self._lines[told.kind, at.astimezone(UTC).date()].append(again)

    def of_today(self, at: datetime) -> list[Told]:
        """The JT lines of the UTC day that is not over."""
        return list(self._lines["JT", at.astimezone(UTC).date()])

    def files_until(self, day: date) -> list[File]:
        """Those of the UTC days that are over and were not sent yet."""
        found = []
        while self.next_day < day:
            found += [self._file(kind, self.next_day) for kind in KINDS if self._has(kind)]
            self.next_day += timedelta(days=1)
        return found

    def _has(self, kind: str) -> bool:
        return kind in ALWAYS or bool(self._lines[kind, self.next_day])

    def _file(self, kind: str, day: date) -> File:
        told = self._lines[kind, day]
        lines = [each.line for each in told]
        name, content = written(kind, lines, self.site_id, day, header=bool(lines))
        return File(kind, day, name, content, told)

    def _tell(
        self,
        kind: str,
        at: datetime,
        paris_on: date,
        cents: int,
        what: Taken | Back | None,
        line: dict[str, object],
    ) -> Told:
        told = Told(kind, line, cents, paris_on, what)
        self._lines[kind, at.astimezone(UTC).date()].append(told)
        return told

    def _jt(self, taken: Taken, at: datetime) -> dict[str, object]:
        return jt_line(
            trans_id=taken.trans_id,
            cents=taken.cents,
            at=at,
            order_id=taken.payment.reference,
            uuid=taken.uuid,
            status="AUTHORISED",
        )

    def _credit(self, back: Back, at: datetime) -> dict[str, object]:
        return jt_line(
            trans_id=back.trans_id,
            cents=back.cents,
            at=at,
            order_id=back.taken.payment.reference,
            uuid=back.uuid,
            operation="CREDIT",
            status="AUTHORISED",
        )

    def _credit_again(self, back: Back, at: datetime) -> dict[str, object]:
        return jo_line(
            trans_id=back.trans_id,
            cents=back.cents,
            at=at,
            operation_kind="CREDIT",
            order_id=back.taken.payment.reference,
            uuid=back.uuid,
            parent_uuid=back.taken.uuid,
            operation="CREDIT",
        )

    def _jo(
        self, taken: Taken, at: datetime, kind: str, cents: int, status: str
    ) -> dict[str, object]:
        return jo_line(
            trans_id=taken.trans_id,
            cents=cents,
            at=at,
            operation_kind=kind,
            order_id=taken.payment.reference,
            uuid=taken.uuid,
            status=status,
            paid_on=taken.at.astimezone(UTC).date(),
        )
