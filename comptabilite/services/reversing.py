"""Reverses an écriture, once, with a reason: the same lines, sides changed, on the first open day.

By hand an accountant reverses only what an agent decided in the books and nothing else tells: the
small differences written off. Every other écriture is the shadow of a fact that has its own way
back, which writes its own écriture; reversed alone, the books would no longer say what happened:

- money taken, given back or charged back by card: a refund, a cancellation, a surplus placed;
- what was done to a debt (file of the fund's software, remission, move): a movement the other way;
- a bank line: its imputation is corrected from the line's page, which reverses its écriture and
  frees the line (``rapprochement.services.reimputing``).
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from caf_portal.database.advisory import one_at_a_time
from caf_portal.paris import paris_date
from caisses.models import Agent
from caisses.perms import rights_of
from comptabilite.models import Ecriture, Lettrage, Ligne
from comptabilite.models.events import Evenement
from comptabilite.services.lettering import undo
from comptabilite.services.open_days import open_day

#: What an accountant decided, of which the écriture is the only trace.
BY_HAND = frozenset({Evenement.GAP_LOSS, Evenement.GAP_GAIN})


class ReversalRefused(Exception):
    """The écriture is not reversed; ``str()`` is a sentence for the accountant."""


@transaction.atomic
def reverse_ecriture(
    *,
    ecriture_id: int,
    reason: str,
    agent: Agent,
    now: datetime,
    events: Collection[Evenement] = BY_HAND,
    fact_on: date | None = None,
) -> Ecriture:
    """Write the reversal of an écriture and return it; in the caller's scope.

    It bears today's Paris day, or the first open one after it, whatever the day of the original,
    which stays as it was written; ``fact_on`` is another day when the caller's fact has one.
    Lettrages of its lines are taken back first. ``events`` are those that the caller knows how to
    make good. Raises ``ReversalRefused``: not an accountant of the
    fund, no reason, reversed already, a reversal itself, or a fact that has its own way back.
    """
    one_at_a_time("comptabilite.reverse", ecriture_id)
    original = Ecriture.objects.get(pk=ecriture_id)
    words = reason.strip()
    _refuse(original, words, agent, events)
    reversed_on = fact_on or paris_date(now)
    reversal = Ecriture.objects.create(
        caisse_id=original.caisse_id,
        journal_id=original.journal_id,
        event=original.event,
        accounting_on=open_day(caisse_id=original.caisse_id, on=reversed_on),
        origin_on=reversed_on,
        recorded_at=now,
        label=f"Contrepassation : {original.label}"[:120],
        piece=original.piece,
        source_id=original.source_id,
        reverses=original,
        reason=words[:200],
    )
    _undo_lettrages(original, words, now)
    Ligne.objects.bulk_create(_swapped(original, reversal))
    return reversal


def may_be_reversed(ecriture: Ecriture, agent: Agent) -> bool:
    """Whether to offer it: the service looks again."""
    return (
        ecriture.event in BY_HAND
        and ecriture.reverses_id is None
        and ecriture.caisse_id in rights_of(agent).comptable_ids
        and not Ecriture.objects.filter(reverses_id=ecriture.pk).exists()
    )


def _refuse(original: Ecriture, words: str, agent: Agent, events: Collection[Evenement]) -> None:
    if original.caisse_id not in rights_of(agent).comptable_ids:
        raise ReversalRefused(
            _("Seule une personne habilitée comme comptable de cette caisse peut contrepasser.")
        )
    if not words:
        raise ReversalRefused(_("Écrivez le motif de la contrepassation."))
    if original.reverses_id is not None:
        raise ReversalRefused(_("Une contrepassation ne se contrepasse pas."))
    if original.event not in events:
        raise ReversalRefused(
            _(
                "Cette écriture dit un fait qui se corrige à sa source : remboursement, mouvement "
                "de la dette, ou suite donnée à la somme en attente. Passez par là."
            )
        )
    if Ecriture.objects.filter(reverses=original).exists():
        raise ReversalRefused(_("Cette écriture est déjà contrepassée."))


def _undo_lettrages(original: Ecriture, words: str, now: datetime) -> None:
    held = Lettrage.objects.filter(
        caisse_id=original.caisse_id,
        undone_at__isnull=True,
        lignes__live=True,
        lignes__ligne__ecriture=original,
    )
    for lettrage_id in held.values_list("pk", flat=True).distinct():
        undo(lettrage_id=lettrage_id, reason=f"Contrepassation : {words}", now=now)


def _swapped(original: Ecriture, reversal: Ecriture) -> list[Ligne]:
    """Same accounts, same auxiliary accounts, debits first as everywhere."""
    lines = original.lignes.order_by("debit_cents", "position")
    return [
        Ligne(
            caisse_id=original.caisse_id,
            ecriture=reversal,
            position=position,
            compte_id=line.compte_id,
            auxiliaire=line.auxiliaire,
            label=line.label,
            debit_cents=line.credit_cents,
            credit_cents=line.debit_cents,
        )
        for position, line in enumerate(lines, start=1)
    ]
