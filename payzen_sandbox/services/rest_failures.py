"""Technical failures of the REST API, asked for by a tester and used up call by call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction as database
from django.db.models import F

from payzen_sandbox.models import RestFault
from payzen_sandbox.models.fault_rule import EVERY_SHOP
from payzen_sandbox.models.rest_fault import EVERY_SERVICE, RestFaultKind
from payzen_sandbox.shops import find_shop

LONGEST_SECONDS = 120
TIMES_MAX = 1000


class BadRestFault(ValueError):
    """What was asked is not a failure; the message names the key."""


@dataclass(frozen=True, slots=True)
class RestFailure:
    """What happens to one call. A late answer is always that of a call carried out."""

    kind: RestFaultKind
    seconds: int
    done: bool


def ask_rest_fault(asked: Mapping[str, Any]) -> RestFault:
    """Replace the failure of a shop's service. Raises BadRestFault."""
    values = {
        "scope": EVERY_SHOP,
        "service": EVERY_SERVICE,
        "seconds": 0,
        "done": False,
        "times": 1,
        **asked,
    }
    for key, is_valid in _CHECKS.items():
        if key not in values or not is_valid(values[key]):
            raise BadRestFault(key)
    if unknown := set(values) - set(_CHECKS):
        raise BadRestFault(min(unknown))
    fault, _created = RestFault.objects.update_or_create(
        scope=values["scope"],
        service=values["service"],
        defaults={
            "kind": values["kind"],
            "seconds": values["seconds"],
            "done": values["done"] or values["kind"] == RestFaultKind.LATE,
            "remaining": values["times"],
        },
    )
    return fault


def clear_rest_faults() -> None:
    """The API works again."""
    RestFault.objects.all().delete()


def take_rest_fault(*, site_id: str, service: str) -> RestFailure | None:
    """The failure that this call meets, if any: the most precise; one that is counted is used."""
    with database.atomic():
        candidates = RestFault.objects.filter(
            scope__in=[site_id, EVERY_SHOP], service__in=[service, EVERY_SERVICE]
        )
        fault = max(candidates, key=_precision, default=None)
        if fault is None:
            return None
        if fault.remaining == 1:
            fault.delete()
        elif fault.remaining:
            RestFault.objects.filter(pk=fault.pk).update(remaining=F("remaining") - 1)
    return RestFailure(RestFaultKind(fault.kind), fault.seconds, fault.done)


def _precision(fault: RestFault) -> tuple[bool, bool]:
    """A named service comes before a named shop."""
    return fault.service != EVERY_SERVICE, fault.scope != EVERY_SHOP


def _is_scope(value: object) -> bool:
    return value == EVERY_SHOP or (isinstance(value, str) and find_shop(value) is not None)


def _is_number(value: object, *, highest: int) -> bool:
    return type(value) is int and 0 <= value <= highest


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "scope": _is_scope,
    "service": lambda value: isinstance(value, str) and 0 < len(value) <= 40,
    "kind": lambda value: value in RestFaultKind.values,
    "seconds": lambda value: _is_number(value, highest=LONGEST_SECONDS),
    "done": lambda value: type(value) is bool,
    "times": lambda value: _is_number(value, highest=TIMES_MAX),
}
