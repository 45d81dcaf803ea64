"""Write the history of a payment."""

from datetime import datetime

from payzen_sandbox.models import Event, Payment


def record(payment: Payment, name: str, *, now: datetime, detail: str = "") -> None:
    """Add one line to the payment's history. `detail` is cut at 255 characters."""
    Event.objects.create(payment=payment, at=now, name=name, detail=detail[:255])
