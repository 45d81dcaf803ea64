"""PayFiP behind the portal's ``Gateway`` protocol."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from payments.gateways.base import (
    GatewayRefused,
    GatewayUnreachable,
    GiveBackReport,
    GiveBackRequest,
    NotOffered,
    Result,
    Terms,
    TransactionReport,
)
from payments.gateways.departures import FormRequest, HostedForm, PaymentOrder, PaymentOrderRequest
from payments.gateways.payfip.account import Account
from payments.gateways.payfip.answer import to_report
from payments.gateways.payfip.codes import FORGOTTEN, NOT_FINISHED
from payments.gateways.payfip.notification import idop_of
from payments.gateways.payfip.operation import LONGEST_MEL, MAXIMUM_CENTS, parameters
from payments.gateways.payfip.references import is_idop
from payments.gateways.payfip.service import PayFiPService

_BY_HAND = "PayFiP gives nothing back: the fund's accountant does, by transfer"


class PayFiPGateway:
    """One account at PayFiP."""

    terms = Terms(
        name="PayFiP",
        needs_email=True,
        longest_email=LONGEST_MEL,
        maximum_cents=MAXIMUM_CENTS,
        # A page lives a quarter of an hour, yet results have been seen to come much later.
        finishes_within=timedelta(hours=2),
        announces_only=True,
    )

    def __init__(self, *, account: Account, service_url: str, payment_url: str) -> None:
        self._account = account
        self._service_url = service_url
        self._payment_url = payment_url

    def hosted_form(self, request: FormRequest) -> HostedForm:
        """Open an operation and give the address of its page; see ``Gateway``."""
        idop = self._service().idop(parameters(request, account=self._account))
        if not is_idop(idop):
            raise GatewayUnreachable("PayFiP: no operation was opened")
        # A form of method GET replaces the query of its address: the identifier is a field.
        return HostedForm(
            url=self._payment_url, fields=(("idop", idop),), method="GET", reference=idop
        )

    def reports_of_order(
        self, order_reference: str, departures: Sequence[str] = ()
    ) -> list[TransactionReport]:
        """What became of each departure; see ``Gateway``.

        While the last one is not finished, only money is told of the others: that somebody gave
        up a first page says nothing of the second one, where they are now.
        """
        service = self._service()
        told = [
            self._report(service, order_reference, idop=idop, rank=rank)
            for rank, idop in enumerate(departures, start=1)
        ]
        is_over = bool(told) and told[-1] is not None
        return [each for each in told if each and (is_over or each.result == Result.PAID)]

    def departure_announced(self, body: bytes) -> str:
        """The operation that a notification names; see ``Gateway``."""
        return idop_of(body)

    def check_access(self) -> None:
        """Whether PayFiP knows the account; raises ``GatewayError``."""
        known = self._service().account(self._account.number)
        if getattr(known, "numcli", None) != self._account.number:
            raise GatewayUnreachable("PayFiP: the answer is about another account")

    def payment_order(self, request: PaymentOrderRequest) -> PaymentOrder:
        """Never: PayFiP has pages for departures only."""
        raise NotOffered("PAYFIP", "PayFiP opens no page for an address that is sent")

    def close_order(self, *, order_id: str, now: datetime) -> None:
        """Never: see ``payment_order``."""
        raise NotOffered("PAYFIP", "PayFiP opened no such page")

    def give_back(self, request: GiveBackRequest) -> GiveBackReport:
        """Never: PayFiP gives nothing back; see ``Gateway``."""
        raise NotOffered("PAYFIP", _BY_HAND)

    def cancel(self, *, transaction_id: UUID, comment: str) -> TransactionReport:
        """Never: see ``give_back``."""
        raise NotOffered("PAYFIP", _BY_HAND)

    def put_off(self, *, transaction_id: UUID, to_on: date, comment: str) -> TransactionReport:
        """Never: PayFiP debits no plan."""
        raise NotOffered("PAYFIP", _BY_HAND)

    def accept(self, *, transaction_id: UUID, comment: str) -> TransactionReport:
        """Never: nothing waits for our word there."""
        raise NotOffered("PAYFIP", _BY_HAND)

    def _report(
        self, service: PayFiPService, order_reference: str, *, idop: str, rank: int
    ) -> TransactionReport | None:
        """``None`` while the operation is not finished, and once PayFiP has forgotten it."""
        try:
            detail = service.payment(idop)
        except GatewayRefused as error:
            if error.code in {NOT_FINISHED, FORGOTTEN}:
                return None
            raise
        if detail is None:
            raise GatewayUnreachable("PayFiP: an empty answer")
        return to_report(
            detail, account=self._account, order_reference=order_reference, idop=idop, rank=rank
        )

    def _service(self) -> PayFiPService:
        return PayFiPService(url=self._service_url)
