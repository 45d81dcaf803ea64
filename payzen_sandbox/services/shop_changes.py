"""Change a shop's settings, as its merchant does in the back office."""

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction as database

from payzen_sandbox.models import ShopSettings
from payzen_sandbox.notification_rules import Format, RuleName
from payzen_sandbox.protocol.rules import is_url
from payzen_sandbox.protocol.signature import ALGORITHMS
from payzen_sandbox.shops import EVERY_SHOP, find_shop

DOUBLE_ACCEPTANCE = timedelta(hours=24)
KEY = re.compile(r"[A-Za-z0-9]{16}")
PASSWORD = re.compile(r"testpassword_[A-Za-z0-9]{8,64}")
CAPTURE_DELAY_MAX_DAYS = 365
FEE_MAX_FIXED_CENTS = 1_000
FEE_MAX_BASIS_POINTS = 1_000
# One shop's own: two shops with one key could pass for each other.
SECRETS = frozenset({"key_test", "new_key", "rest_password"})


class BadSetting(ValueError):
    """An unknown setting or a wrong value; the message names it."""


def change_shop(*, scope: str, asked: Mapping[str, Any], now: datetime) -> ShopSettings:
    """Change the settings given, of a shop or of `all`; the others stay.

    A new algorithm signs at once; in forms the former one is accepted for 24 h more. A new key
    serves at once. Raises BadSetting, and then nothing changed.
    """
    _check(scope, asked)
    with database.atomic():
        stored, _created = ShopSettings.objects.get_or_create(scope=scope)
        values: dict[str, Any] = dict(stored.values)
        for name, value in asked.items():
            apply: Callable[..., None] = _APPLY.get(name, _keep)
            apply(values, name, value, scope=scope, now=now)
        stored.values = values
        stored.save(update_fields=["values"])
    return stored


def restore_shop(*, scope: str) -> None:
    """Forget every change: the shop is again what the file says."""
    ShopSettings.objects.filter(scope=scope).delete()


def _check(scope: str, asked: Mapping[str, Any]) -> None:
    if scope != EVERY_SHOP and find_shop(scope) is None:
        raise BadSetting("scope")
    for name, value in asked.items():
        valid = _VALID.get(name)
        if valid is None or not valid(value) or (scope == EVERY_SHOP and name in SECRETS):
            raise BadSetting(name)


def _are_rules(asked: object) -> bool:
    return isinstance(asked, dict) and all(
        name in list(RuleName) and isinstance(changes, dict) and _is_rule(changes)
        for name, changes in asked.items()
    )


def _is_rule(changes: Mapping[str, Any]) -> bool:
    return all(key in _RULE and _RULE[key](value) for key, value in changes.items())


def _is_rule_url(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 1024 and (not value or is_url(value))


def _is_bool(value: object) -> bool:
    return type(value) is bool


def _at_most(most: int) -> Callable[[object], bool]:
    return lambda value: type(value) is int and 0 <= value <= most


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


_RULE: dict[str, Callable[[object], bool]] = {
    "on": _is_bool,
    "url": _is_rule_url,
    "format": lambda value: value in list(Format),
    "retry": _is_bool,
}
_VALID: dict[str, Callable[[object], bool]] = {
    "algorithm": lambda value: value in ALGORITHMS,
    "double_acceptance": lambda value: value is False,
    "key_test": _matches(KEY),
    "new_key": lambda value: value is True,
    "rest_password": _matches(PASSWORD),
    "validation_mode": lambda value: value in ("0", "1"),
    "capture_delay_days": _at_most(CAPTURE_DELAY_MAX_DAYS),
    "fee_fixed_cents": _at_most(FEE_MAX_FIXED_CENTS),
    "fee_basis_points": _at_most(FEE_MAX_BASIS_POINTS),
    "refunds_allowed": _is_bool,
    "batch_amount": lambda value: value in ("total", "instalment"),
    "rules": _are_rules,
}


def _keep(values: dict[str, Any], name: str, value: object, **_context: object) -> None:
    values[name] = value


def _change_algorithm(
    values: dict[str, Any], name: str, value: str, *, scope: str, now: datetime
) -> None:
    shop = find_shop(scope)
    former = shop.algorithm if shop else values.get(name, ALGORITHMS[0])
    if former != value:
        values.update(
            algorithm=value,
            former_algorithm=former,
            former_until=(now + DOUBLE_ACCEPTANCE).isoformat(),
        )


def _end_double_acceptance(
    values: dict[str, Any], name: str, value: object, **_context: object
) -> None:
    values["former_until"] = ""


def _make_key(values: dict[str, Any], name: str, value: object, **_context: object) -> None:
    values["key_test"] = secrets.token_hex(8)


def _merge_rules(
    values: dict[str, Any], name: str, value: Mapping[str, dict[str, Any]], **_context: object
) -> None:
    rules = dict(values.get("rules", {}))
    for rule, changes in value.items():
        rules[rule] = {**rules.get(rule, {}), **changes}
    values["rules"] = rules


_APPLY: dict[str, Callable[..., None]] = {
    "algorithm": _change_algorithm,
    "double_acceptance": _end_double_acceptance,
    "new_key": _make_key,
    "rules": _merge_rules,
}
