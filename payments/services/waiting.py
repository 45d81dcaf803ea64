"""What the return page may do: note that somebody waits. It decides nothing (design §5, step 4)."""

from datetime import datetime

from payments.models import Payment


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
