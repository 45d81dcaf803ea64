"""Which test runs on which worker: those that need a browser together, the others one by one.

What ``--dist loadgroup`` promises, which pytest-xdist 3.8 silently no longer does with pytest 9.2
(https://github.com/pytest-dev/pytest-xdist/issues/1386): the portal of the browser tests would be
started by every worker.
"""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = "tests/e2e"


class BrowserTestsTogether(LoadScopeScheduling):
    """The folder of the browser tests is one lot, started first; any other test is its own lot."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(f"{TOGETHER}/") else nodeid
