"""The portal's WSGI application, stopped between the two commits of a notification.

Only the pause is added: the test kills the process while it lasts.
"""

import os
import time
from pathlib import Path

from caf_portal.wsgi import application  # noqa: F401 - what gunicorn serves
from payments.services import notifications

_MARK = Path(os.environ["PAUSE_MARK"])


def _pause(*_args: object, **_kwargs: object) -> None:
    _MARK.write_text("the raw notification is committed", encoding="utf-8")
    time.sleep(60)


notifications.judge_notification = _pause  # type: ignore[assignment]
