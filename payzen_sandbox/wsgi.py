"""WSGI entry of the sandbox: `gunicorn payzen_sandbox.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payzen_sandbox.settings")

application = get_wsgi_application()

# Only a server sweeps: commands and tests call the sweep themselves, at the time they choose.
# Imported by name because its models exist only once the application above is made.
import_string("payzen_sandbox.sweeper.start_sweeper")()
