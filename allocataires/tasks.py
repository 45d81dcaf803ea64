"""What workers do for this application."""

from celery import shared_task
from django.utils import timezone

from allocataires.services.identification import forget_attempts


@shared_task(name="allocataires.forget_identification_attempts")
def forget_identification_attempts() -> int:
    """Forget the attempts to identify that are more than a day old."""
    return forget_attempts(now=timezone.now())
