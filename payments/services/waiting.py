"""What the return page may do: note that somebody waits. It decides nothing (design §5, step 4)."""

from datetime import datetime, timedelta

from payments.models import Payment

#: While the waiting page is looked at, the platform is asked again after this time.
ASK_AGAIN_AFTER = timedelta(seconds=20)


def request_check(*, payment: Payment, cancelled: bool, now: datetime) -> None:
    """Ask the sweeper to ask the platform soon; a row in PostgreSQL, so Redis may be down.

    ``cancelled`` notes that the browser came back by the cancel link: should the platform know
    of no transaction, the attempt is abandoned and not merely silent.
    """
    if not payment.is_in_progress:
        return
    payment.check_requested_at = now
    if cancelled:
        payment.cancel_seen_at = now
    payment.save(update_fields=["check_requested_at", "cancel_seen_at"])


def keep_asking(*, payment: Payment, now: datetime) -> None:
    """Ask once more when the last question is old: somebody is still looking at the page.

    The person may be back before the platform itself knows; asking again every little while
    shows the answer soon even when its notification is lost.
    """
    asked, answered = payment.check_requested_at, payment.checked_at
    if asked is None or answered is None or answered < asked or now - answered < ASK_AGAIN_AFTER:
        return
    request_check(payment=payment, cancelled=False, now=now)
