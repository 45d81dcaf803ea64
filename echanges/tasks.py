"""Periodic work of the exchanges; each task makes one call, and may be lost or doubled."""

from celery import shared_task
from django.utils import timezone

from echanges.services import delivering, publishing


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
