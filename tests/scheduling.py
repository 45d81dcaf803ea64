"""Which test runs on which worker: those that need a browser together, the others one by one.

What ``--dist loadgroup`` promises, which pytest-xdist 3.8 silently no longer does with pytest 9.2
(https://github.com/pytest-dev/pytest-xdist/issues/1386): the portal of the browser tests would be
started by every worker.
"""

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

TOGETHER = "tests/e2e"


class BrowserTestsTogether(LoadScopeScheduling):
    """The folder of the browser tests is one lot, started first; any other test is its own lot."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(f"{TOGETHER}/") else nodeid

    def remove_node(self, node: WorkerController) -> str | None:
        """The test that brought its worker down, which is not given to another one.

        A test that hangs ends its worker (``timeout`` in pyproject.toml): taken up again, it would
        hang for as long as there are workers.
        """
        for lot in self.assigned_work[node].values():
            for nodeid, completed in lot.items():
                if not completed:
                    lot[nodeid] = True
                    super().remove_node(node)
                    return nodeid
        return super().remove_node(node)
