"""Ask for faults, and find those that bear on a payment."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from payzen_sandbox.faults import BadFaults, Faults
from payzen_sandbox.models import FaultRule, Payment
from payzen_sandbox.models.fault_rule import EVERY_SHOP
from payzen_sandbox.shops import find_shop


def set_faults(*, scope: str, next_payment_only: bool, asked: Mapping[str, Any]) -> Faults:
    """Replace the faults of a scope: a site id, or `all`. No fault on removes the rule.

    Raises BadFaults for an unknown shop, an unknown fault or a wrong value.
    """
    if scope != EVERY_SHOP and find_shop(scope) is None:
        raise BadFaults("scope")
    faults = Faults.parse(asked)
    rule: dict[str, Any] = {"scope": scope, "next_payment_only": next_payment_only}
    if faults.active:
        FaultRule.objects.update_or_create(**rule, defaults={"faults": faults.active})
    else:
        FaultRule.objects.filter(**rule).delete()
    return faults


def clear_faults() -> None:
    """Remove every rule: everything goes right again."""
    FaultRule.objects.all().delete()


def take_next_faults(site_id: str) -> dict[str, Any] | None:
    """Faults asked for the next payment of this shop, else of any shop; each serves once."""
    with transaction.atomic():
        rules = FaultRule.objects.filter(next_payment_only=True)
        for scope in (site_id, EVERY_SHOP):
            rule = rules.filter(scope=scope).first()
            if rule is not None:
                rule.delete()
                faults: dict[str, Any] = rule.faults
                return faults
    return None


def faults_of(payment: Payment) -> Faults:
    """The payment's own faults, else its shop's, else everybody's, else none."""
    if payment.faults is not None:
        return Faults.parse(payment.faults)
    rules = FaultRule.objects.filter(next_payment_only=False)
    for scope in (payment.site_id, EVERY_SHOP):
        rule = rules.filter(scope=scope).first()
        if rule is not None:
            return Faults.parse(rule.faults)
    return Faults()
