"""The fund's answer to a demande: written once, with a reason, and with what it does to the debt.

One transaction holds the demande, its movement, its écriture and the state of the debt. A
remission is a loss that the accounts write now; a correction of the debt waits for the rules of
the accounts receivable (``docs/domaine.md``).
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allocataires.models import Creance
from allocataires.nomenclature import MouvementType
from allocataires.services.mouvements import Posting, post_mouvements
from allocataires.states import ELSEWHERE
from caf_portal.money import format_euros
from caf_portal.paris import paris_date
from caisses.models import Agent
from caisses.perms import rights_of
from comptabilite.models.events import Evenement
from comptabilite.services.writing import Part, write_ecriture
from recouvrement.models import Demande
from recouvrement.models.demande import DemandeKind, DemandeStatus
from recouvrement.services.demande_messages import tell_decided
from recouvrement.services.filing import resume_after_answer
from recouvrement.services.suspension import resumes_on


class DecisionRefused(Exception):
    """The answer cannot be given; ``str()`` is a sentence for the agent."""


class ReasonMissing(DecisionRefused):
    """Every answer says why."""


class AlreadyAnswered(DecisionRefused):
    """Somebody answered, the person withdrew it, or silence did."""


class BalanceChanged(DecisionRefused):
    """What is left is not what the agent was looking at."""


class AmountRefused(DecisionRefused):
    """Nothing, or as much as what is left, in an answer that says in part."""


class NotOurs(DecisionRefused):
    """Another fund's, or a debt that somebody else follows now."""


class NoRemission(DecisionRefused):
    """The law allows none: a fraud, or nothing left to remit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an agent says. ``amount_cents`` is read for an answer in part; ``stated_cents`` is the
    balance that the agent's page showed.
    """

    status: DemandeStatus
    reason: str
    stated_cents: int
    amount_cents: int | None = None


@transaction.atomic
def decide_demande(*, agent: Agent, demande_id: int, answer: Answer, now: datetime) -> Demande:
    """Answer a demande that waits, in the agent's scope.

    Accepted whole, what is left of the debt goes; in part, the stated amount. What remains is
    claimed again from ``resume_on``, never before the law's date nor without six days of notice.
    The debt is locked first, then the demande. Raises a ``DecisionRefused``.
    """
    _refuse_silence(answer)
    creance_id = Demande.objects.get(pk=demande_id).creance_id
    creance = Creance.objects.locked().get(pk=creance_id)
    demande = Demande.objects.locked().get(pk=demande_id)
    _refuse_stranger(agent, demande.caisse_id)
    _refuse_answered(demande)
    cents = _cents(answer, creance, demande)
    demande.status, demande.reason = answer.status, answer.reason.strip()
    demande.decided_at, demande.decided_by = now, agent
    demande.remitted_cents = cents or None
    demande.resume_on = resume_after_answer(demande, creance, now=now)
    demande.save(
        update_fields=[
            *("status", "reason", "decided_at", "decided_by", "remitted_cents", "resume_on")
        ]
    )
    if cents:
        _lower(creance, demande, cents, now=now)
    tell_decided(demande=demande, resume_on=resumes_on(creance), now=now)
    return demande


def _cents(answer: Answer, creance: Creance, demande: Demande) -> int:
    """What the answer takes off the debt."""
    if answer.status == DemandeStatus.REJETEE:
        return 0
    if creance.state in ELSEWHERE:
        raise NotOurs(_("Cette dette est suivie ailleurs : la caisse ne peut plus la réduire."))
    if demande.kind == DemandeKind.REMISE:
        _refuse_remission(creance)
    if answer.stated_cents != creance.balance_cents:
        raise BalanceChanged(
            _("Le reste dû a changé entre-temps : il est de %(left)s. Vérifiez.")
            % {"left": format_euros(creance.balance_cents)}
        )
    if answer.status == DemandeStatus.ACCEPTEE:
        return creance.balance_cents
    if answer.amount_cents is None or not 0 < answer.amount_cents < creance.balance_cents:
        raise AmountRefused(
            _("En partie : le montant doit être entre 0,01 € et moins de %(left)s.")
            % {"left": format_euros(creance.balance_cents)}
        )
    return answer.amount_cents


def _lower(creance: Creance, demande: Demande, cents: int, *, now: datetime) -> None:
    """Post the movement, which ends the debt when nothing is left, and write the remission."""
    post_mouvements(
        caisse_id=creance.caisse_id,
        kind=_movement(demande),
        postings=[Posting(creance.pk, cents)],
        value_on=paris_date(now),
        source_id=demande.public_id,
        now=now,
    )
    creance.refresh_from_db(fields=["state", "balance_cents", "mouvement_count"])
    if demande.kind != DemandeKind.REMISE:
        return
    label = f"Remise de dette {creance}"
    part = Part(
        event=Evenement.REMISSION,
        famille=creance.famille,
        amount_cents=cents,
        auxiliaire=f"{creance.allocataire.numero}-{creance}".replace(" ", "-"),
        label=label,
    )
    write_ecriture(
        caisse_id=creance.caisse_id,
        event=Evenement.REMISSION,
        parts=[part],
        source_id=demande.public_id,
        piece=demande.reference,
        label=label,
        now=now,
    )


def _movement(demande: Demande) -> MouvementType:
    if demande.kind == DemandeKind.REMISE:
        return MouvementType.REMISE
    whole = demande.status == DemandeStatus.ACCEPTEE
    return MouvementType.ANNULATION if whole else MouvementType.AJUSTEMENT_BAISSE


def _refuse_silence(answer: Answer) -> None:
    if not answer.reason.strip():
        raise ReasonMissing(_("Écrivez pourquoi : la personne lira ce motif."))


def _refuse_stranger(agent: Agent, caisse_id: int) -> None:
    rights = rights_of(agent)
    if not (rights.national or caisse_id in rights.caisse_ids):
        raise NotOurs(_("Vous n’avez pas de droit sur cette caisse."))


def _refuse_answered(demande: Demande) -> None:
    if not demande.is_waiting:
        raise AlreadyAnswered(
            _("Cette demande n’attend plus de réponse : %(status)s.")
            % {"status": demande.get_status_display()}
        )


def _refuse_remission(creance: Creance) -> None:
    if creance.fraude:
        raise NoRemission(_("La loi ne permet pas de remise : une fraude a été retenue."))
    if creance.is_settled:
        raise NoRemission(_("Il ne reste rien à remettre : la dette est terminée."))
