"""What every gateway must offer, and the words in which it speaks to the rest of the portal.

Nothing outside ``payments/gateways/`` knows a gateway's own field names. Amounts are cents,
instants are UTC.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Protocol
from uuid import UUID

from payments.gateways.departures import (
    FormRequest,
    HostedForm,
    PaymentOrder,
    PaymentOrderRequest,
)


class Result(StrEnum):
    """What a gateway says of a transaction, in our words."""

    PAID = "PAID"
    PENDING = "PENDING"
    REFUSED = "REFUSED"
    ABANDONED = "ABANDONED"
    CANCELLED = "CANCELLED"
    #: Authorised for a part of the amount only: the rest is still to come.
    PARTIAL = "PARTIAL"
    #: Authorised, and its remittance to the bank held back for the time being.
    SUSPENDED = "SUSPENDED"
    #: Announced as paid, and never to arrive: the authorisation lapsed, the remittance failed.
    LOST = "LOST"
    UNKNOWN = "UNKNOWN"


class Refusal(StrEnum):
    """Why a card was refused, as far as it helps the person; empty when nobody said."""

    UNSAID = ""
    FUNDS = "funds"
    EXPIRED = "expired"
    AUTHENTICATION = "authentication"
    #: The bank's confirmation was not given in time.
    TIMEOUT = "timeout"
    CARD = "card"
    #: Opposed, lost, stolen, kept: the person is only told that it serves no more.
    BLOCKED = "blocked"
    LIMIT = "limit"
    BANK = "bank"
    #: This kind of card, or this card abroad, is not taken here.
    NOT_ACCEPTED = "not_accepted"
    #: A network or a machine was out of order: trying later may be enough.
    TECHNICAL = "technical"
    #: The person gave up on the bank's page.
    GIVEN_UP = "given_up"


class Stage(IntEnum):
    """How far along a transaction is: it only goes forward, so an earlier stage is old news."""

    WAITING = 0
    #: Refused or abandoned; should the gateway then promise it after all, the promise counts.
    GIVEN_UP = 1
    PROMISED = 2
    #: Collected, cancelled, or lost after the promise: of these, the last one said counts.
    FINAL = 3


#: Stages from which the payer or the bank may still bring money.
ALIVE = frozenset({Stage.WAITING, Stage.PROMISED})


class Source(StrEnum):
    """What made the gateway speak of a transaction."""

    PAYER = "PAYER"
    RESENT = "RESENT"
    RETRIED = "RETRIED"
    LATER_AUTHORISATION = "LATER_AUTHORISATION"
    BANK_UPDATE = "BANK_UPDATE"
    BACK_OFFICE = "BACK_OFFICE"
    PAYMENT_ORDER = "PAYMENT_ORDER"
    DATA_FORM = "DATA_FORM"
    SUBSCRIPTION = "SUBSCRIPTION"
    #: An answer to our own question, or a gateway that does not say.
    UNSAID = ""
    UNKNOWN = "UNKNOWN"


#: Directions of money that the portal knows; a gateway may one day send another.
OPERATIONS = frozenset({"DEBIT", "CREDIT", "VERIFICATION"})
UNKNOWN_OPERATION = "UNKNOWN"


class Occurrence(StrEnum):
    """Whether a transaction stands alone or is a due of a plan."""

    SINGLE = "SINGLE"
    FIRST = "FIRST"
    LATER = "LATER"


#: From what became of a transaction, how far along it is; a promise includes one held back.
_STAGES = {
    Result.REFUSED: Stage.GIVEN_UP,
    Result.ABANDONED: Stage.GIVEN_UP,
    Result.PAID: Stage.PROMISED,
    Result.SUSPENDED: Stage.PROMISED,
    Result.CANCELLED: Stage.FINAL,
    Result.LOST: Stage.FINAL,
}


@dataclass(frozen=True, slots=True)
class TransactionReport:
    """One transaction as the gateway describes it, by notification or by answer.

    ``transaction_id`` is ``None`` when no transaction was created (abandoned page).
    ``currency`` is alphabetic (``EUR``), or the gateway's own text when it is unknown.
    ``operation`` is one of ``OPERATIONS``, or ``UNKNOWN_OPERATION``.
    """

    order_reference: str
    transaction_id: UUID | None
    result: Result
    gateway_status: str
    operation: str
    amount_cents: int
    currency: str
    sequence_number: int
    refusal: Refusal
    card_brand: str
    card_number: str
    authorisation: str
    occurrence: Occurrence = Occurrence.SINGLE
    #: Paris date on which it is, or will be, remitted to the bank; what a due is known by.
    presented_on: date | None = None
    #: Paris date on which it was made, when the gateway says it.
    created_on: date | None = None
    #: Amount of the whole order when the gateway says it: a plan's dues sum to it.
    order_cents: int | None = None
    #: What the bank and the gateway gave as the reason of a refusal, for agents only.
    refusal_code: str = ""
    #: Whether the money has left for our bank, beyond the bank's promise.
    collected: bool = False
    source: Source = Source.UNSAID
    #: Refused only because the first due of its plan was: the plan never started.
    plan_refused: bool = False
    #: For money given back: the transaction it was taken from, when the gateway says so.
    parent_id: UUID | None = None

    @property
    def stage(self) -> Stage:
        """How far along the transaction is, from what became of it."""
        if self.collected:
            return Stage.FINAL
        return _STAGES.get(self.result, Stage.WAITING)


class GiveBackKind(StrEnum):
    """How money goes back: returned after the remittance, or not taken, wholly or in part."""

    REFUND = "REFUND"
    CANCELLATION = "CANCELLATION"
    REDUCTION = "REDUCTION"


@dataclass(frozen=True, slots=True)
class GiveBackRequest:
    """Money to give back on one transaction, of which ``left_cents`` was not given back yet."""

    transaction_id: UUID
    amount_cents: int
    left_cents: int
    comment: str


@dataclass(frozen=True, slots=True)
class GiveBackReport:
    """What the gateway did: ``result`` is PAID when it is done, PENDING when it will be.

    ``credit_id`` names the transaction that returns the money; a cancellation and a reduction
    make none.
    """

    kind: GiveBackKind
    credit_id: UUID | None
    result: Result
    gateway_status: str


class GatewayError(Exception):
    """The gateway could not be asked or did not answer sense."""


class GatewayTimeout(GatewayError):
    """No answer in time: the truth is unknown, so ask again, never assume."""


class GatewayUnreachable(GatewayError):
    """No connection, or an answer that is not the gateway's."""


