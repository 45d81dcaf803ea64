"""The shops the sandbox knows: its own file `shops.json`, and what the back office changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings

from payzen_sandbox.notification_rules import NotificationRule, default_rules

SHOPS_FILE = Path(__file__).resolve().parent / "shops.json"
EVERY_SHOP = "all"


@dataclass(frozen=True, slots=True)
class Shop:
    """One shop: identity, keys and the settings a merchant makes in the PayZen back office.

    The keys are public demonstration values: they open nothing but this sandbox.
    `batch_amount` says what `vads_amount` is in a BATCH_AUTO notification, `total` or
    `instalment`: PayZen's documentation does not. `fee_fixed_cents` and `fee_basis_points`
    (hundredths of a percent) are what the shop's bank keeps of each debit it remits.
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
    former_algorithm: str = ""
    former_until: str = ""
    batch_amount: str = "total"
    refunds_allowed: bool = True
    fee_fixed_cents: int = 0
    fee_basis_points: int = 0
    changed_rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def rule_url(self) -> str:
        """URL of the rules that have none of their own."""
        return self.notification_url or settings.ENVIRONMENT.notification_url

    @property
    def default_return_url(self) -> str:
        """Where the buyer goes back when the form names no return URL."""
        return self.return_url or settings.ENVIRONMENT.shop_return_url

    @property
    def rules(self) -> dict[str, NotificationRule]:
        """Every notification rule, by name, as it now is."""
        rules = default_rules(cancel_notifications=settings.ENVIRONMENT.cancel_notifications)
        return {
            name: replace(rule, **self.changed_rules.get(name, {})) for name, rule in rules.items()
        }

    def fee_cents(self, amount_cents: int) -> int:
        """What the bank keeps of a debit, never more than it; halves of a cent upwards."""
        fee = self.fee_fixed_cents + (amount_cents * self.fee_basis_points + 5_000) // 10_000
        return min(fee, amount_cents)

    def accepted_algorithms(self, now: datetime) -> tuple[str, ...]:
        """The algorithm, and for 24 h after a change the former one (implementation guide)."""
        if self.former_until and now < datetime.fromisoformat(self.former_until):
            return self.algorithm, self.former_algorithm
        return (self.algorithm,)


@cache
def shops_of_the_file() -> dict[str, Shop]:
    """Every shop by site id, in the order of the file, as it was before any change."""
    rows = json.loads(SHOPS_FILE.read_text(encoding="utf-8"))
    return {row["site_id"]: Shop(**{**row, "languages": tuple(row["languages"])}) for row in rows}


def all_shops() -> dict[str, Shop]:
    """Every shop by site id, as it now is."""
    changes = _changes()
    return {site_id: _changed(shop, changes) for site_id, shop in shops_of_the_file().items()}


def find_shop(site_id: str) -> Shop | None:
    """The shop as it now is, or None if no shop bears this site id."""
    shop = shops_of_the_file().get(site_id)
    return None if shop is None else _changed(shop, _changes(site_id))


def known_shop(site_id: str) -> Shop:
    """The shop of something stored. Raises KeyError for a site id that never was one."""
    return _changed(shops_of_the_file()[site_id], _changes(site_id))


def _changes(site_id: str = "") -> dict[str, dict[str, Any]]:
    # By name: the models import this module.
    rows = apps.get_model("payzen_sandbox", "ShopSettings").objects.all()
    if site_id:
        rows = rows.filter(scope__in=[site_id, EVERY_SHOP])
    return dict(rows.values_list("scope", "values"))


def _changed(shop: Shop, changes: Mapping[str, Mapping[str, Any]]) -> Shop:
    """A shop's own changes come before those of all; rules add up, setting by setting."""
    for scope in (EVERY_SHOP, shop.site_id):
        values = dict(changes.get(scope, {}))
        rules = dict(shop.changed_rules)
        for name, changed in values.pop("rules", {}).items():
            rules[name] = {**rules.get(name, {}), **changed}
        shop = replace(shop, **values, changed_rules=rules)
    return shop
