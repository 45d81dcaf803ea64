"""The outbox of everything sent to people."""

from relation_usager.models.message import Message

__all__ = ["Message"]
