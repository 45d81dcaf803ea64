"""What the portal would make of a bank line; it never does it by itself."""

from typing import Any

from rapprochement.models import LigneBanque


def propose(line: LigneBanque) -> dict[str, Any]:
    """An action, a reason and a score from 0 to 100 (``Residu.proposal``), or nothing."""
    return {}
