"""What the person is told once the choice about a surplus is made."""

from datetime import datetime

from django.urls import reverse

from payments.models import TropPercu
from relation_usager.models.message import MessageKind
from relation_usager.services.outbox import queue_message


def tell_placed(*, surplus: TropPercu, now: datetime) -> None:
    """Queue the confirmation of the choice, to the address on file."""
    payment = surplus.payment
    to_address = "" if payment.link_id else payment.email
    queue_message(
        caisse_id=surplus.caisse_id,
        allocataire_id=surplus.allocataire_id,
        kind=MessageKind.SURPLUS_PLACED,
        source_id=surplus.public_id,
        to_address=to_address or surplus.allocataire.email,
        langue=payment.langue,
        context={
            "reference": payment.reference,
            "amount_cents": surplus.amount_cents,
            "page": reverse("payments:detail", args=[payment.public_id]),
        },
        now=now,
    )