class AnswerUnreadable(GatewayUnreachable):
    """It did answer, and part of the answer makes no sense: asking again may not be enough."""


class GatewayRefused(GatewayError):
    """The gateway answered with an error of its own; ``code`` is its code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class CredentialsWrong(GatewayRefused):
    """The shop's identifier or password is not accepted: nothing was done."""


class UnknownTransaction(GatewayRefused):
    """The gateway knows no such transaction."""


class WrongStatus(GatewayRefused):
    """The transaction is in a state that does not allow this."""


class AlreadyGivenBack(GatewayRefused):
    """The whole amount was given back before."""


class AlreadyCancelled(GatewayRefused):
    """The transaction was cancelled before."""


class NothingToChange(GatewayRefused):
    """The transaction is already as asked."""


class ChargedBack(GatewayRefused):
    """The bank took the money back after a dispute: it cannot be given back as well."""


class NotOffered(GatewayRefused):
    """This gateway, or this shop's contract, does not do that: it is done by hand, elsewhere."""


#: A hosted page lives 10 minutes as a rule; past this, “no transaction” means that none will come.
EXPIRE_AFTER = timedelta(minutes=20)


class AnnouncementUnreadable(ValueError):
    """What came is not an announcement of this gateway: nothing is kept."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a gateway asks of a payment, and how it tells what became of it."""

    #: The platform's name, as the person who pays reads it on its page.
    name: str
    #: Whether the payer must give an e-mail address, and how long it may be.
    needs_email: bool = False
    longest_email: int = 254
    #: Largest payment in cents; ``None`` when only the contract says.
    maximum_cents: int | None = None
    #: After a departure older than this, “nothing known” means that nothing will come.
    finishes_within: timedelta = EXPIRE_AFTER
    #: Whether it opens pages of its own, payable by whoever has their address.
    opens_orders: bool = False
    #: Whether it debits a plan's dues by itself, from one departure to its page.
    takes_instalments: bool = False
    #: It says “ask me about this departure” and no more: what is posted is never believed.
    announces_only: bool = False


class Gateway(Protocol):
    """A payment platform, seen from one shop."""

    terms: Terms

    def hosted_form(self, request: FormRequest) -> HostedForm:
        """What takes the payer to the gateway's page, once.

        May ask the gateway over the network (some give an address per payment), hence is called
        outside any transaction. Raises ``GatewayError``.
        """

    def reports_of_order(
        self, order_reference: str, departures: Sequence[str] = ()
    ) -> list[TransactionReport]:
        """Every transaction under an order, in order of creation; empty when there is none.

        ``departures`` are the references that its departures were given, oldest first, for
        gateways that do not know our orders. Raises ``GatewayError``. Must not be called inside a
        transaction: it waits on a network.
        """

    def departure_announced(self, body: bytes) -> str:
        """The reference of the departure that a message says to ask about.

        Raises ``AnnouncementUnreadable``. Nothing else of the message is read.
        """

    def check_access(self) -> None:
        """Ask the platform whether the shop's secrets work; raises ``GatewayError``.

        ``GatewayRefused`` means that they do not, the others that nobody knows.
        """

    def payment_order(self, request: PaymentOrderRequest) -> PaymentOrder:
        """Open a page of its own for one order, payable by whoever has its address.

        Raises ``NotOffered`` where there is no such thing, else like ``give_back``. Must not be
        called inside a transaction.
        """

    def close_order(self, *, order_id: str, now: datetime) -> None:
        """End a page that ``payment_order`` opened, within a minute; raises like it."""

    def give_back(self, request: GiveBackRequest) -> GiveBackReport:
        """Give money back on one transaction: cancel, reduce or refund, whichever still can be.

        Asks first where the transaction stands. Raises ``GatewayRefused`` or one of its
        subclasses when nothing was given back, ``GatewayTimeout`` or ``GatewayUnreachable`` when
        nobody knows: then the order must be asked about before this is tried again. Must not be
        called inside a transaction.
        """

    def cancel(self, *, transaction_id: UUID, comment: str) -> TransactionReport:
        """Cancel a transaction not remitted yet, such as a due to come; tells what it became.

        Raises like ``give_back``.
        """

    def put_off(self, *, transaction_id: UUID, to_on: date, comment: str) -> TransactionReport:
        """Have a debit to come made on another day (Paris date); tells what it became.

        Raises like ``give_back``; ``NothingToChange`` when it was on that day already.
        """

    def accept(self, *, transaction_id: UUID, comment: str) -> TransactionReport:
        """Let a transaction that waits for our word be remitted; tells what it became.

        Raises like ``give_back``.
        """
