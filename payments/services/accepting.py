"""Money that waits at the platform: the fund lets it in, or gives it up.

A shop may be set to validate each payment by hand; a bank may leave one undecided, which keeps the
person from paying otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from caf_portal.database.scope import caisse_scope
from payments.gateways.base import (
    Gateway,
    GatewayError,
    GatewayRefused,
    Stage,
    TransactionReport,
)
from payments.gateways.choose import gateway_of
from payments.models import Payment, Transaction
from payments.models.notification import Outcome
from payments.models.transaction import Operation
from payments.services.booking import apply_report
from payments.status import Cause, PaymentStatus


class AcceptRefused(Exception):
    """Nothing was let in or given up; ``str()`` is a sentence for the agent."""


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
    return _told(
        waiting,
        lambda gateway, debit: gateway.accept(
            transaction_id=debit.uuid, comment="Validé par un agent"
        ),
        now=now,
    )


def give_up_money(waiting: Waiting, *, now: datetime) -> Outcome:
    """Have the platform cancel a transaction that waits: the debt may then be paid otherwise.

    Must be called outside any transaction. What was promised meanwhile is not given up: that is a
    refund, and takes two people. Raises ``AcceptRefused``.
    """
    return _told(
        waiting,
        lambda gateway, debit: gateway.cancel(
            transaction_id=debit.uuid, comment="Annulé par un agent"
        ),
        now=now,
    )


def _told(
    waiting: Waiting,
    tell: Callable[[Gateway, Transaction], TransactionReport],
    *,
    now: datetime,
) -> Outcome:
    with caisse_scope(waiting.caisse_id):
        known = Transaction.objects.select_related("boutique", "payment")
        debit = known.get(pk=waiting.transaction_id)
        if debit.payment is None or debit not in waiting_transactions(debit.payment):
            raise AcceptRefused(_("Cette transaction n’attend plus : rechargez la page."))
    gateway = gateway_of(debit.boutique)
    platform = {"platform": gateway.terms.name}
    try:
        report = tell(gateway, debit)
    except GatewayRefused as error:
        raise AcceptRefused(
            _("%(platform)s n’a pas accepté : l’état de la transaction a changé (%(code)s).")
            % {**platform, "code": error.code}
        ) from error
    except GatewayError as error:
        raise AcceptRefused(
            _("%(platform)s n’a pas répondu : rechargez la page dans quelques minutes.") % platform
        ) from error
    return apply_report(boutique=debit.boutique, report=report, cause=Cause.AGENT, now=now)
