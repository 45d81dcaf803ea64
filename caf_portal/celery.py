"""Entry point of the workers and of beat: ``celery -A caf_portal.celery worker``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caf_portal.settings.production")

app = Celery("caf_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
