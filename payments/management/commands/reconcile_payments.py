"""``manage.py reconcile_payments``: ask the platform about all that is under way (contract)."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from payments.services.notifications import finish_notifications
from payments.services.polling import check_payment, open_payments
from payments.services.refund_sending import refunds_on_their_way, send_refund
from payments.services.settled_checks import ask_about_settled, settled_to_ask


class Command(BaseCommand):
    """What the periodic tasks do, by hand and without Redis."""

    help = "Finish kept notifications, ask about every open payment, bring refunds to their end."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, then poll one after the other."""
        now = timezone.now()
        finished = finish_notifications(now=now, looking_back=None)
        targets = open_payments(now=now)
        answers = [check_payment(target, now=now) for target in targets]
        refunds = [send_refund(target, now=now) for target in refunds_on_their_way(now=now)]
        settled = [ask_about_settled(target, now=now) for target in settled_to_ask(now=now)]
        unanswered = sum(answer is None for answer in (*answers, *refunds)) + settled.count(False)
        self.stdout.write(
            f"{finished} notification(s) finished, {len(targets) + len(settled)} payment(s) asked "
            f"about, {len(refunds)} refund(s) sent or asked about, {unanswered} without an answer."
        )
