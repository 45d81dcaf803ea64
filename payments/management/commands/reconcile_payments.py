"""``manage.py reconcile_payments``: ask the platform about every open attempt, now (contract)."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from payments.services.notifications import finish_notifications
from payments.services.polling import check_payment, open_payments


class Command(BaseCommand):
    """What the periodic tasks do, by hand and without Redis."""

    help = "Finish kept notifications and ask the platform about every open payment."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, then poll one after the other."""
        now = timezone.now()
        finished = finish_notifications(now=now, looking_back=None)
        targets = open_payments(now=now)
        answers = [check_payment(target, now=now) for target in targets]
        unanswered = sum(answer is None for answer in answers)
        self.stdout.write(
            f"{finished} notification(s) finished, {len(targets)} payment(s) asked about, "
            f"{unanswered} without an answer."
        )
