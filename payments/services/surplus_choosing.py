"""A surplus finds its way out: on another debt of the person, or back to them. Chosen once.

The person chooses; an agent may for them after ``AGENT_AFTER``, or at once when whoever paid came
by a link and sees none of the person's pages. Everything happens under lock, debts before the
payment, with what is left of the money read again: an agent's refund or a second click meanwhile
changes what there is to choose.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allocataires.models import Creance
from allocataires.nomenclature import MouvementType
from allocataires.services.mouvements import Posting, post_mouvements
from caf_portal.money import format_euros
from caf_portal.paris import paris_date
from caisses.models import Agent
from caisses.perms import rights_of
from comptabilite.models.events import Evenement
from comptabilite.services.writing import Part, write_ecriture
from payments.models import Affectation, Payment, Refund, TropPercu
from payments.models.refund import RefundOrigin, RefundStatus
from payments.models.surplus import TropPercuStatus
from payments.services.remains import refundable_cents, remains_of
from payments.services.surplus_ends import settle_lines, words_of
from payments.services.surplus_messages import tell_placed

#: How long the person has before an agent may choose for them.
AGENT_AFTER = timedelta(days=15)


class SurplusRefused(Exception):
    """Nothing was written; ``str()`` is a sentence for whoever chose."""


class AlreadyChosen(SurplusRefused):
    """Somebody chose before, or the money went back meanwhile."""


class BeingGivenBack(SurplusRefused):
    """A refund of this very payment is asked or on its way."""


class DebtNotPossible(SurplusRefused):
    """Another person's debt, a settled one, or one that may not be paid here."""


class TooEarly(SurplusRefused):
    """The person still has time to choose."""


class NotYours(SurplusRefused):
    """The agent has no right on the fund whose money it is."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A surplus and its payment, under lock, and what may still be chosen about."""

    surplus: TropPercu
    affectations: tuple[Affectation, ...]
    cents: int


@transaction.atomic
def place_surplus(
    *, surplus_id: int, creance_id: UUID, agent: Agent | None = None, now: datetime
) -> TropPercu:
    """Take a surplus off another debt of the person, in the fund's scope.

    The debt takes what it can; the rest, if there is one, is asked back in the same transaction.
    ``agent`` chooses for the person; empty, the person does. The caller has checked that whoever
    chooses may see the surplus and the debt. Raises a ``SurplusRefused``; nothing is then written.
    """
    creance = Creance.objects.get(public_id=creance_id)
    held = _lock(surplus_id, creance.pk, agent=agent, now=now)
    surplus = held.surplus
    creance = Creance.objects.select_related("allocataire").get(pk=creance.pk)
    if creance.allocataire_id != surplus.allocataire_id or not creance.is_payable:
        raise DebtNotPossible(
            _("Cette somme ne peut pas être déduite de cette dette. Choisissez-en une autre.")
        )
    placed_cents = min(held.cents, creance.balance_cents)
    _book(surplus, creance, placed_cents, now=now)
    surplus.creance, surplus.placed_cents = creance, placed_cents
    surplus.status = TropPercuStatus.AFFECTE
    rest_cents = held.cents - placed_cents
    if rest_cents:
        surplus.refund = _asked(surplus, rest_cents, agent=agent, now=now)
        surplus.status = TropPercuStatus.REMBOURSEMENT
    _save(surplus, agent=agent, now=now)
    settle_lines(surplus.transaction, note=words_of(surplus), now=now)
    tell_placed(surplus=surplus, now=now)
    return surplus


@transaction.atomic
def ask_surplus_back(*, surplus_id: int, agent: Agent | None = None, now: datetime) -> TropPercu:
    """Ask that a surplus be given back, in the fund's scope: an agent approves (invariant 16).

    Chosen for the person by an agent, another agent approves. Raises a ``SurplusRefused``.
    """
    held = _lock(surplus_id, None, agent=agent, now=now)
    surplus = held.surplus
    surplus.refund = _asked(surplus, held.cents, agent=agent, now=now)
    surplus.status = TropPercuStatus.REMBOURSEMENT
    _save(surplus, agent=agent, now=now)
    tell_placed(surplus=surplus, now=now)
    return surplus


