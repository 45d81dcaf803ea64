"""Periodic work of the exchanges; each task makes one call, and may be lost or doubled."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from echanges.services import delivering, files, loading, publishing


@shared_task(name="echanges.publish_events")
def publish_events() -> None:
    """Publish the facts that wait, in every fund."""
    publishing.publish_all(now=timezone.now())


@shared_task(name="echanges.serve_subscribers")
def serve_subscribers() -> None:
    """Post to each subscription that has something to receive, one task each."""
    for each in delivering.subscribers_to_serve(now=timezone.now()):
        serve_subscriber.apply_async(
            kwargs={"abonnement_id": each.abonnement_id, "caisse_id": each.caisse_id}, expires=60
        )


@shared_task(name="echanges.serve_subscriber")
def serve_subscriber(*, abonnement_id: int, caisse_id: int) -> None:
    """Post to one subscription."""
    delivering.serve(delivering.Subscriber(abonnement_id, caisse_id), clock=timezone.now)


@shared_task(name="echanges.finish_lots")
def finish_lots() -> None:
    """Apply each file that was received and not applied yet, one task each."""
    for lot_id, caisse_id in loading.unfinished_lots():
        apply_lot.apply_async(kwargs={"lot_id": lot_id, "caisse_id": caisse_id}, expires=60)


@shared_task(name="echanges.apply_lot", time_limit=3600, soft_time_limit=3500)
def apply_lot(*, lot_id: int, caisse_id: int) -> None:
    """Apply one file; nothing when somebody did meanwhile."""
    loading.apply_lot(lot_id=lot_id, caisse_id=caisse_id, now=timezone.now())


@shared_task(name="echanges.forget_files")
def forget_files() -> None:
    """Delete the files of lots that have been finished for long."""
    files.forget_files(now=timezone.now(), older_than=timedelta(days=settings.LOT_FILE_DAYS))
