"""A fund asks another one to take a debt over; the other one answers. Each in its own scope.

Nothing crosses the wall here: ``moving_sweep`` carries the request, the answer and the debt.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from allocataires.models import Creance
from allocataires.services.etapes import may_move
from allocataires.states import CreanceState
from caf_portal.paris import paris_date
from caisses.models import Agent, Caisse
from caisses.perms import rights_of
from recouvrement.models import MutationDemandee
from recouvrement.models.mutation import MutationSide
from recouvrement.models.mutation_demandee import MoveStatus

#: A date of effect further away is a slip of the pen.
_FURTHEST = timedelta(days=366)


class MoveRefused(Exception):
    """The request or the answer cannot be given; ``str()`` is a sentence for the agent."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where a debt goes, as an agent of its fund writes it."""

    code: str
    numero: str
    moved_on: date
    reason: str


@transaction.atomic
def ask_move(*, agent: Agent, creance_id: int, leaving: Leaving, now: datetime) -> MutationDemandee:
    """Ask another fund to take a debt over, in the agent's scope; nothing moves yet.

    Raises ``MoveRefused``.
    """
    creance = Creance.objects.locked().get(pk=creance_id)
    _refuse_stranger(agent, creance.caisse_id)
    other = _other(creance, leaving)
    _refuse_words(leaving, now=now)
    refuse_debt(creance)
    if MutationDemandee.objects.pending().filter(creance=creance).exists():
        raise MoveRefused(_("Le départ de cette dette est déjà demandé."))
    return MutationDemandee.objects.create(
        caisse_id=creance.caisse_id,
        side=MutationSide.DEPART,
        other_caisse=other,
        creance=creance,
        numero=leaving.numero,
        nature=creance.nature,
        stated_cents=creance.balance_cents,
        moved_on=leaving.moved_on,
        reason=leaving.reason.strip(),
        asked_by=agent,
        asked_at=now,
    )


@transaction.atomic
def answer_move(
    *, agent: Agent, request_id: int, accepted: bool, answer: str, now: datetime
) -> MutationDemandee:
    """Accept or refuse a debt that another fund announces, in the agent's scope.

    Accepted, it arrives within a minute. Raises ``MoveRefused``.
    """
    asked = MutationDemandee.objects.locked().get(pk=request_id)
    _refuse_stranger(agent, asked.caisse_id)
    if not asked.is_incoming or asked.status != MoveStatus.DEMANDEE:
        raise MoveRefused(_("Cette mutation n’attend pas de réponse de votre caisse."))
    if not accepted and not answer.strip():
        raise MoveRefused(_("Écrivez pourquoi vous refusez : l’autre caisse le lira."))
    asked.status = MoveStatus.ACCEPTEE if accepted else MoveStatus.REFUSEE
    asked.decided_by, asked.decided_at, asked.answer = agent, now, answer.strip()[:300]
    asked.save(update_fields=["status", "decided_by", "decided_at", "answer"])
    return asked


def refuse_debt(creance: Creance) -> None:
    """Raise ``MoveRefused`` for a debt, held under lock, that cannot leave today."""
    if creance.is_settled or not may_move(creance, CreanceState.MUTEE):
        raise MoveRefused(
            _("Une dette « %(state)s » ne part pas vers une autre caisse.")
            % {"state": creance.get_state_display()}
        )
    if creance.demandes.waiting().exists():
        raise MoveRefused(_("Une demande de la personne attend une réponse : répondez-y d’abord."))


def _other(creance: Creance, leaving: Leaving) -> Caisse:
    other = Caisse.objects.filter(code=leaving.code).first()
    if other is None:
        raise MoveRefused(_("Aucune caisse n’a ce code."))
    if other.pk == creance.caisse_id:
        raise MoveRefused(_("La dette est déjà suivie par cette caisse."))
    return other


def _refuse_words(leaving: Leaving, *, now: datetime) -> None:
    if not re.fullmatch(r"[0-9]{7}", leaving.numero, flags=re.ASCII):
        raise MoveRefused(_("Le numéro d’allocataire dans l’autre caisse a 7 chiffres."))
    if not leaving.reason.strip():
        raise MoveRefused(_("Écrivez pourquoi la dette change de caisse."))
    if abs(leaving.moved_on - paris_date(now)) > _FURTHEST:
        raise MoveRefused(_("Choisissez une date d’effet à moins d’un an d’aujourd’hui."))


def _refuse_stranger(agent: Agent, caisse_id: int) -> None:
    rights = rights_of(agent)
    if not (rights.national or caisse_id in rights.caisse_ids):
        raise MoveRefused(_("Vous n’avez pas de droit sur cette caisse."))
