"""Work for the Celery workers: each task makes one domain call."""

import logging

from celery import shared_task
from django.utils import timezone

from relation_usager.services import relay

logger = logging.getLogger(__name__)

BATCH = 100


@shared_task(name="relation_usager.relay_messages")
def relay_messages() -> None:
    """Send what is due. Beat asks again in seconds: a server that is down is waited for."""
    try:
        relay.relay_messages(now=timezone.now(), limit=BATCH)
    except relay.MailServerDown:
        logger.warning("relation_usager.relay.server_down")
