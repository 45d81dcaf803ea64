"""Periodic work of the books; each task makes one call, and may be lost or doubled."""

from celery import shared_task
from django.utils import timezone

from comptabilite.services import building_exports, lettering_debts


@shared_task(name="comptabilite.build_exports")
def build_exports() -> None:
    """Build each export that was asked for and is not finished, one task each."""
    for export_id, caisse_id in building_exports.unfinished_exports():
        build_export.apply_async(
            kwargs={"export_id": export_id, "caisse_id": caisse_id}, expires=60
        )


@shared_task(name="comptabilite.build_export", time_limit=3600, soft_time_limit=3500)
def build_export(*, export_id: int, caisse_id: int) -> None:
    """Build one export; nothing when somebody does, or did."""
    building_exports.build_export(export_id=export_id, caisse_id=caisse_id, now=timezone.now())


@shared_task(name="comptabilite.compare_export", time_limit=3600, soft_time_limit=3500)
def compare_export(*, export_id: int, caisse_id: int) -> None:
    """Build one again and note whether its bytes are the same."""
    building_exports.rebuild_and_compare(
        export_id=export_id, caisse_id=caisse_id, now=timezone.now()
    )


@shared_task(name="comptabilite.letter_debts")
def letter_debts() -> None:
    """Every night, letter the debts that are settled, one task a fund."""
    for caisse_id in lettering_debts.funds_with_books():
        letter_debts_of_fund.apply_async(kwargs={"caisse_id": caisse_id}, expires=4 * 3600)


@shared_task(name="comptabilite.letter_debts_of_fund", time_limit=3600, soft_time_limit=3500)
def letter_debts_of_fund(*, caisse_id: int) -> None:
    """Letter those of one fund; what is lettered already is left as it is."""
    lettering_debts.letter_debts(caisse_id=caisse_id, now=timezone.now())
