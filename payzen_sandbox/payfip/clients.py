"""The accounts that the stand-in knows: its own file, as a real service would have."""

import json
from functools import cache
from pathlib import Path

CLIENTS_FILE = Path(__file__).resolve().parent / "clients.json"


@cache
def all_clients() -> dict[str, str]:
    """Names by account number."""
    rows = json.loads(CLIENTS_FILE.read_text(encoding="utf-8"))
    return {row["numcli"]: row["name"] for row in rows}
