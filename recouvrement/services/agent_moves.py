"""Agents' decisions about a debt: each with a reason, a date and the conditions of its text.

The history keeps who, why and when; an action that leaves nothing to repay posts its movement in
the same transaction. Writing a loss in the accounts waits for its rules (``docs/domaine.md``).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allocataires.models import Creance, Etape
from allocataires.nomenclature import Famille, Sens
from allocataires.services.etapes import Why, may_move, move_creance
from allocataires.services.mouvements import Posting, post_mouvements
from allocataires.states import CreanceState
from allocataires.transitions import EtapeCause
from caf_portal.money import format_euros
from caf_portal.paris import paris_date
from caisses.models import Agent, Habilitation
from caisses.models.habilitation import Role
from caisses.perms import rights_of
from recouvrement import deadlines
from recouvrement.agent_actions import RULES, Action, ActionRule
from recouvrement.demande_rules import rule_of
from recouvrement.models.demande import DemandeKind
from recouvrement.services.suspension import state_before, stop_of

#: States that *resume* leaves; a debt of another fund comes back by that fund's own road.
_RESUMABLE = frozenset(
    {
        CreanceState.RECTIFICATION,
        CreanceState.CONTESTEE,
        CreanceState.SUSPENDUE,
        CreanceState.SURENDETTEMENT,
        CreanceState.TRANSFEREE,
        CreanceState.PRESCRITE,
    }
)
_FROM_ELSEWHERE = frozenset({CreanceState.TRANSFEREE, CreanceState.MUTEE})


class ActionRefused(Exception):
    """The action cannot be done; ``str()`` is a sentence for the agent. Nothing has changed."""


@dataclass(frozen=True, slots=True)
class Order:
    """What an agent decides; ``stated_cents`` is the balance that the page showed."""

    action: Action
    reason: str
    on: date
    stated_cents: int
    until_on: date | None = None


@transaction.atomic
def act_on_debt(*, agent: Agent, creance_id: int, order: Order, now: datetime) -> Etape:
    """Do one action on a debt, under its lock, in the agent's scope; the line of its history.

    Raises ``ActionRefused``.
    """
    creance = Creance.objects.locked().get(pk=creance_id)
    rule = RULES[order.action]
    _refuse_stranger(agent, creance)
    _refuse_words(order, creance, now)
    to = _target(creance, order.action)
    _refuse_move(creance, order.action, to)
    if rule.claims:
        _refuse_while_stopped(creance, now)
    if rule.movement:
        _refuse_amount(creance, order)
    _refuse_by_text(agent, creance, order)
    why = Why(
        EtapeCause.AGENT,
        note=order.reason.strip(),
        agent=agent,
        source_id=uuid4(),
        until_on=_until(creance, order, rule),
    )
    etape = move_creance(creance, to, why=why, now=now, on=order.on)
    _post(creance, rule, etape, now=now)
    return etape


def possible_actions(creance: Creance) -> list[Action]:
    """The actions that the table of moves allows from this state, whatever their conditions."""
    return [action for action in Action if _is_open(creance, action)]


def _is_open(creance: Creance, action: Action) -> bool:
    if action == Action.REPRENDRE:
        return creance.state in _RESUMABLE
    if creance.is_settled or creance.state in _FROM_ELSEWHERE:
        return False
    return may_move(creance, RULES[action].to)


def _target(creance: Creance, action: Action) -> CreanceState:
    """Where it leads: a debt that a demande stopped resumes where it was."""
    if action == Action.REPRENDRE and stop_of(creance) is not None:
        return state_before(creance)
    return RULES[action].to


def _until(creance: Creance, order: Order, rule: ActionRule) -> date | None:
    departement = creance.caisse.departement_code
    if order.action == Action.METTRE_EN_DEMEURE:
        return deadlines.contrainte_from(order.on, departement) - timedelta(days=1)
    if order.action == Action.CONTRAINDRE:
        return deadlines.last_day_to_oppose(order.on, departement)
    return order.until_on if rule.may_end else None


def _post(creance: Creance, rule: ActionRule, etape: Etape, *, now: datetime) -> None:
    if rule.movement is None or etape.source_id is None:
        return
    post_mouvements(
        caisse_id=creance.caisse_id,
        kind=rule.movement,
        postings=[Posting(creance.pk, creance.balance_cents)],
        value_on=etape.on,
        source_id=etape.source_id,
        now=now,
    )
    creance.refresh_from_db(fields=["state", "balance_cents", "mouvement_count"])


def _refuse_stranger(agent: Agent, creance: Creance) -> None:
    rights = rights_of(agent)
    if not (rights.national or creance.caisse_id in rights.caisse_ids):
        raise ActionRefused(_("Vous n’avez pas de droit sur cette caisse."))


def _refuse_words(order: Order, creance: Creance, now: datetime) -> None:
    if not order.reason.strip():
        raise ActionRefused(
            _("Écrivez pourquoi : la personne le lira dans l’histoire de la dette.")
        )
    if order.on > paris_date(now):
        raise ActionRefused(_("La date d’effet ne peut pas être dans l’avenir."))
    if order.on < creance.notified_on:
        raise ActionRefused(
            _("La date d’effet ne peut pas précéder la notification, le %(on)s.")
            % {"on": _day(creance.notified_on)}
        )
    if order.until_on and order.until_on < order.on:
        raise ActionRefused(_("La date de fin ne peut pas précéder la date d’effet."))


def _refuse_move(creance: Creance, action: Action, to: CreanceState) -> None:
    if not _is_open(creance, action) or not may_move(creance, to):
        raise ActionRefused(
            _("Une dette « %(state)s » ne peut pas être « %(to)s ».")
            % {"state": creance.get_state_display(), "to": to.label}
        )


def _refuse_while_stopped(creance: Creance, now: datetime) -> None:
    if creance.demandes.waiting().filter(suspends=True).exists():
        raise ActionRefused(
            _("Une demande arrête le remboursement par la loi : répondez-y d’abord.")
        )
    # Whoever stops the debt today: an agent's stop in between does not shorten the law's delay.
    answered = creance.demandes.filter(suspends=True, resume_on__gt=paris_date(now))
    resume_on = answered.aggregate(last_on=Max("resume_on"))["last_on"]
    if resume_on:
        raise ActionRefused(
            _("Pas avant le %(on)s : la personne a ce délai après la réponse à sa demande.")
            % {"on": _day(resume_on)}
        )


def _refuse_amount(creance: Creance, order: Order) -> None:
    if order.stated_cents != creance.balance_cents:
        raise ActionRefused(
            _("Le reste dû a changé entre-temps : il est de %(left)s. Vérifiez.")
            % {"left": format_euros(creance.balance_cents)}
        )


def _refuse_by_text(agent: Agent, creance: Creance, order: Order) -> None:
    check = {
        Action.METTRE_EN_DEMEURE: _refuse_early_notice,
        Action.CONTRAINDRE: _refuse_early_contrainte,
        Action.TRANSFERER: _refuse_other_than_rsa,
        Action.PRESCRIRE: _refuse_early_prescription,
        Action.PETIT_MONTANT: _refuse_big_amount,
    }.get(order.action)
    if check:
        check(creance, order.on)
    if order.action == Action.NON_VALEUR:
        _refuse_early_write_off(agent, creance, order.on)


def _refuse_early_notice(creance: Creance, on: date) -> None:
    departement = creance.caisse.departement_code
    last_day = deadlines.last_day_to_rectify(creance.notified_on, departement)
    if rule_of(creance.famille, DemandeKind.RECTIFICATION) and on <= last_day:
        raise ActionRefused(
            _("Pas avant la fin du délai de rectification, le %(on)s.") % {"on": _day(last_day)}
        )


def _refuse_early_contrainte(creance: Creance, on: date) -> None:
    notices = creance.etapes.filter(to_state=CreanceState.MISE_EN_DEMEURE)
    notice = notices.order_by("pk").last()
    if notice is None:
        raise ActionRefused(
            _("La date de la mise en demeure n’est pas connue : enregistrez-la d’abord.")
        )
    first_on = deadlines.contrainte_from(notice.on, creance.caisse.departement_code)
    if on < first_on:
        raise ActionRefused(
            _("Pas avant le %(on)s, un mois après la mise en demeure.") % {"on": _day(first_on)}
        )


def _refuse_other_than_rsa(creance: Creance, _on: date) -> None:
    if creance.famille != Famille.RSA:
        raise ActionRefused(_("Seule une dette de RSA se transfère au département."))


def _refuse_early_prescription(creance: Creance, on: date) -> None:
    """Reckoned from the last thing known here: a letter sent elsewhere may have interrupted it."""
    acts = [creance.notified_on]
    acts += creance.etapes.values_list("on", flat=True)
    acts += creance.mouvements.filter(sens=Sens.BAISSE).values_list("value_on", flat=True)
    barred_on = deadlines.barred_from(max(acts), fraud=creance.fraude)
    if on < barred_on:
        raise ActionRefused(
            _("Pas avant le %(on)s, d’après le dernier acte connu ici.") % {"on": _day(barred_on)}
        )


def _refuse_big_amount(creance: Creance, on: date) -> None:
    try:
        below = deadlines.small_amount_below(on, creance.famille)
    except deadlines.NoCeiling:
        raise ActionRefused(
            _("Le plafond de cette année n’est pas connu : le seuil ne peut pas être calculé.")
        ) from None
    if creance.balance_cents >= below:
        raise ActionRefused(
            _("Seule une dette de moins de %(below)s s’abandonne.") % {"below": format_euros(below)}
        )


def _refuse_early_write_off(agent: Agent, creance: Creance, on: date) -> None:
    first_on = deadlines.written_off_from(creance.implanted_on)
    if on < first_on:
        raise ActionRefused(
            _("Pas avant le %(on)s, un an après la constatation de la dette.")
            % {"on": _day(first_on)}
        )
    accountant = Habilitation.objects.filter(
        agent=agent, role=Role.COMPTABLE, caisse_id=creance.caisse_id
    )
    if not accountant.exists():
        raise ActionRefused(
            _("Seul un comptable de la caisse enregistre la décision du directeur et la sienne.")
        )


def _day(day: date) -> str:
    return date_format(day, "j F Y")