def may_choose_for(surplus: TropPercu, *, now: datetime) -> bool:
    """Whether an agent may choose for the person today."""
    return surplus.payment.link_id is not None or now >= surplus.seen_at + AGENT_AFTER


def _lock(surplus_id: int, creance_id: int | None, *, agent: Agent | None, now: datetime) -> _Held:
    """Debts in their order, then the payment, then the surplus: the order everybody locks in."""
    payment_id = TropPercu.objects.values_list("payment_id", flat=True).get(pk=surplus_id)
    of_payment = Affectation.objects.filter(payment_id=payment_id).select_related(
        "creance__allocataire"
    )
    debts = set(of_payment.values_list("creance_id", flat=True))
    if creance_id is not None:
        debts.add(creance_id)
    list(Creance.objects.filter(pk__in=debts).locked())
    Payment.objects.locked().get(pk=payment_id)
    surplus = (
        TropPercu.objects.locked()
        .select_related("transaction__payment", "transaction__echeance", "payment", "allocataire")
        .get(pk=surplus_id)
    )
    affectations = tuple(of_payment)
    if agent is not None:
        _refuse_agent(agent, surplus, now=now)
    return _Held(surplus, affectations, _free_cents(surplus, affectations))


def _refuse_agent(agent: Agent, surplus: TropPercu, *, now: datetime) -> None:
    rights = rights_of(agent)
    if not (rights.national or surplus.caisse_id in rights.caisse_ids):
        raise NotYours(_("Vous n’avez pas de droit sur cette caisse."))
    if not may_choose_for(surplus, now=now):
        raise TooEarly(
            _("La personne peut encore choisir elle-même jusqu’au %(day)s.")
            % {"day": f"{paris_date(surplus.seen_at + AGENT_AFTER):%d/%m/%Y}"}
        )


def _free_cents(surplus: TropPercu, affectations: tuple[Affectation, ...]) -> int:
    """What there is to choose about, read again under lock."""
    debit = surplus.transaction
    if debit.refunds.filter(status__in=[RefundStatus.ASKED, RefundStatus.SENDING]).exists():
        raise BeingGivenBack(
            _("Un remboursement de ce paiement est déjà demandé : attendez qu’il soit terminé.")
        )
    cents = min(surplus.left_cents, remains_of(debit, affectations).suspense_cents)
    if surplus.status != TropPercuStatus.A_CHOISIR or cents <= 0:
        raise AlreadyChosen(_("Le choix est déjà fait pour cette somme."))
    return cents


def _book(surplus: TropPercu, creance: Creance, cents: int, *, now: datetime) -> None:
    post_mouvements(
        caisse_id=surplus.caisse_id,
        kind=MouvementType.CARTE,
        postings=[Posting(creance.pk, cents)],
        value_on=paris_date(now),
        source_id=surplus.public_id,
        now=now,
    )
    write_ecriture(
        caisse_id=surplus.caisse_id,
        event=Evenement.SUSPENSE_TO_DEBT,
        parts=[
            Part(
                event=Evenement.SUSPENSE_TO_DEBT,
                famille=creance.famille,
                amount_cents=cents,
                auxiliaire=f"{creance.allocataire.numero}-{creance}".replace(" ", "-"),
                label=f"Créance {creance}",
            )
        ],
        source_id=surplus.public_id,
        piece=surplus.payment.reference,
        label=f"Trop-perçu affecté {surplus.payment.reference}",
        now=now,
    )


def _asked(surplus: TropPercu, cents: int, *, agent: Agent | None, now: datetime) -> Refund:
    debit = surplus.transaction
    return Refund.objects.create(
        caisse_id=surplus.caisse_id,
        payment_id=surplus.payment_id,
        transaction=debit,
        amount_cents=cents,
        stated_cents=refundable_cents(debit),
        reason=f"Trop-perçu de {format_euros(cents)}, au choix de la personne",
        origin=RefundOrigin.PORTAL if agent else RefundOrigin.PERSON,
        asked_by=agent,
        asked_at=now,
    )


def _save(surplus: TropPercu, *, agent: Agent | None, now: datetime) -> None:
    surplus.chosen_at, surplus.chosen_by = now, agent
    surplus.save(
        update_fields=["status", "creance", "placed_cents", "refund", "chosen_at", "chosen_by"]
    )
