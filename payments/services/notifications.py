"""Receives PayZen's notifications: kept first, judged after (design §5, step 3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings

from caf_portal.database.scope import APP_ROLE, Scope, caisse_scope, national_scope, through_door
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from payments.gateways.choose import gateway_of, shop_of
from payments.gateways.payzen.message import read_message
from payments.gateways.payzen.notification import NotificationUnreadable
from payments.models import Boutique, Notification, NotificationOutcome
from payments.models.notification import Outcome
from payments.services.announcements import judge_announcement
from payments.services.booking import apply_reports
from payments.services.transactions import TransactionNameless
from payments.status import Cause

logger = structlog.get_logger(__name__)

#: A notification still without outcome after this was left by a process that died.
GRACE = timedelta(seconds=15)
#: How far back the frequent sweep looks; a nightly one reads everything ever received.
LOOKING_BACK = timedelta(days=3)


class ShopUnknown(Exception):
    """No shop has this number in this portal's mode."""


@dataclass(frozen=True, slots=True)
class Received:
    """An authentic notification, committed, with the shop whose key signed it."""

    notification: Notification
    boutique: Boutique


def receive_notification(*, body: bytes, content_type: str, now: datetime) -> Outcome:
    """Verify, keep the exact bytes (own commit), then apply.

    Raises ``NotificationUnreadable``, ``ShopUnknown`` or ``SignatureWrong`` when the message is
    not authentic: nothing is kept then. Any other exception is our fault and loses nothing: the
    raw notification is committed and ``finish_notifications`` takes it up.
    """
    received = _keep(body=body, content_type=content_type, now=now)
    return judge_notification(received, cause=Cause.NOTIFICATION, now=now)


def judge_notification(received: Received, *, cause: Cause, now: datetime) -> Outcome:
    """Apply a kept notification; calling it again changes nothing."""
    notification, boutique = received.notification, received.boutique
    try:
        reports = read_message(bytes(notification.body)).reports()
        return apply_reports(
            boutique=boutique, reports=reports, cause=cause, now=now, notification=notification
        )
    except (NotificationUnreadable, TransactionNameless) as error:
        return _set_aside(received, why=str(error), now=now)


def finish_notifications(
    *, now: datetime, limit: int = 200, looking_back: timedelta | None = LOOKING_BACK
) -> int:
    """Apply what was kept and never judged; returns how many were finished.

    One that fails is logged and left for the next sweep. The order is by chance, so that a few
    that always fail do not hide the others. Without ``looking_back`` the whole history is read.
    """
    since = None if looking_back is None else now - looking_back
    with national_scope():
        left = list(
            Notification.objects.unfinished(before=now - GRACE, since=since)
            .order_by("?")
            .values_list("pk", "caisse_id")[:limit]
        )
    return sum(_finish(pk, caisse_id, now=now) for pk, caisse_id in left)


def _finish(pk: int, caisse_id: int, *, now: datetime) -> bool:
    with caisse_scope(caisse_id):
        notification = Notification.objects.select_related("boutique").get(pk=pk)
    received = Received(notification, notification.boutique)
    try:
        if gateway_of(received.boutique).terms.announces_only:
            return judge_announcement(notification, now=now) is not None
        judge_notification(received, cause=Cause.SWEEP, now=now)
    except Exception:
        logger.exception("payments.notification.sweep_failed", notification=pk)
        return False
    return True


def _keep(*, body: bytes, content_type: str, now: datetime) -> Received:
    message = read_message(body)
    site_id, mode = message.shop_named()
    found: list[Boutique] = []

    def door() -> Scope:
        found.extend(_enter(site_id, mode))
        return Scope(APP_ROLE, tuple(boutique.caisse_id for boutique in found))

    with through_door(door):
        if not found or mode != settings.PAYZEN_MODE:
            raise ShopUnknown(f"shop {site_id[:8]!r} in mode {mode[:10]!r}")
        (boutique,) = found
        if gateway_of(boutique).terms.announces_only:
            raise ShopUnknown(f"shop {site_id!r} is not of the platform that signs")
        message.verify(shop=shop_of(boutique, now=now))
        notification = Notification.objects.create(
            caisse_id=boutique.caisse_id,
            boutique=boutique,
            received_at=now,
            content_type=content_type[:100],
            body=body,
        )
    return Received(notification, boutique)


def _enter(site_id: str, mode: str) -> list[Boutique]:
    """The shop through its narrow door, which scopes the transaction to its fund."""
    return list(
        Boutique.objects.raw("SELECT * FROM payments_enter_boutique(%s, %s)", [site_id, mode])
    )


def _set_aside(received: Received, *, why: str, now: datetime) -> Outcome:
    """Authentic and senseless: the bytes are kept, an agent is told, the platform is thanked."""
    notification = received.notification
    with caisse_scope(notification.caisse_id):
        open_anomalie(
            caisse_id=notification.caisse_id,
            kind=AnomalieKind.UNREADABLE_NOTIFICATION,
            subject=f"notification {notification.pk}",
            detail=f"Notification authentique mais illisible : {why}.",
            now=now,
        )
        NotificationOutcome.objects.bulk_create(
            [
                NotificationOutcome(
                    caisse_id=notification.caisse_id,
                    notification=notification,
                    outcome=Outcome.SUSPENSE,
                    at=now,
                )
            ],
            ignore_conflicts=True,
        )
    return Outcome.SUSPENSE
