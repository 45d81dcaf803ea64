"""The shops the sandbox knows, from its own file `shops.json`."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

SHOPS_FILE = Path(__file__).resolve().parent / "shops.json"


@dataclass(frozen=True, slots=True)
class Shop:
    """One shop: identity, keys and the settings a merchant makes in the PayZen back office.

    The keys are public demonstration values: they open nothing but this sandbox.
    """

    site_id: str
    name: str
    key_test: str
    rest_password: str
    algorithm: str
    languages: tuple[str, ...]
    attempts_allowed: int
    capture_delay_days: int
    validation_mode: str
    contract: str
    notification_url: str
    return_url: str

    @property
    def rule_url(self) -> str:
        """URL of the notification rules: the shop's own, else the one of every shop."""
        return self.notification_url or settings.ENVIRONMENT.notification_url

    @property
    def default_return_url(self) -> str:
        """Where the buyer goes back when the form names no return URL."""
        return self.return_url or settings.ENVIRONMENT.shop_return_url


@cache
def all_shops() -> dict[str, Shop]:
    """Every shop by site id, in the order of the file."""
    rows = json.loads(SHOPS_FILE.read_text(encoding="utf-8"))
    return {row["site_id"]: Shop(**{**row, "languages": tuple(row["languages"])}) for row in rows}


def find_shop(site_id: str) -> Shop | None:
    """The shop, or None if no shop bears this site id."""
    return all_shops().get(site_id)
