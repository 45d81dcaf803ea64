"""Builds rows of the outbox; call inside a scope that covers the fund."""

from datetime import UTC, datetime
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from relation_usager.models import Message
from relation_usager.models.message import MessageKind
from tests.allocataires.factories import AllocataireFactory

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


class MessageFactory(DjangoModelFactory[Message]):
    """The confirmation of a payment of 45,50 €, due at ``NOW``."""

    class Meta:
        """What is made."""

        model = Message

    allocataire = factory.SubFactory(AllocataireFactory)
    caisse = factory.SelfAttribute("allocataire.caisse")
    kind = MessageKind.PAYMENT_BOOKED
    source_id = factory.LazyFunction(uuid4)
    to_address = factory.Sequence(lambda n: f"personne{n}@example.org")
    langue = "fr"
    created_at = NOW
    next_attempt_at = NOW
    context = factory.LazyAttribute(
        lambda message: {
            "reference": "90000011-20261120-000001",
            "amount_cents": 45_50,
            "caisse_id": message.caisse.pk,
            "paid_at": NOW.isoformat(),
            "payment_id": str(message.source_id),
        }
    )
