"""Periodic work on demandes and plans; each task makes one call, and may be lost or doubled."""

from celery import shared_task
from django.utils import timezone

from recouvrement.services import (
    announcing_ends,
    demande_sweeps,
    double_collection,
    moving_sweep,
    plan_stops,
    plan_tending,
    receipts_following,
)


@shared_task(name="recouvrement.stop_plans")
def stop_plans() -> None:
    """Stop the card plans whose debts must not be debited any more."""
    plan_stops.stop_plans_of_stopped_debts(now=timezone.now())


@shared_task(name="recouvrement.reject_by_silence")
def reject_by_silence() -> None:
    """Reject the demandes that nobody answered in time."""
    demande_sweeps.reject_by_silence(now=timezone.now())


@shared_task(name="recouvrement.resume_recoveries")
def resume_recoveries() -> None:
    """Resume the recovery of the debts whose notice is over."""
    demande_sweeps.resume_recoveries(now=timezone.now())


@shared_task(name="recouvrement.announce_recoveries")
def announce_recoveries() -> None:
    """Tell those whose recovery resumes in a few days."""
    demande_sweeps.announce_recoveries(now=timezone.now())


@shared_task(name="recouvrement.tend_plans")
def tend_plans() -> None:
    """Tend the plans that no card pays, one task a fund."""
    for caisse_id in plan_tending.funds_with_plans():
        tend_plans_of_fund.apply_async(kwargs={"caisse_id": caisse_id}, expires=3000)


@shared_task(name="recouvrement.tend_plans_of_fund")
def tend_plans_of_fund(*, caisse_id: int) -> None:
    """Recognise what was paid, put off, remind and note what is late, in one fund."""
    plan_tending.settle_dues_by_other_money(caisse_id=caisse_id, now=timezone.now())


@shared_task(name="recouvrement.announce_ends")
def announce_ends() -> None:
    """Tell those whose debt is over that their quittance is ready."""
    announcing_ends.announce_ends(now=timezone.now())


@shared_task(name="recouvrement.carry_moves")
def carry_moves() -> None:
    """Carry requests, answers and debts from a fund to another."""
    moving_sweep.carry_moves(now=timezone.now())


@shared_task(name="recouvrement.send_receipts")
def send_receipts() -> None:
    """Send the money of debts that moved after them."""
    receipts_following.send_receipts(now=timezone.now())


@shared_task(name="recouvrement.find_double_collections")
def find_double_collections() -> None:
    """Put the debts paid and withheld from in the same month on the work lists."""
    double_collection.find_double_collections(caisse_id=None, now=timezone.now())
