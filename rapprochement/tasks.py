"""Periodic work on statements, matches and books; each task makes one call."""

from celery import shared_task
from django.utils import timezone

from rapprochement.services import (
    asked_closings,
    chargebacks,
    collecting,
    funds,
    missing_files,
    reconciling,
    writing_movements,
)


@shared_task(name="rapprochement.write_movements")
def write_movements() -> None:
    """Write what files and decisions did to debts, one task a fund."""
    for caisse_id in funds.funds_with_movements_to_write():
        write_movements_of_fund.apply_async(kwargs={"caisse_id": caisse_id}, expires=3000)


@shared_task(name="rapprochement.write_movements_of_fund", time_limit=3600, soft_time_limit=3500)
def write_movements_of_fund(*, caisse_id: int) -> None:
    """Write those of one fund; what is written already is left as it is."""
    writing_movements.write_movements(caisse_id=caisse_id, now=timezone.now())


@shared_task(name="rapprochement.collect_files", time_limit=3600, soft_time_limit=3500)
def collect_files() -> None:
    """Load what banks and the platform dropped in the exchange folder."""
    collecting.collect_files(now=timezone.now())


@shared_task(name="rapprochement.record_chargebacks", time_limit=3600, soft_time_limit=3500)
def record_chargebacks() -> None:
    """Record the chargebacks that the loaded files tell."""
    chargebacks.record_all_chargebacks(now=timezone.now())


@shared_task(name="rapprochement.note_missing_files")
def note_missing_files() -> None:
    """Say which files should have come by noon."""
    missing_files.note_missing_files(now=timezone.now())


@shared_task(name="rapprochement.reconcile_received")
def reconcile_received() -> None:
    """Match and prove the funds that just received a file, one task a fund."""
    for caisse_id in reconciling.funds_to_reconcile(now=timezone.now()):
        reconcile_fund.apply_async(kwargs={"caisse_id": caisse_id}, expires=300)


@shared_task(name="rapprochement.reconcile_funds")
def reconcile_funds() -> None:
    """Every night, match and prove each fund that has files, one task a fund."""
    for caisse_id in reconciling.funds_with_files():
        reconcile_fund.apply_async(kwargs={"caisse_id": caisse_id}, expires=4 * 3600)


@shared_task(name="rapprochement.reconcile_fund", time_limit=3600, soft_time_limit=3500)
def reconcile_fund(*, caisse_id: int) -> None:
    """Match and prove one fund; nothing while another process is at it."""
    reconciling.reconcile_fund(caisse_id=caisse_id, now=timezone.now())


@shared_task(name="rapprochement.close_asked")
def close_asked() -> None:
    """Give each closing that was asked and is not ended to a worker, one task each."""
    for demande_id, caisse_id in asked_closings.unfinished_requests():
        close_periods.apply_async(
            kwargs={"demande_id": demande_id, "caisse_id": caisse_id}, expires=60
        )


@shared_task(name="rapprochement.close_periods", time_limit=3600, soft_time_limit=3500)
def close_periods(*, demande_id: int, caisse_id: int) -> None:
    """Close what an accountant asked for, from where it stands; nothing when somebody is at it."""
    asked_closings.work_on_request(demande_id=demande_id, caisse_id=caisse_id, now=timezone.now())
