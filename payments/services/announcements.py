"""“Ask me about this departure”: the word of gateways that announce and tell nothing (ADR 0011).

What is posted is never believed: it names a departure that we made, or it is refused. It is kept,
committed, and the answer goes back at once. The sweeper asks the gateway; in the request itself
nobody is called, so that a slow platform holds no thread of the web, and an announcement that
comes while the platform is down is asked about when it is up again.
"""

from datetime import datetime
from uuid import UUID

from caf_portal.database.scope import caisse_scope, refuse_open_scope
from caisses.models import Caisse
from payments.gateways.choose import gateway_of
from payments.models import Notification, Payment, Redirection
from payments.models.notification import Outcome
from payments.services.booking import apply_reports
from payments.services.waiting import request_check
from payments.status import Cause


class DepartureUnknown(Exception):
    """No departure of this payment bears this reference: nothing is kept."""


def receive_announcement(
    *, caisse_code: str, payment_id: UUID, body: bytes, now: datetime
) -> Notification:
    """Keep what is announced about a payment's departure, and ask for it to be asked about.

    Only the departure's reference is kept, once while it waits: the rest of the message is worth
    nothing and whoever repeats it adds nothing. Raises ``DepartureUnknown`` or
    ``AnnouncementUnreadable``, and then nothing is kept.
    """
    caisse_id = Caisse.objects.filter(code=caisse_code).values_list("pk", flat=True).first()
    if caisse_id is None:
        raise DepartureUnknown("no such fund")
    with caisse_scope(caisse_id):
        payment = (
            Payment.objects.filter(public_id=payment_id)
            .select_related("boutique")
            .prefetch_related("redirections")
            .first()
        )
        if payment is None or not gateway_of(payment.boutique).terms.announces_only:
            raise DepartureUnknown("no such payment, or its gateway announces nothing")
        reference = gateway_of(payment.boutique).departure_announced(body)
        if reference not in payment.gateway_references:
            raise DepartureUnknown("no departure of this payment has this reference")
        request_check(payment=payment, cancelled=False, now=now)
        return _kept(payment, reference, now=now)


def judge_announcement(notification: Notification, *, now: datetime) -> Outcome | None:
    """Ask the gateway and apply what it answers; ``None`` when it has nothing to say yet.

    Asked whatever the payment's status: money may come on a second departure, or late. Must not
    run inside a scope. Raises ``GatewayError``: the announcement is then asked about again.
    """
    refuse_open_scope()
    with caisse_scope(notification.caisse_id):
        departure = (
            Redirection.objects.filter(boutique_id=notification.boutique_id)
            .select_related("payment__boutique")
            .prefetch_related("payment__redirections")
            .get(gateway_reference=bytes(notification.body).decode("ascii"))
        )
    payment = departure.payment
    gateway = gateway_of(payment.boutique)
    reports = gateway.reports_of_order(payment.reference, payment.gateway_references)
    if not reports and notification.received_at > now - gateway.terms.finishes_within:
        return None
    return apply_reports(
        boutique=payment.boutique,
        reports=reports,
        cause=Cause.NOTIFICATION,
        now=now,
        notification=notification,
    )


def _kept(payment: Payment, reference: str, *, now: datetime) -> Notification:
    waiting = Notification.objects.filter(
        boutique_id=payment.boutique_id, body=reference.encode("ascii"), outcome__isnull=True
    ).first()
    return waiting or Notification.objects.create(
        caisse_id=payment.caisse_id,
        boutique_id=payment.boutique_id,
        received_at=now,
        content_type="text/plain",
        body=reference.encode("ascii"),
    )
