"""The figures of the dashboards, by fund and by span: three statements, whatever there is to show.

The money is read from the journals by accounting day, as the exports give it; what is not
reconciled, from the proofs of the days; the anomalies, from the work list.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from caf_portal.paris import PARIS
from comptabilite.models.events import Evenement
from rapprochement.pictures.periods import TRUNC, Span, Step
from rapprochement.pictures.scale import days_of_age
from rapprochement.statements import statement

#: What moves 511x by an operation of the gateway, in four words.
GROUPS = {
    "paid": [Evenement.CARD_PAYMENT.value],
    "unidentified": [Evenement.UNIDENTIFIED_RECEIPT.value],
    "refunded": [Evenement.CARD_REFUND.value, Evenement.SUSPENSE_REFUND.value],
    # What banks gave back of it since is taken off.
    "charged_back": [
        Evenement.CHARGEBACK.value,
        Evenement.CHARGEBACK_SUSPENSE.value,
        Evenement.REPRESENTMENT.value,
        Evenement.REPRESENTMENT_SUSPENSE.value,
    ],
}

#: A fund and the first day of a span.
Place = tuple[int, date]


@dataclass(frozen=True, slots=True)
class Money:
    """What 511x says of accounting days: payments of debts (how many, and cents), receipts to
    identify, sums given back, and sums that banks took back. A reversal takes away what it
    reverses."""

    payments: int = 0
    paid_cents: int = 0
    unidentified_cents: int = 0
    refunded_cents: int = 0
    charged_back_cents: int = 0

    @property
    def net_cents(self) -> int:
        """What the gateway owes more than before: the books' side of the proofs."""
        taken_cents = self.paid_cents + self.unidentified_cents
        return taken_cents - self.refunded_cents - self.charged_back_cents


@dataclass(frozen=True, slots=True)
class Proved:
    """What the proofs of some days left: how many days were proved, what is still to explain
    (cents), and what the gateway still owed at the last of them. ``proof_id`` is that last one."""

    days: int
    unexplained: int
    unexplained_cents: int
    owed_cents: int
    proof_id: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The anomalies open when a span ends, and the Paris day on which the oldest opened."""

    anomalies: int
    oldest_on: date


@dataclass(frozen=True, slots=True)
class Figures:
    """All that one span says of one fund, or of several: nothing proved is ``None``, not zero."""

    span: Span
    money: Money
    proved: Proved | None
    waiting: Waiting | None

    @property
    def age_days(self) -> int | None:
        """How old the oldest open anomaly was when the span ended, in days."""
        return (self.span.last_on - self.waiting.oldest_on).days if self.waiting else None

    @property
    def age_words(self) -> str:
        """The same in words; empty when nothing waits."""
        return days_of_age(self.age_days) if self.age_days is not None else ""


def figures_by_fund(
    *, caisse_ids: Iterable[int], step: Step, spans: Sequence[Span]
) -> dict[int, list[Figures]]:
    """For each of these funds, one ``Figures`` a span, in order, also where nothing happened.

    The caller's scope still applies: a fund that it does not hold has nothing but zeros.
    """
    funds = sorted(set(caisse_ids))
    money = money_by_fund(caisse_ids=funds, step=step, spans=spans)
    proved = _proved(funds, step, spans)
    waiting = _waiting(funds, spans)
    return {
        fund: [
            Figures(
                span,
                money.get((fund, span.first_on), Money()),
                proved.get((fund, span.first_on)),
                waiting.get((fund, span.first_on)),
            )
            for span in spans
        ]
        for fund in funds
    }


def money_by_fund(
    *, caisse_ids: Iterable[int], step: Step, spans: Sequence[Span]
) -> dict[Place, Money]:
    """What the gateway took and gave back: the one definition, for a day as for a year."""
    rows = _rows("pictures_money", {**_between(caisse_ids, step, spans), **GROUPS})
    return {(fund, first_on): Money(*values) for fund, first_on, *values in rows}


def together(figures: Sequence[Figures]) -> Figures:
    """The same span of several funds as one: sums, and the oldest of the oldest."""
    proofs = [one.proved for one in figures if one.proved]
    waits = [one.waiting for one in figures if one.waiting]
    return Figures(
        figures[0].span,
        _sum_of_money(one.money for one in figures),
        _sum_of_proofs(proofs) if proofs else None,
        Waiting(sum(one.anomalies for one in waits), min(one.oldest_on for one in waits))
        if waits
        else None,
    )


def whole_period(figures: Sequence[Figures]) -> Figures:
    """One fund's spans as one: money and what is to explain are summed; what the gateway owes and
    the anomalies are those of the end."""
    proofs = [one.proved for one in figures if one.proved]
    proved = _sum_of_proofs(proofs, owed_cents=proofs[-1].owed_cents) if proofs else None
    span = Span(figures[0].span.first_on, figures[-1].span.last_on)
    money = _sum_of_money(one.money for one in figures)
    return Figures(span, money, proved, figures[-1].waiting)


def _sum_of_money(found: Iterable[Money]) -> Money:
    every = list(found)
    return Money(
        sum(one.payments for one in every),
        sum(one.paid_cents for one in every),
        sum(one.unidentified_cents for one in every),
        sum(one.refunded_cents for one in every),
        sum(one.charged_back_cents for one in every),
    )


def _sum_of_proofs(found: Sequence[Proved], *, owed_cents: int | None = None) -> Proved:
    return Proved(
        sum(one.days for one in found),
        sum(one.unexplained for one in found),
        sum(one.unexplained_cents for one in found),
        sum(one.owed_cents for one in found) if owed_cents is None else owed_cents,
    )


def _proved(funds: list[int], step: Step, spans: Sequence[Span]) -> dict[Place, Proved]:
    rows = _rows("pictures_proofs", _between(funds, step, spans))
    return {(fund, first_on): Proved(*values) for fund, first_on, *values in rows}


def _waiting(funds: list[int], spans: Sequence[Span]) -> dict[Place, Waiting]:
    ends = [_midnight(span.last_on + timedelta(days=1)) for span in spans]
    parameters = {
        "caisse_ids": funds,
        "starts": [span.first_on for span in spans],
        "ends": ends,
        "since": ends[0],
        "until": ends[-1],
    }
    rows = _rows("pictures_anomalies", parameters)
    return {(fund, first_on): Waiting(*values) for fund, first_on, *values in rows}


def _between(funds: Iterable[int], step: Step, spans: Sequence[Span]) -> dict[str, Any]:
    return {
        "caisse_ids": sorted(set(funds)),
        "step": TRUNC[step],
        "first_on": spans[0].first_on,
        "last_on": spans[-1].last_on,
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, PARIS)


def _rows(name: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement(name), parameters)
        return cursor.fetchall()
