"""What the person is told by e-mail when money goes back, or comes again."""

from datetime import datetime
from uuid import UUID

from payments.models import Payment, Refund
from payments.models.refund import RefundKind
from relation_usager.models.message import MessageKind
from relation_usager.services.outbox import queue_message


def tell_given_back(*, payment: Payment, refund: Refund, raised_cents: int, now: datetime) -> None:
    """Queue the word that money went back, was not taken, or was taken back by the bank of who
    paid, and by how much debts rose.

    To the address given with the payment, or else to the one on file: nobody finds a debt higher
    than they left it without having been told.
    """
    kinds = {
        RefundKind.REFUND: MessageKind.REFUND_DONE,
        RefundKind.IMPAYE: MessageKind.CHARGED_BACK,
    }
    queue_message(
        caisse_id=payment.caisse_id,
        allocataire_id=payment.allocataire_id,
        kind=kinds.get(RefundKind(refund.kind), MessageKind.PAYMENT_CANCELLED),
        source_id=refund.public_id,
        to_address=payment.email or payment.allocataire.email,
        langue=payment.langue,
        context={
            "reference": payment.reference,
            "amount_cents": refund.amount_cents,
            "raised_cents": raised_cents,
            "caisse_id": payment.caisse_id,
            "payment_id": str(payment.public_id),
        },
        now=now,
    )


def tell_represented(
    *, payment: Payment, source_id: UUID, amount_cents: int, lowered_cents: int, now: datetime
) -> None:
    """Queue the word that the bank gave back a payment that it had taken back, and by how much
    debts went down; nothing when none of it was theirs."""
    if not amount_cents:
        return
    queue_message(
        caisse_id=payment.caisse_id,
        allocataire_id=payment.allocataire_id,
        kind=MessageKind.CHARGEBACK_RETURNED,
        source_id=source_id,
        to_address=payment.email or payment.allocataire.email,
        langue=payment.langue,
        context={
            "reference": payment.reference,
            "amount_cents": amount_cents,
            "lowered_cents": lowered_cents,
            "caisse_id": payment.caisse_id,
            "payment_id": str(payment.public_id),
        },
        now=now,
    )
