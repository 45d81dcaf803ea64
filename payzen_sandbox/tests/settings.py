"""The sandbox's settings, fed with an environment of test."""

import os
import tempfile

os.environ.update(
    {
        "SANDBOX_DATABASE": f"{tempfile.gettempdir()}/payzen-sandbox-tests.sqlite3",
        "SANDBOX_SECRET_KEY": "tests only",
        "SANDBOX_PUBLIC_URL": "http://testserver",
        "SANDBOX_NOTIFICATION_URL": "http://127.0.0.1:9/paiement/ipn/",
        "SANDBOX_SHOP_RETURN_URL": "http://shop.example/",
        "SANDBOX_CANCEL_NOTIFICATIONS": "0",
    }
)

from payzen_sandbox.settings import *  # noqa: F403  the environment must come first
