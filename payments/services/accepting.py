"""Lets money in that waits for the fund's word: a shop set to validate each payment by hand."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from caf_portal.database.scope import caisse_scope
from payments.gateways.base import GatewayError, GatewayRefused, Stage
from payments.gateways.choose import gateway_of
from payments.models import Payment, Transaction
from payments.models.notification import Outcome
from payments.models.transaction import Operation
from payments.services.booking import apply_report
from payments.status import Cause, PaymentStatus


class AcceptRefused(Exception):
    """Nothing was let in; ``str()`` is a sentence for the agent."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A transaction to let in: what is needed of it, outside any transaction of ours."""

    transaction_id: int
    caisse_id: int


def waiting_transactions(payment: Payment) -> list[Transaction]:
    """The debits of a pending payment that the platform has not promised yet."""
    if payment.status != PaymentStatus.PENDING:
        return []
    debits = payment.transactions.filter(operation=Operation.DEBIT, stage=Stage.WAITING)
    return list(debits.order_by("pk"))


def accept_money(waiting: Waiting, *, now: datetime) -> Outcome:
    """Tell the platform to go on with a transaction, and book what it answers.

    Must be called outside any transaction. Raises ``AcceptRefused``; after a time-out nobody
    knows, and the poll will tell.
    """
    with caisse_scope(waiting.caisse_id):
        debit = Transaction.objects.select_related("boutique").get(pk=waiting.transaction_id)
    try:
        report = gateway_of(debit.boutique).accept(
            transaction_id=debit.uuid, comment="Validé par un agent"
        )
    except GatewayRefused as error:
        raise AcceptRefused(
            _("PayZen n’attend pas de validation pour cette transaction (%(code)s).")
            % {"code": error.code}
        ) from error
    except GatewayError as error:
        raise AcceptRefused(
            _("PayZen n’a pas répondu : rechargez la page dans quelques minutes.")
        ) from error
    return apply_report(boutique=debit.boutique, report=report, cause=Cause.AGENT, now=now)
