"""What the person is told by e-mail once a payment is settled or held."""

from datetime import datetime

from payments.models import Payment
from relation_usager.models.message import MessageKind
from relation_usager.services.outbox import queue_message


def tell_booked(*, payment: Payment, now: datetime) -> None:
    """Queue the confirmation of a booked payment."""
    _tell(MessageKind.PAYMENT_BOOKED, payment, now)


def tell_held(*, payment: Payment, now: datetime) -> None:
    """Queue the word that a payment was received and is being looked at."""
    _tell(MessageKind.PAYMENT_HELD, payment, now)


def _tell(kind: MessageKind, payment: Payment, now: datetime) -> None:
    queue_message(
        caisse_id=payment.caisse_id,
        allocataire_id=payment.allocataire_id,
        kind=kind,
        source_id=payment.public_id,
        to_address=payment.email,
        langue=payment.langue,
        context={
            "reference": payment.reference,
            "amount_cents": payment.amount_cents,
            "caisse_id": payment.caisse_id,
            "paid_at": now.isoformat(),
            "payment_id": str(payment.public_id),
        },
        now=now,
    )
