"""Paid payments, and the gestures of two agents on them."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from allocataires.models import Creance
from allocataires.nomenclature import MouvementType
from allocataires.services.mouvements import Posting, post_mouvements
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Agent
from payments.models import Payment, Refund, Transaction
from payments.services.notifications import receive_notification
from payments.services.refund_sending import RefundTarget, send_refund
from payments.services.refunding import approve_refund, ask_refund
from payments.services.remains import refundable_cents
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW, open_payment, signed_body
from tests.payments.rest_double import RestDouble

FORM = "application/x-www-form-urlencoded"
LATER = NOW + timedelta(hours=1)


@dataclass
class Paid:
    """A booked payment, its transaction at the platform, and the platform."""

    payment: Payment
    uuid: str
    platform: RestDouble

    @property
    def transaction(self) -> Transaction:
        """Our row of the transaction."""
        with national_scope():
            return Transaction.objects.get(uuid=UUID(hex=self.uuid))

    def reload(self) -> Payment:
        """The payment as it is now."""
        with national_scope():
            self.payment.refresh_from_db()
        return self.payment


def pay(*creances: Creance, status: str = "CAPTURED") -> Paid:
    """These debts, paid; the platform holds the same truth."""
    return take(open_payment(*creances), RestDouble(), status=status)


def take(
    payment: Payment, platform: RestDouble, *, status: str = "CAPTURED", **changes: str
) -> Paid:
    """The platform takes this payment's money, once more if it did before, and says so."""
    paid = Paid(payment, uuid4().hex, platform)
    cents = int(changes.get("vads_effective_amount", payment.amount_cents))
    platform.took(payment, uuid=paid.uuid, status=status, cents=cents)
    tell(paid, vads_trans_status=status, **changes)
    return paid


def shrink(creance: Creance, cents: int) -> None:
    """The debt is repaid by another road."""
    with caisse_scope(creance.caisse_id):
        post_mouvements(
            caisse_id=creance.caisse_id,
            kind=MouvementType.RETENUE,
            postings=[Posting(creance.pk, cents)],
            value_on=LATER.date(),
            source_id=uuid4(),
            now=LATER,
        )


def tell(paid: Paid, **changes: str) -> str:
    """A notification about this payment; says what became of it."""
    fields = {"vads_trans_uuid": paid.uuid, **changes}
    body = signed_body(paid.payment, **fields)
    return str(receive_notification(body=body, content_type=FORM, now=LATER))


def two_agents() -> tuple[Agent, Agent]:
    """One who asks and one who decides, of the Ain."""
    with national_scope():
        return agent_of("011", login="demande"), agent_of("011", login="decide")


def ask(agent: Agent, paid: Paid, cents: int, *, stated: int | None = None) -> Refund:
    """Ask for a refund, having looked at what is left unless said otherwise."""
    debit = paid.transaction
    with caisse_scope(debit.caisse_id):
        return ask_refund(
            agent=agent,
            transaction_id=debit.pk,
            amount_cents=cents,
            stated_cents=refundable_cents(debit) if stated is None else stated,
            reason="payé deux fois",
            now=LATER,
        )


def approve(agent: Agent, refund: Refund) -> Refund:
    """Approve it."""
    with caisse_scope(refund.caisse_id):
        return approve_refund(agent=agent, refund_id=refund.pk, now=LATER)


def send(refund: Refund, *, after: timedelta = timedelta()) -> str | None:
    """What the sweep does with it."""
    status = send_refund(RefundTarget(refund.pk, refund.caisse_id), now=LATER + after)
    return None if status is None else status.value


def refund_whole(paid: Paid, cents: int | None = None) -> Refund:
    """From the request to the platform's answer."""
    asker, decider = two_agents()
    refund = ask(asker, paid, cents or paid.payment.amount_cents)
    approve(decider, refund)
    with paid.platform.listening():
        send(refund)
    return fresh(refund)


def fresh(refund: Refund) -> Refund:
    """The refund as it is now."""
    with national_scope():
        return Refund.objects.get(pk=refund.pk)
