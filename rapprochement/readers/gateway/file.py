"""What a file of the platform says, whatever its kind and version."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Kind(StrEnum):
    """The four files that are read; the same words as in their names."""

    #: Transactions that the bank accepted or refused.
    JT = "JT"
    #: What was done to transactions afterwards.
    JO = "JO"
    #: What was remitted to the bank, and for how much net.
    JRB = "JRB"
    #: Payments that the holders' banks took back.
    JRI = "JRI"


class Mode(StrEnum):
    """Whether the money is real, in the platform's words."""

    TEST = "TEST"
    PRODUCTION = "PRODUCTION"


class GatewayLine(NamedTuple):
    """One detail record; a named tuple, made in half the time of a frozen dataclass.

    Amounts are positive cents of ``currency``; days are UTC days as written.

    ``rank`` is 1 for the first one. A transaction is known by ``uuid`` when the file has it, else
    by ``trans_id`` and ``paid_on``: the platform never gives a number twice in a day.

    ``operation`` is ``DEBIT``, ``CREDIT`` or ``VERIFICATION``, and ``UNKNOWN`` where a JO file
    does not say which way money goes. In a JRI file it is that of the disputed transaction.

    ``amount_cents`` is what the line is about: the transaction in the shop's currency (JT), the
    operation (JO), the gross remittance (JRB), what the bank took back (JRI).
    ``origin_amount_cents`` is the transaction before that, when the file says it.

    ``fee_cents`` is what the bank kept, ``net_cents`` what moved on the account: gross less fee
    for a debit, gross plus fee for a credit (a fee given back is negative). Both are ``None``
    together when the platform did not find them.

    ``happened_at`` is the answer of the bank (JT), the operation (JO) or the remittance (JRB);
    ``None`` when the file has no time of it. ``dated_on`` is its day, and the chargeback's in a
    JRI file, ``None`` if the file does not say.

    ``currency`` is ``EUR``, or the file's own code for another currency: such a line is kept, as
    somebody must see it.
    """

    rank: int
    kind: Kind
    trans_id: str
    operation: str
    amount_cents: int
    origin_amount_cents: int
    currency: str
    uuid: UUID | None = None
    parent_uuid: UUID | None = None
    order_id: str = ""
    status: str = ""
    net_cents: int | None = None
    fee_cents: int | None = None
    happened_at: datetime | None = None
    dated_on: date | None = None
    paid_on: date | None = None
    captured_on: date | None = None
    remitted_on: date | None = None
    remittance_number: str = ""
    sequence_number: int | None = None
    operation_kind: str = ""
    reason: str = ""
    contract: str = ""


@dataclass(frozen=True, slots=True)
class GatewayFile:
    """A whole file of one shop.

    ``version`` is ``V1``, ``V2``, ``V3`` or ``V_CUSTOM``, empty when nothing says it. ``day_on``
    is the UTC day that the file is of, ``None`` for a week or a month: ``period`` is then what the
    name says, such as ``26W49``. ``produced_at`` is UTC, ``None`` when unreadable: nothing depends
    on it.
    """

    kind: Kind
    version: str
    site_id: str
    mode: Mode
    day_on: date | None
    period: str
    produced_at: datetime | None
    lines: tuple[GatewayLine, ...]
