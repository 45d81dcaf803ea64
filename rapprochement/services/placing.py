"""Gives a debt the money that the bank brought and that waited on the suspense account."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from allocataires.models import Creance
from allocataires.nomenclature import MouvementType
from allocataires.services.mouvements import Posting, post_mouvements
from allocataires.states import ELSEWHERE
from caf_portal.money import format_euros
from caisses.models import Agent
from caisses.perms import rights_of
from comptabilite.models import Ecriture, Ligne
from comptabilite.models.events import Evenement
from comptabilite.services.line_notes import note_line
from comptabilite.services.writing import Part, RuleMissing, write_ecriture
from rapprochement.models import Imputation, LigneBanque
from rapprochement.models.matches import ImputationKind
from rapprochement.services.imputation_writing import hold, piece_of
from rapprochement.services.lettering_511 import letter_lines


class PlacingRefused(Exception):
    """Nothing was written; ``str()`` is a sentence for the agent."""


@transaction.atomic
def place_on_debt(
    *,
    ligne_banque: LigneBanque,
    creance: Creance,
    agent: Agent,
    note: str,
    now: datetime,
    amount_cents: int | None = None,
) -> int:
    """Repay a debt with what is left of a bank line that waits on the suspense account, or with
    ``amount_cents`` of it; returns the cents that were placed, never above the debt's balance nor
    what is left of the line.

    In the agent's scope. Writes the movement (``VIREMENT``, dated of the bank's booking) and the
    écriture (``SUSPENSE_TO_DEBT``), keeps the note beside the line that waited, and letters the
    lines of the suspense account once nothing is left. Raises ``PlacingRefused``.
    """
    if ligne_banque.caisse_id not in rights_of(agent).comptable_ids:
        raise PlacingRefused(
            _("Seule une personne habilitée comme comptable de cette caisse peut le faire.")
        )
    if not note.strip():
        raise PlacingRefused(_("Écrivez comment vous savez de qui vient cette somme."))
    debts = Creance.objects.filter(pk=creance.pk, caisse_id=ligne_banque.caisse_id)
    debt = debts.select_related("allocataire").locked().first()
    hold([ligne_banque.pk])
    received = _received(ligne_banque)
    if debt is None or debt.state in ELSEWHERE:
        raise PlacingRefused(_("Cette dette n’est pas suivie ici."))
    cents = _cents(debt, left_cents(ligne_banque), amount_cents)
    _write(ligne_banque, debt, cents, now=now)
    # Not in the books, whose words are exported: it may name somebody.
    note_line(ligne=received, agent=agent, text=note[:1000], now=now)
    if left_cents(ligne_banque) == 0:
        _letter(ligne_banque, received, now=now)
    return cents


def left_cents(ligne_banque: LigneBanque) -> int:
    """What of a bank line still waits on the suspense account; nothing if it never did."""
    received = Ligne.objects.filter(
        caisse_id=ligne_banque.caisse_id,
        ecriture__imputation__ligne=ligne_banque,
        ecriture__imputation__corrected_at__isnull=True,
        ecriture__event=Evenement.BANK_RECEIPT,
    )
    placed = placed_lines(ligne_banque)
    return (received.aggregate(c=Sum("credit_cents"))["c"] or 0) - (
        placed.aggregate(c=Sum("debit_cents"))["c"] or 0
    )


def _received(line: LigneBanque) -> Ligne:
    waiting = Imputation.objects.in_force().filter(ligne=line, kind=ImputationKind.ATTENTE)
    imputation = waiting.select_related("ecriture").first()
    if imputation is None or line.amount_cents <= 0:
        raise PlacingRefused(_("Cette ligne de banque n’attend pas sur le compte d’attente."))
    return imputation.ecriture.lignes.get(credit_cents__gt=0)


def _cents(debt: Creance, left: int, asked: int | None) -> int:
    cents = min(left, debt.balance_cents) if asked is None else asked
    if cents <= 0 or cents > min(left, debt.balance_cents):
        raise PlacingRefused(
            _("Il reste %(left)s sur la ligne et %(balance)s à payer sur la dette.")
            % {"left": format_euros(left), "balance": format_euros(debt.balance_cents)}
        )
    return cents


def _write(line: LigneBanque, debt: Creance, cents: int, *, now: datetime) -> None:
    source_id = _next_source(line)
    post_mouvements(
        caisse_id=line.caisse_id,
        kind=MouvementType.VIREMENT,
        postings=[Posting(debt.pk, cents)],
        value_on=line.booked_on,
        source_id=source_id,
        now=now,
    )
    part = Part(
        event=Evenement.SUSPENSE_TO_DEBT,
        famille=debt.famille,
        amount_cents=cents,
        auxiliaire=f"{debt.allocataire.numero}-{debt}".replace(" ", "-"),
        label=f"Créance {debt}",
    )
    try:
        write_ecriture(
            caisse_id=line.caisse_id,
            event=Evenement.SUSPENSE_TO_DEBT,
            parts=[part],
            source_id=source_id,
            piece=piece_of(line),
            label=f"Virement reçu le {line.booked_on:%d/%m/%Y}",
            now=now,
        )
    except RuleMissing as error:
        raise PlacingRefused(
            _("Le schéma comptable n’a pas de règle pour ce cas : ajoutez-la d’abord.")
        ) from error


def _sources(line: LigneBanque, count: int) -> list[UUID]:
    """The names of the placements of a line, in order."""
    return [uuid5(line.public_id, f"affectation {rank}") for rank in range(1, count + 1)]


#: More debts than a line will ever repay.
_MOST = 100


def _written(line: LigneBanque) -> list[UUID]:
    known = Ecriture.objects.filter(
        caisse_id=line.caisse_id, source_id__in=_sources(line, _MOST), reverses__isnull=True
    )
    return list(known.values_list("source_id", flat=True))


def _next_source(line: LigneBanque) -> UUID:
    written = set(_written(line))
    free = (each for each in _sources(line, _MOST) if each not in written)
    found = next(free, None)
    if found is None:
        raise PlacingRefused(_("Cette ligne a déjà été affectée à trop de dettes."))
    return found


def placed_lines(line: LigneBanque) -> QuerySet[Ligne]:
    """The debits of the suspense account that gave parts of the line to debts."""
    return Ligne.objects.filter(
        caisse_id=line.caisse_id,
        ecriture__source_id__in=_written(line),
        ecriture__reverses__isnull=True,
        ecriture__reversed_by__isnull=True,
        debit_cents__gt=0,
    )


def _letter(line: LigneBanque, received: Ligne, *, now: datetime) -> None:
    placed = placed_lines(line).filter(compte_id=received.compte_id)
    ligne_ids = [received.pk, *placed.values_list("pk", flat=True)]
    letter_lines(
        caisse_id=line.caisse_id,
        compte_id=received.compte_id,
        ligne_ids=ligne_ids,
        reason="Virement reçu et affecté",
        now=now,
    )
