"""A line of the work list is settled once: by words where words may do, or by a fact."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from caf_portal.money import format_euros
from caisses.models import Agent
from caisses.perms import rights_of
from comptabilite.models import Anomalie
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.suspense import money_waiting
from comptabilite.work_rules import Words, rule_of


class SettlingRefused(Exception):
    """The anomaly cannot be settled; ``str()`` is a sentence for the agent."""


class AlreadySettled(SettlingRefused):
    """Somebody settled it before."""


class NoteMissing(SettlingRefused):
    """What was done must be written down."""


class WordsNotEnough(SettlingRefused):
    """Something must be done about it first, or it takes an accountant's words."""


@transaction.atomic
def settle_anomalie(*, anomalie_id: int, agent: Agent, note: str, now: datetime) -> Anomalie:
    """Close an anomaly by an agent's words alone. It moves no money.

    Runs in the agent's scope; the row is read again under lock, so that two agents do not both
    settle it. What words may settle, and whose, is in ``comptabilite.work_rules``; while money
    that the line is about waits on a suspense account, only an accountant's do. Raises
    ``NoteMissing``, ``AlreadySettled`` or ``WordsNotEnough``, which says what to do.
    """
    anomalie = _locked(anomalie_id, note)
    _refuse_words(anomalie, agent)
    return _settled(anomalie, agent, note.strip(), now)


@transaction.atomic
def settle_by_action(*, anomalie_id: int, agent: Agent, note: str, now: datetime) -> Anomalie:
    """Close an anomaly because the agent did what it asks for, in the caller's transaction.

    Raises ``NoteMissing`` or ``AlreadySettled``.
    """
    return _settled(_locked(anomalie_id, note), agent, note.strip(), now)


def settle_by_fact(
    *,
    caisse_id: int,
    kinds: Collection[AnomalieKind],
    subjects: Collection[str],
    note: str,
    now: datetime,
) -> int:
    """Close the open anomalies that what just happened answers; returns how many.

    In the caller's transaction, in nobody's name: ``note`` says what happened and who did it.
    One that an agent settled before keeps the agent's words.
    """
    still_open = Anomalie.objects.still_open().filter(
        caisse_id=caisse_id, kind__in=kinds, subject__in=subjects
    )
    return still_open.update(settled_at=now, settled_note=note[:1000])


def words_refused(anomalie: Anomalie, agent: Agent) -> str:
    """Why this agent's words do not settle this line, as a sentence that says what to do; empty
    when they do."""
    rule = rule_of(anomalie.kind)
    if rule.words == Words.NOBODY:
        return str(rule.todo)
    rights = rights_of(agent)
    if rights.national or anomalie.caisse_id in rights.comptable_ids:
        return ""
    if rule.words == Words.COMPTABLE:
        return _("Seul un comptable peut expliquer cette ligne. %(todo)s") % {"todo": rule.todo}
    waiting_cents = money_waiting(anomalie)
    if waiting_cents:
        return _(
            "%(amount)s attendent encore au compte d’attente. %(todo)s Sinon, un comptable "
            "explique."
        ) % {"amount": format_euros(waiting_cents), "todo": rule.todo}
    return ""


def _locked(anomalie_id: int, note: str) -> Anomalie:
    if not note.strip():
        raise NoteMissing(_("Écrivez ce qui a été fait."))
    anomalie = Anomalie.objects.locked().get(pk=anomalie_id)
    if anomalie.settled_at is not None:
        raise AlreadySettled(_("Cette anomalie a déjà été réglée."))
    return anomalie


def _refuse_words(anomalie: Anomalie, agent: Agent) -> None:
    refused = words_refused(anomalie, agent)
    if refused:
        raise WordsNotEnough(refused)


def _settled(anomalie: Anomalie, agent: Agent, words: str, now: datetime) -> Anomalie:
    anomalie.settled_at, anomalie.settled_by, anomalie.settled_note = now, agent, words[:1000]
    anomalie.save(update_fields=["settled_at", "settled_by", "settled_note"])
    return anomalie
