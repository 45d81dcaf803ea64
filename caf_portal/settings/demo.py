"""A demonstration on one machine; ``manage.py demo`` runs it, other commands find it running."""

from ipaddress import ip_network
from pathlib import Path

from caf_portal import env
from caf_portal.demo.environment import fill_environment

fill_environment()

from caf_portal.settings.base import *  # noqa: E402, F403 - settings are layered

DEMO = True
# The fund's software stands on the same machine here.
WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
#: What the demonstration writes: ``logins.json`` by ``load_demo``, logs, mail.
DEMO_FOLDER = Path(env.required("DEMO_FOLDER"))
#: Folder where the local SMTP server puts what the portal sends.
MAILBOX_PATH = env.required("MAILBOX_PATH")
# Beside the rest: two runs at once (a demo and its check) must not collect into one folder.
STATIC_ROOT = DEMO_FOLDER / "static"
