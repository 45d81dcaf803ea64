"""Agrees a plan that no card pays: at once up to twelve months, else once the fund accepts it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allocataires.models import Creance, Echeancier
from allocataires.models.echeancier import EcheancierStatus, PlanMeans
from allocataires.queries import creances_of, recovery_is_stopped
from allocataires.services.echeanciers import PlanImpossible, PlanTerms, create_echeancier
from allocataires.services.plan_calendar import MOST_ALONE, monthly_dues
from allocataires.session import Debtor
from caf_portal.paris import paris_date
from payments.models import Payment
from payments.services.starting import OFFERED_AGAIN_FOR
from recouvrement.plan_queries import is_in_a_plan
from recouvrement.services.plan_messages import tell_plan_agreed

LONGEST_NOTE = 500


class PlanNotAgreed(Exception):
    """No plan can be made of what was asked; ``str()`` is a sentence for the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person asks for: cents by debt, an amount a month, a day, a means, an order."""

    shares: Mapping[UUID, int]
    monthly_cents: int
    day: int
    means: PlanMeans
    #: The debt to repay first; the law's order when none is named.
    first: UUID | None = None
    note: str = ""


@transaction.atomic
def agree_own_plan(*, debtor: Debtor, wish: Wish, langue: str, now: datetime) -> Echeancier:
    """Write the plan: ``ACTIVE`` up to twelve months (R.133-9-2 CSS), else ``ASKED``.

    The debts are locked, so that two clicks at once make one plan. They are repaid the oldest
    first, then the smallest (D.553-4 CSS), after the one that the person named. Runs in the
    debtor's scope. Raises ``PlanNotAgreed``; nothing is then written.
    """
    creances = _locked_creances(debtor, wish)
    if is_in_a_plan(wish.shares):
        raise PlanNotAgreed(_("Un échéancier est déjà en cours ou demandé pour cette dette."))
    if _is_agreed_by_card(creances, now=now):
        raise PlanNotAgreed(
            _(
                "Un échéancier par carte vous attend sur la page de la banque : terminez-le, "
                "ou réessayez dans un quart d’heure."
            )
        )
    try:
        dues = monthly_dues(
            total_cents=sum(wish.shares.values()),
            monthly_cents=wish.monthly_cents,
            day=wish.day,
            today=paris_date(now),
        )
    except PlanImpossible as error:
        raise PlanNotAgreed(str(error)) from error
    waits = len(dues) > MOST_ALONE
    plan = create_echeancier(
        caisse_id=debtor.caisse_id,
        allocataire_id=debtor.allocataire_id,
        dues=dues,
        now=now,
        terms=PlanTerms(
            means=wish.means,
            status=EcheancierStatus.ASKED if waits else EcheancierStatus.ACTIVE,
            day=wish.day,
            ask_note=wish.note[:LONGEST_NOTE] if waits else "",
            parts=tuple((each.pk, wish.shares[each.public_id]) for each in creances),
        ),
    )
    tell_plan_agreed(plan, langue=langue, now=now)
    return plan


def _is_agreed_by_card(creances: list[Creance], *, now: datetime) -> bool:
    """Whether a plan by card left for the bank's page and may still begin: two would run."""
    attempts = Payment.objects.in_the_way_of(creances, since=now - OFFERED_AGAIN_FOR)
    return attempts.filter(echeancier__isnull=False).exists()


def in_order(creances: list[Creance], first: UUID | None) -> list[Creance]:
    """The law's order (D.553-4 CSS), after the debt that the person wants to repay first."""
    return sorted(
        creances,
        key=lambda each: (
            each.public_id != first,
            each.notified_on,
            each.initial_cents,
            each.pk,
        ),
    )


def _locked_creances(debtor: Debtor, wish: Wish) -> list[Creance]:
    if wish.means == PlanMeans.CARTE or not wish.shares:
        raise PlanNotAgreed(_("Choisissez au moins une dette, et comment vous voulez payer."))
    creances = list(creances_of(debtor).filter(public_id__in=wish.shares).locked())
    if len(creances) != len(wish.shares):
        raise PlanNotAgreed(_("Cette dette n’existe pas, ou n’est pas à votre nom."))
    for creance in creances:
        if not creance.is_payable or recovery_is_stopped(creance):
            raise PlanNotAgreed(
                _("Le remboursement d’une de ces dettes est arrêté : rien n’est à étaler.")
            )
        if not 0 < wish.shares[creance.public_id] <= creance.balance_cents:
            raise PlanNotAgreed(
                _("Ce qui reste dû a changé : choisissez de nouveau ce que vous étalez.")
            )
    return in_order(creances, wish.first)
