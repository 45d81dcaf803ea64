"""Refunds, as agents decide them: asked by one, approved or rejected by another (invariant 16).

Nothing here speaks to the platform: an approved refund is reserved (``SENDING``) and committed,
then ``refund_sending`` takes it from there. Everything runs in the agent's scope.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from caf_portal.money import format_euros
from caisses.models import Agent
from caisses.perms import rights_of
from comptabilite.services.owning import note_action
from payments.models import Payment, Refund, Transaction
from payments.models.refund import RefundStatus
from payments.services.remains import ecriture_of, is_charged_back, refundable_cents
from payments.services.surplus_ends import surplus_open_again


class RefundRefused(Exception):
    """The request or the decision cannot be made; ``str()`` is a sentence for the agent."""


class RefundableChanged(RefundRefused):
    """What can still be given back is not what the agent was looking at."""


class AmountNotRefundable(RefundRefused):
    """Nothing, less than nothing, or more than what is left."""


class ReasonMissing(RefundRefused):
    """Why money goes back must be written down."""


class NothingTaken(RefundRefused):
    """This transaction brought no money that the fund has."""


class AnotherFund(RefundRefused):
    """The agent has no right on the fund whose money it is."""


class TakenBack(RefundRefused):
    """The holder's bank took this payment back: there is nothing to give back twice."""


class SamePerson(RefundRefused):
    """Whoever asks does not decide."""


class AlreadyDecided(RefundRefused):
    """Somebody decided before, or the platform did."""


@transaction.atomic
def ask_refund(
    *,
    agent: Agent,
    transaction_id: int,
    amount_cents: int,
    stated_cents: int,
    reason: str,
    now: datetime,
) -> Refund:
    """Ask to give ``amount_cents`` back on one transaction whose money is in the ledger.

    ``stated_cents`` is what the agent saw as refundable: read again under lock, it must not have
    changed, so that of two agents at once on the last euros one is told so. The amount is held
    from now on. Raises a ``RefundRefused``.
    """
    _refuse_bad_words(reason)
    debit = Transaction.objects.get(pk=transaction_id)
    _refuse_stranger(agent, debit.caisse_id)
    if debit.payment_id is None or debit.currency != "EUR" or ecriture_of(debit) is None:
        raise NothingTaken(_("Aucune somme encaissée n’est à rendre sur cette transaction."))
    _lock_payment(debit.payment_id)
    _refuse_charged_back(debit)
    left_cents = refundable_cents(debit)
    if stated_cents != left_cents:
        raise RefundableChanged(
            _("Le reste remboursable a changé entre-temps : il est de %(left)s. Vérifiez.")
            % {"left": format_euros(left_cents)}
        )
    if not 0 < amount_cents <= left_cents:
        raise AmountNotRefundable(
            _("Le montant doit être compris entre 0,01 € et %(left)s.")
            % {"left": format_euros(left_cents)}
        )
    refund = Refund.objects.create(
        caisse_id=debit.caisse_id,
        payment_id=debit.payment_id,
        transaction=debit,
        amount_cents=amount_cents,
        stated_cents=stated_cents,
        reason=reason.strip(),
        asked_by=agent,
        asked_at=now,
    )
    _tell_work_list(refund, "Remboursement demandé", agent=agent, now=now)
    return refund


@transaction.atomic
def approve_refund(*, agent: Agent, refund_id: int, now: datetime) -> Refund:
    """Reserve a refund that somebody else asked for; it leaves for the platform once committed.

    Two approvals at once make one. Raises a ``RefundRefused``.
    """
    return _decide(RefundStatus.SENDING, agent=agent, refund_id=refund_id, now=now)


@transaction.atomic
def reject_refund(*, agent: Agent, refund_id: int, now: datetime) -> Refund:
    """Refuse a refund that somebody else asked for; its amount is free again.

    Raises a ``RefundRefused``.
    """
    return _decide(RefundStatus.REJECTED, agent=agent, refund_id=refund_id, now=now)


def _decide(to: RefundStatus, *, agent: Agent, refund_id: int, now: datetime) -> Refund:
    _lock_payment(Refund.objects.select_related("payment").get(pk=refund_id).paid_by.pk)
    refund = _locked(refund_id)
    _refuse_stranger(agent, refund.caisse_id)
    if refund.status != RefundStatus.ASKED:
        raise AlreadyDecided(
            _("Cette demande n’attend plus de décision : %(status)s.")
            % {"status": refund.get_status_display()}
        )
    if to == RefundStatus.SENDING:
        _refuse_charged_back(refund.transaction)
    if refund.asked_by_id == agent.pk:
        raise SamePerson(_("Une autre personne que celle qui l’a demandé doit décider."))
    refund.status, refund.decided_by, refund.decided_at = to, agent, now
    refund.save(update_fields=["status", "decided_by", "decided_at"])
    if to == RefundStatus.REJECTED:
        surplus_open_again(refund)
    said = "approuvé" if to == RefundStatus.SENDING else "refusé"
    _tell_work_list(refund, f"Remboursement {said}", agent=agent, now=now)
    return refund


def _tell_work_list(refund: Refund, what: str, *, agent: Agent, now: datetime) -> None:
    """What was done is in the trace of the lines that are about this money."""
    note_action(
        caisse_id=refund.caisse_id,
        subject=refund.transaction.uuid.hex,
        agent=agent,
        text=f"{what} : {format_euros(refund.amount_cents)}.",
        now=now,
    )


def _locked(refund_id: int) -> Refund:
    return Refund.objects.locked().get(pk=refund_id)


def _lock_payment(payment_id: int) -> None:
    """The attempt's row comes first for whoever touches its refunds: they wait here, in turn."""
    Payment.objects.locked().get(pk=payment_id)


def _refuse_bad_words(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(_("Écrivez pourquoi cette somme est rendue."))


def _refuse_charged_back(debit: Transaction) -> None:
    if is_charged_back(debit):
        raise TakenBack(
            _(
                "La banque de la personne a repris ce paiement (impayé) : il ne se rembourse plus. "
                "S’il en reste une somme à rendre, faites-le par virement."
            )
        )


def _refuse_stranger(agent: Agent, caisse_id: int) -> None:
    rights = rights_of(agent)
    if not (rights.national or caisse_id in rights.caisse_ids):
        raise AnotherFund(_("Vous n’avez pas de droit sur cette caisse."))
