"""Changes of a plan, seen before they are made: a due moved, one skipped, a pause of a month."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from allocataires.models import Echeancier, ReportEcheance
from allocataires.models.echeancier import EcheancierStatus, PlanMeans, ReportKind
from allocataires.services.echeanciers import PlanImpossible
from allocataires.services.plan_calendar import MOST_AGREED, Calendar, Shift, latest_end
from allocataires.services.plan_money import lock_plan
from caf_portal.paris import paris_date
from caisses.models import Agent
from recouvrement.plan_queries import calendar_of
from recouvrement.services.plan_messages import tell_plan_changed
from recouvrement.services.plan_reports import write_shifts

#: A person pauses a plan once in this time; an agent may do it more often.
PAUSE_AGAIN_AFTER = timedelta(days=365)


class ChangeRefused(Exception):
    """The plan cannot be changed so; ``str()`` is a sentence for whoever asks."""


class ChangeOutdated(ChangeRefused):
    """The plan is not any more what was shown: it must be shown again."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked. ``rank`` and ``to_on`` are for a due that is moved."""

    kind: ReportKind
    rank: int = 0
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do."""

    change: Change
    shifts: tuple[Shift, ...]
    end_before: date
    end_after: date

    @property
    def seen(self) -> str:
        """These very dates, in a text: what was shown is what may be confirmed."""
        return "_".join(f"{s.rank}.{s.from_on:%Y%m%d}.{s.to_on:%Y%m%d}" for s in self.shifts)


def preview_change(
    plan: Echeancier, change: Change, *, agent: Agent | None, today: date
) -> Preview:
    """The dates that a change would give, in the caller's scope; writes nothing.

    A person skips one due in a plan and pauses once in twelve months; an agent is not bound by
    that. Nobody puts the last due beyond twenty-four months in all. Raises ``ChangeRefused``.
    """
    if plan.status != EcheancierStatus.ACTIVE:
        raise ChangeRefused(_("Cet échéancier n’est pas en cours : il n’y a rien à changer."))
    calendar = calendar_of(plan)
    end_before = calendar.last_after(())
    if end_before is None:
        raise ChangeRefused(_("Il ne reste aucune échéance à venir."))
    if agent is None:
        _refuse_above_limits(plan, change, today)
    if plan.means == PlanMeans.CARTE:
        _refuse_what_the_platform_debits(calendar, change, today)
    try:
        shifts = _shifts(calendar, change, today)
    except PlanImpossible as error:
        raise ChangeRefused(str(error)) from error
    end_after = calendar.last_after(shifts) or end_before
    if end_after > max(latest_end(paris_date(plan.agreed_at)), end_before):
        raise ChangeRefused(
            _("L’échéancier durerait plus de %(most)s mois : ce n’est pas possible.")
            % {"most": MOST_AGREED}
        )
    return Preview(change, shifts, end_before, end_after)


@transaction.atomic
def change_own_plan(
    *, echeancier_id: int, change: Change, seen: str, agent: Agent | None, now: datetime
) -> Echeancier:
    """Make a change of a plan that no card pays; the person is told.

    ``seen`` is what the preview showed: other dates by now raise ``ChangeOutdated`` and nothing
    is changed. Raises ``ChangeRefused``.
    """
    plan, _dues = lock_plan(echeancier_id)
    if plan.means == PlanMeans.CARTE:
        raise ChangeRefused(_("Cet échéancier est payé par carte : la plateforme doit le changer."))
    preview = preview_change(plan, change, agent=agent, today=paris_date(now))
    check_seen(preview, seen)
    record_change(plan, preview.shifts, change.kind, source_id=uuid4(), agent=agent, now=now)
    return plan


def check_seen(preview: Preview, seen: str) -> None:
    """Raise ``ChangeOutdated`` unless these are the dates that were shown."""
    if preview.seen != seen:
        raise ChangeOutdated(
            _("Les dates ont changé depuis que vous les avez vues : vérifiez-les.")
        )


def record_change(
    plan: Echeancier,
    shifts: tuple[Shift, ...],
    kind: ReportKind,
    *,
    source_id: UUID,
    agent: Agent | None,
    now: datetime,
) -> None:
    """Write a decision and its message; the caller holds the dues under lock."""
    write_shifts(plan, shifts, kind=kind, source_id=source_id, agent=agent, now=now)
    tell_plan_changed(plan, source_id=source_id, now=now)


def _shifts(calendar: Calendar, change: Change, today: date) -> tuple[Shift, ...]:
    match change.kind:
        case ReportKind.PAUSE:
            return calendar.later_by_a_month()
        case ReportKind.SAUTEE:
            return calendar.skipped()
        case _:
            if change.to_on is None:
                raise PlanImpossible(_("Choisissez une date."))
            return calendar.moved(rank=change.rank, to_on=change.to_on, today=today)


def _refuse_above_limits(plan: Echeancier, change: Change, today: date) -> None:
    made = ReportEcheance.objects.filter(
        echeance__echeancier=plan, kind=change.kind, agent__isnull=True
    )
    if change.kind == ReportKind.SAUTEE and made.exists():
        raise ChangeRefused(
            _("Vous avez déjà sauté une échéance de cet échéancier. Demandez à votre Caf.")
        )
    since = today - PAUSE_AGAIN_AFTER
    if change.kind == ReportKind.PAUSE and made.filter(at__date__gt=since).exists():
        raise ChangeRefused(
            _("Vous avez déjà fait une pause ces douze derniers mois. Demandez à votre Caf.")
        )


def _refuse_what_the_platform_debits(calendar: Calendar, change: Change, today: date) -> None:
    """The day itself is too late: the debit may be on its way."""
    touched = [
        on
        for rank, on in calendar.to_come
        if change.kind != ReportKind.DEPLACEE or rank == change.rank
    ]
    if touched and min(touched) <= today:
        raise ChangeRefused(_("Un débit est prévu aujourd’hui ou attendu : réessayez demain."))
