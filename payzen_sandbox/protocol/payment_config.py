"""`vads_payment_config`: one payment, regular instalments, or a schedule of dates (error 07).

`SINGLE` | `MULTI:first=1000;count=3;period=30` | `MULTI_EXT:20260901=10000;20261001=4525`
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _

SINGLE = "SINGLE"
MULTI = re.compile(r"MULTI:first=([1-9]\d{0,11});count=([1-9]\d{0,2});period=([1-9]\d{0,2})")
MULTI_EXT = re.compile(r"MULTI_EXT:(\d{8}=[1-9]\d{0,11}(?:;\d{8}=[1-9]\d{0,11})*)")
LAST_DUE_DAYS = 365


class BadPaymentConfig(ValueError):
    """The value is not a schedule PayZen would take; the message can be shown."""


@dataclass(frozen=True, slots=True)
class Instalment:
    """One amount in cents and the UTC date on which it is remitted."""

    due_on: date
    amount_cents: int


def plan_instalments(
    config: str, *, amount_cents: int, capture_delay_days: int, today: date
) -> tuple[Instalment, ...]:
    """The instalments of a form, first to last; they sum to `amount_cents`.

    `today` is the UTC date of the form. Raises BadPaymentConfig.
    """
    if config == SINGLE:
        return (Instalment(today + timedelta(days=capture_delay_days), amount_cents),)
    if match := MULTI.fullmatch(config):
        first, count, period = (int(group) for group in match.groups())
        start = today + timedelta(days=capture_delay_days)
        plan = _regular(amount_cents, first=first, count=count, period=period, start=start)
    elif match := MULTI_EXT.fullmatch(config):
        plan = _custom(match[1])
    else:
        raise BadPaymentConfig(_("La définition du paiement n'est pas reconnue."))
    _check(plan, amount_cents=amount_cents, today=today)
    return plan


def _regular(
    total: int, *, first: int, count: int, period: int, start: date
) -> tuple[Instalment, ...]:
    """Documented split: the last instalment takes the remainder (20000, 10000, 4 → …, 3334)."""
    if count == 1:
        return (Instalment(start, first),)
    share = (total - first) // (count - 1)
    amounts = [first, *[share] * (count - 2)]
    amounts.append(total - sum(amounts))
    return tuple(
        Instalment(start + timedelta(days=period * rank), amount)
        for rank, amount in enumerate(amounts)
    )


def _custom(pairs: str) -> tuple[Instalment, ...]:
    plan = []
    for pair in pairs.split(";"):
        day, amount = pair.split("=")
        try:
            due_on = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC).date()
        except ValueError as error:
            raise BadPaymentConfig(_("Une date de l'échéancier n'existe pas.")) from error
        plan.append(Instalment(due_on, int(amount)))
    return tuple(plan)


def _check(plan: Sequence[Instalment], *, amount_cents: int, today: date) -> None:
    days = [instalment.due_on for instalment in plan]
    if sum(instalment.amount_cents for instalment in plan) != amount_cents:
        raise BadPaymentConfig(_("La somme des échéances diffère du montant."))
    if min(instalment.amount_cents for instalment in plan) <= 0:
        raise BadPaymentConfig(_("Une échéance serait nulle ou négative."))
    if min(days) < today:
        raise BadPaymentConfig(_("Une date de l'échéancier est passée."))
    if len(set(days)) != len(days):
        raise BadPaymentConfig(_("Deux échéances tombent le même jour."))
    if max(days) > today + timedelta(days=LAST_DUE_DAYS):
        raise BadPaymentConfig(_("La dernière échéance est à plus d'un an."))
