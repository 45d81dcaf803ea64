"""Numbers that the platform gives: trans_ids of its own, remittances."""

from datetime import datetime, timedelta

from django.db.models import Max

from payzen_sandbox.models import Payment, Transaction

FIRST_PLATFORM_TRANS_ID = 900_000


def next_platform_trans_id(site_id: str, *, now: datetime) -> str:
    """A trans_id from 900000 on, new for the shop on this UTC day.

    Must be called inside the transaction that stores it: SQLite's write lock keeps it unique.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    made = Transaction.objects.filter(
        payment__site_id=site_id, created_at__gte=midnight, created_at__lt=midnight + timedelta(1)
    ).aggregate(last=Max("platform_trans_id"))["last"]
    # A form cannot bear such a number: only payment orders do.
    ordered = Payment.objects.filter(
        site_id=site_id, utc_day=now.date(), payment_order__isnull=False
    ).aggregate(last=Max("trans_id"))["last"]
    last = max(int(each) if each else FIRST_PLATFORM_TRANS_ID - 1 for each in (made, ordered))
    return str(last + 1)


def next_remittance_number(site_id: str) -> int:
    """The shop's remittances to its bank count from 1; same lock as above."""
    shop = Transaction.objects.filter(payment__site_id=site_id)
    last: int | None = shop.aggregate(last=Max("remittance_number"))["last"]
    return (last or 0) + 1
