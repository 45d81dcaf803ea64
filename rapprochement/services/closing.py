"""Closes days, months and years: what was proved is final, and takes nothing any more.

A day closes once it is over, in turn, and once nothing of its proof is left to explain. An
accountant of the fund asks for it: no task closes anything by itself.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction

from caf_portal.database.advisory import one_at_a_time
from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from caisses.models import Agent
from comptabilite.models import Cloture
from comptabilite.models.cloture import Periode
from comptabilite.services.open_days import first_day_to_close, hold_books
from comptabilite.services.validation import drafts_until, validate_day
from rapprochement.services.closing_checks import (
    ClosingRefused,
    NotExplained,
    refuse_out_of_turn,
    refuse_unexplained,
    refuse_unless_accountant,
)
from rapprochement.services.closing_periods import close_month, close_year
from rapprochement.services.proving import prove_day
from rapprochement.services.sealed_proof import explained_cents, sealed
from rapprochement.services.writing_movements import write_movements

__all__ = ["ClosingRefused", "close_day", "close_days_until", "close_month", "close_year"]


def close_day(*, caisse_id: int, day_on: date, agent: Agent, now: datetime) -> Cloture:
    """Prove a day (Paris) again, close it, and make its écritures final.

    In the caller's scope. The books of the fund are held from the first statement: what was being
    written is in the proof, what comes next goes to the next day. An empty day closes too. Raises
    ``ClosingRefused``: the agent is not an accountant of the fund, the day is not over or not the
    next one, or something of its proof is not explained; that proof is then written, for the
    accountant to open it, if the caller's transaction ends well.
    """
    try:
        return _close_day(caisse_id=caisse_id, day_on=day_on, agent=agent, now=now)
    except NotExplained:
        prove_day(caisse_id=caisse_id, day_on=day_on, now=now)
        raise


@transaction.atomic
def _close_day(*, caisse_id: int, day_on: date, agent: Agent, now: datetime) -> Cloture:
    refuse_unless_accountant(caisse_id=caisse_id, agent=agent)
    # The matching takes its turn, then writes in the books: a closing takes both in this order.
    one_at_a_time("rapprochement", caisse_id)
    hold_books(caisse_id=caisse_id)
    refuse_out_of_turn(caisse_id, day_on, now)
    # What the fund's software told of that day is written in it, and not on the next one.
    write_movements(caisse_id=caisse_id, now=now)
    proof = prove_day(caisse_id=caisse_id, day_on=day_on, now=now)
    refuse_unexplained(proof)
    drafts = drafts_until(caisse_id=caisse_id, last_on=day_on)
    cloture = Cloture.objects.create(
        caisse_id=caisse_id,
        periode=Periode.JOUR,
        first_on=day_on,
        last_on=day_on,
        closed_at=now,
        closed_by=agent,
        ecritures=drafts.ecritures,
        debit_cents=drafts.debit_cents,
        residual_cents=explained_cents(proof),
        proof=sealed(proof),
    )
    validate_day(cloture=cloture, validated_on=paris_date(now), now=now)
    return cloture


def close_days_until(
    *,
    caisse_id: int,
    last_on: date,
    agent: Agent,
    now: datetime,
    first_on: date | None = None,
    close: Callable[..., Cloture] = close_day,
) -> tuple[list[Cloture], str]:
    """Close day after day until ``last_on``; what was closed, and why it stopped before (or "").

    Each day is a scope and a transaction of its own, unless the caller has one: the books wait for
    one day at most, and a refusal leaves the days before it closed. ``first_on`` chooses the first
    day of a fund that never closed any.
    """
    closed: list[Cloture] = []
    with caisse_scope(caisse_id):
        day = first_day_to_close(caisse_id=caisse_id) or first_on
    while day is not None and day <= last_on:
        with caisse_scope(caisse_id):
            try:
                closed.append(close(caisse_id=caisse_id, day_on=day, agent=agent, now=now))
            except ClosingRefused as refusal:
                return closed, str(refusal)
        day += timedelta(days=1)
    return closed, ""
