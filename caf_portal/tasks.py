"""Housekeeping of what Django and axes keep: nothing of it has to last."""

from celery import shared_task
from django.core.management import call_command

#: Days that failed logins are kept, for whoever looks into an attack.
LOGIN_TRACES_DAYS = 90


@shared_task(name="caf_portal.forget_old_sessions")
def forget_old_sessions() -> None:
    """Delete the sessions that are over, and the traces of logins older than three months."""
    call_command("clearsessions")
    call_command("axes_reset_logs", age=LOGIN_TRACES_DAYS)
