"""Demandes on the pages of debts: what may be asked, what waits, since and until when."""

from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from allocataires.deadlines import Deadline
from allocataires.models import Creance, Etape
from allocataires.queries import creances_of
from allocataires.session import Debtor
from caf_portal.paris import paris_date
from recouvrement.demande_rules import Foreseen, rule_of, rules_of
from recouvrement.demande_words import INVITATIONS, WORD_OF_KIND
from recouvrement.models import Demande
from recouvrement.models.demande import DemandeKind
from recouvrement.services.filing import DemandeRefused, foreseen, may_ask
from recouvrement.services.suspension import (
    STOPPED_BY_DEMANDE,
    resumes_on,
    stop_of,
    stopped_until,
)

register = template.Library()


@dataclass(frozen=True, slots=True)
class Offer:
    """A demande that may be made now."""

    words: str | Promise
    address: str
    ahead: Foreseen


@dataclass(frozen=True, slots=True)
class Stop:
    """A stopped recovery: since when and until when, as far as it is known."""

    since_on: date
    until_on: date | None
    resume_on: date | None
    by_demande: bool


@register.inclusion_tag("recouvrement/demande_links.html")
def demande_links(creance: Creance, debtor: Debtor | None) -> dict[str, Any]:
    """What was asked about this debt and answered, and what may still be asked."""
    if debtor is None or debtor.by_link:
        return {"demandes": [], "offers": []}
    asked = list(creance.demandes.order_by("pk"))
    waiting = {demande.kind for demande in asked if demande.is_waiting}
    return {
        "demandes": [_line(demande) for demande in asked],
        "offers": [offer for offer in _offers(creance) if offer[0] not in waiting],
        "creance": creance,
        # A letter is lent, or lost: what the fund wrote about somebody's life is not in it.
        "by_letter": debtor.by_letter,
    }


@register.inclusion_tag("recouvrement/suspension.html")
def suspension(creance: Creance) -> dict[str, Any]:
    """Since when and until when nothing is asked; nothing for a debt that is not stopped."""
    return {"stop": _stop(creance)}


@register.simple_tag
def last_day_again(creance: Creance, deadline: Deadline) -> date | None:
    """The last day of an appeal, when the answer to a rectification made it later, and to come."""
    rule = rule_of(creance.famille, DemandeKind.RECOURS)
    if rule is None or deadline.last_on is None or not deadline.way.reopens:
        return None
    ahead = foreseen(creance, rule, now=timezone.now())
    if ahead.is_late or ahead.last_day is None or ahead.last_day <= deadline.last_on:
        return None
    return ahead.last_day


@register.simple_tag
def remission_links(debtor: Debtor | None) -> list[tuple[Creance, str]]:
    """The debts about which this debtor may ask for a remission, each with its form."""
    if debtor is None:
        return []
    open_debts = creances_of(debtor).filter(balance_cents__gt=0).oldest_first()
    return [
        (creance, _address(creance, DemandeKind.REMISE))
        for creance in open_debts
        if _is_offered(creance, DemandeKind.REMISE)
    ]


def _line(demande: Demande) -> dict[str, Any]:
    """A demande as the page shows it; recovery resumes on that day at the earliest."""
    return {"demande": demande, "today": paris_date(timezone.now())}


def _offers(creance: Creance) -> list[tuple[str, Offer]]:
    now = timezone.now()
    return [
        (
            rule.kind,
            Offer(
                INVITATIONS[rule.kind],
                _address(creance, rule.kind),
                foreseen(creance, rule, now=now),
            ),
        )
        for rule in rules_of(creance.famille)
        if _is_offered(creance, rule.kind)
    ]


def _is_offered(creance: Creance, kind: DemandeKind) -> bool:
    try:
        may_ask(creance, kind)
    except DemandeRefused:
        return False
    return True


def _address(creance: Creance, kind: DemandeKind) -> str:
    return reverse("recouvrement:ask", args=[creance.public_id, WORD_OF_KIND[kind]])


def _stop(creance: Creance) -> Stop | None:
    if creance.state not in STOPPED_BY_DEMANDE or creance.is_settled:
        return None
    lines = list(creance.etapes.order_by("-pk"))
    if not lines:
        return None
    by_demande = stop_of(creance)
    resume_on = resumes_on(creance) if by_demande else None
    return Stop(
        since_on=_since(lines) if by_demande else lines[0].on,
        until_on=stopped_until(by_demande or lines[0], resume_on),
        resume_on=resume_on,
        by_demande=by_demande is not None,
    )


def _since(lines: list[Etape]) -> date:
    """The day of the first of the lines, without a break, that keep the debt stopped."""
    unbroken = takewhile(lambda line: line.to_state in STOPPED_BY_DEMANDE, lines)
    return list(unbroken)[-1].on
