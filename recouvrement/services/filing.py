"""Files and withdraws demandes, for the person or whoever holds the letter of the debt."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allocataires.models import Creance
from allocataires.queries import creances_of
from allocataires.session import Debtor
from allocataires.states import ELSEWHERE, CreanceState
from caf_portal.paris import paris_date
from recouvrement.demande_rules import DemandeRule, Foreseen, after_answer, foresee, rule_of
from recouvrement.models import Demande
from recouvrement.models.demande import DemandeKind, DemandeStatus
from recouvrement.services.demande_messages import tell_decided, tell_filed
from recouvrement.services.suspension import resumes_on, state_before, stop_recovery


class DemandeRefused(Exception):
    """The demande cannot be filed or withdrawn; ``str()`` is a sentence for the person."""


class NotOffered(DemandeRefused):
    """The texts of this benefit do not have this kind of demande."""


class FraudExcludes(DemandeRefused):
    """No remission of a debt that the fund calls a fraud."""


class NothingToAsk(DemandeRefused):
    """Nothing is left on the debt, or somebody else follows it."""


class AlreadyFiled(DemandeRefused):
    """The same was asked and waits for its answer."""


class NotWaiting(DemandeRefused):
    """It was answered, or withdrawn."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody writes in the form of a demande."""

    kind: DemandeKind
    message: str = ""
    email: str = ""


def may_ask(creance: Creance, kind: str) -> DemandeRule:
    """The rule under which this may be asked about this debt today.

    Raises a ``DemandeRefused`` that says why not and what else is possible.
    """
    rule = rule_of(creance.famille, kind)
    if rule is None:
        raise NotOffered(
            _("Cette demande n’existe pas pour cette prestation. Vous pouvez contester la dette.")
        )
    if creance.state in ELSEWHERE:
        raise NothingToAsk(
            _("Votre Caf ne suit plus cette dette : adressez-vous à l’organisme qui la suit.")
        )
    if creance.is_settled or creance.state == CreanceState.PRESCRITE:
        raise NothingToAsk(
            _("Rien ne vous est plus demandé. Si vous pensez avoir trop payé, écrivez à votre Caf.")
        )
    if kind == DemandeKind.REMISE and creance.fraude:
        raise FraudExcludes(
            _(
                "Votre Caf a retenu une fraude ou une fausse déclaration : la loi ne permet pas "
                "de remise pour cette dette."
            )
        )
    return rule


def foreseen(creance: Creance, rule: DemandeRule, *, now: datetime) -> Foreseen:
    """What filing now would do; the delay of an appeal runs again after a rectification."""
    return foresee(
        rule,
        since_on=_since(creance, rule.kind),
        on=paris_date(now),
        departement=creance.caisse.departement_code,
    )


@transaction.atomic
def file_demande(*, debtor: Debtor, creance_id: UUID, asking: Asking, now: datetime) -> Demande:
    """File a demande on a debt that this debtor sees; the recovery stops here if the law says so.

    The debt is locked: of two at once, the second one is told. Raises ``Creance.DoesNotExist`` for
    a debt that the debtor does not see, or a ``DemandeRefused``.
    """
    creance = creances_of(debtor).locked().get(public_id=creance_id)
    rule = may_ask(creance, asking.kind)
    if creance.demandes.waiting().filter(kind=asking.kind).exists():
        raise AlreadyFiled(_("Cette demande est déjà déposée : elle est en cours d’examen."))
    ahead = foreseen(creance, rule, now=now)
    demande = Demande.objects.create(
        caisse_id=creance.caisse_id,
        creance=creance,
        allocataire_id=creance.allocataire_id,
        kind=asking.kind,
        message=asking.message,
        email=asking.email,
        filed_at=now,
        filed_on=paris_date(now),
        suspends=ahead.suspends,
        law=rule.law,
        back_to=state_before(creance),
        answer_due_on=ahead.answer_due_on,
    )
    if ahead.suspends:
        stop_recovery(creance, demande, state=rule.state, until_on=ahead.stopped_until, now=now)
    tell_filed(demande=demande, now=now)
    return demande


@transaction.atomic
def withdraw_demande(*, debtor: Debtor, demande_id: UUID, now: datetime) -> Demande:
    """Withdraw a demande that waits; recovery resumes after the notice, if nothing else stops it.

    Raises ``Demande.DoesNotExist`` for one that the debtor does not see, or ``NotWaiting``.
    """
    visible = Demande.objects.filter(creance__in=creances_of(debtor))
    creance_id = visible.get(public_id=demande_id).creance_id
    creance = Creance.objects.locked().get(pk=creance_id)
    demande = Demande.objects.locked().get(public_id=demande_id)
    if not demande.is_waiting:
        raise NotWaiting(
            _("Cette demande n’est plus en attente : %(status)s.")
            % {"status": demande.get_status_display()}
        )
    close_demande(demande, DemandeStatus.RETIREE, creance=creance, now=now)
    tell_decided(demande=demande, resume_on=resumes_on(creance), now=now)
    return demande


def close_demande(
    demande: Demande, status: DemandeStatus, *, creance: Creance, now: datetime
) -> None:
    """End a demande without an agent's answer; the caller holds both rows under lock."""
    demande.status, demande.decided_at = status, now
    demande.resume_on = resume_after_answer(demande, creance, now=now)
    demande.save(update_fields=["status", "decided_at", "resume_on"])


def resume_after_answer(demande: Demande, creance: Creance, *, now: datetime) -> date | None:
    """First day of recovery after an answer given now; ``None`` if it was never stopped."""
    if not demande.suspends:
        return None
    return after_answer(demande.kind, paris_date(now), creance.caisse.departement_code)


def _since(creance: Creance, kind: DemandeKind) -> date:
    """The notification that opened the delay: the answer to a rectification opens another one."""
    if kind != DemandeKind.RECOURS:
        return creance.notified_on
    asked = creance.demandes.filter(kind=DemandeKind.RECTIFICATION, decided_at__isnull=False)
    answers = [paris_date(demande.decided_at) for demande in asked if demande.decided_at]
    return max([creance.notified_on, *answers])
