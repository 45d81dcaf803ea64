"""Money that no attempt explains, and that was given back in the platform's back office.

It came in on the suspense account, with its anomaly. What went back is a transaction of its own
that names no debit of ours: an agent says which one it is, with that transaction as the proof.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from caf_portal.money import format_euros
from caisses.models import Agent
from comptabilite.models import Anomalie, Ecriture
from comptabilite.models.events import Evenement
from comptabilite.services.settling import settle_by_action
from comptabilite.services.writing import Part, write_ecriture
from payments.gateways.base import Result
from payments.gateways.choose import result_said
from payments.models import Refund, Transaction
from payments.models.refund import RefundKind, RefundOrigin, RefundStatus
from payments.models.transaction import Operation
from payments.services.remains import ecriture_of, kept_cents, refundable_cents


class OrphanRefused(Exception):
    """Nothing was written; ``str()`` is a sentence for the agent."""


def is_orphan(debit: Transaction) -> bool:
    """Whether this is money on the suspense account, of no attempt, not wholly given back."""
    if debit.payment_id is not None or debit.operation != Operation.DEBIT:
        return False
    ecriture = ecriture_of(debit)
    return (
        ecriture is not None
        and ecriture.event == Evenement.UNIDENTIFIED_RECEIPT
        and kept_cents(debit) > 0
    )


def proofs_of(debit: Transaction) -> list[Transaction]:
    """What may prove that it went back: credits of no attempt, or its own cancellation."""
    if result_said(debit.gateway_status) == Result.CANCELLED:
        return [debit]
    known = Refund.objects.filter(gateway_id__isnull=False).values("gateway_id")
    credits = Transaction.objects.filter(
        boutique_id=debit.boutique_id,
        payment__isnull=True,
        operation=Operation.CREDIT,
        currency=debit.currency,
        amount_cents__lte=kept_cents(debit),
        first_seen_at__gte=debit.first_seen_at,
    ).exclude(uuid__in=known)
    return [each for each in credits.order_by("pk") if _is_done(each)]


@transaction.atomic
def record_given_back(
    *, agent: Agent, debit_id: int, proof_id: int, note: str, now: datetime
) -> Refund:
    """Write that money of no attempt went back at the platform, in the agent's name.

    The suspense account is emptied by as much, and the anomalies that say so are settled with the
    note. Runs in the agent's scope. Raises ``OrphanRefused``; a proof serves once.
    """
    if not note.strip():
        raise OrphanRefused(_("Écrivez ce qui a été fait chez la plateforme."))
    debit = Transaction.objects.get(pk=debit_id)
    proof = next((each for each in proofs_of(debit) if each.pk == proof_id), None)
    ecriture = ecriture_of(debit)
    if proof is None or ecriture is None or not is_orphan(debit):
        raise OrphanRefused(_("Cette preuve ne convient plus : rechargez la page."))
    refund = _written(debit, proof, agent=agent, note=note.strip(), now=now)
    _book(refund, ecriture, now=now)
    _settle(debit, proof, agent=agent, note=note, now=now)
    return refund


def _is_done(credit: Transaction) -> bool:
    return result_said(credit.gateway_status) == Result.PAID


def _written(
    debit: Transaction, proof: Transaction, *, agent: Agent, note: str, now: datetime
) -> Refund:
    cancelled = proof.pk == debit.pk
    cents = kept_cents(debit) if cancelled else proof.amount_cents
    try:
        with transaction.atomic():
            return Refund.objects.create(
                caisse_id=debit.caisse_id,
                transaction=debit,
                amount_cents=cents,
                stated_cents=refundable_cents(debit),
                reason=note[:200],
                origin=RefundOrigin.PLATFORM,
                status=RefundStatus.DONE,
                kind=RefundKind.CANCELLATION if cancelled else RefundKind.REFUND,
                gateway_id=proof.uuid,
                asked_by=agent,
                asked_at=now,
                settled_at=now,
            )
    except IntegrityError as error:
        # The triggers lock the transaction: somebody else was quicker.
        raise OrphanRefused(_("Cela vient d’être enregistré : rechargez la page.")) from error


def _book(refund: Refund, received: Ecriture, *, now: datetime) -> None:
    label = f"Somme à identifier rendue {received.piece}"
    write_ecriture(
        caisse_id=refund.caisse_id,
        event=Evenement.SUSPENSE_REFUND,
        parts=[Part(Evenement.SUSPENSE_REFUND, refund.amount_cents, label)],
        source_id=refund.public_id,
        piece=received.piece,
        label=label,
        now=now,
    )


def _settle(
    debit: Transaction, proof: Transaction, *, agent: Agent, note: str, now: datetime
) -> None:
    """The line of the proof; that of the money too, once nothing of it is left."""
    said = Anomalie.objects.still_open().filter(caisse_id=debit.caisse_id)
    named = [proof.uuid.hex] if kept_cents(debit) else [proof.uuid.hex, debit.uuid.hex]
    words = _("%(amount)s rendus chez la plateforme. %(note)s") % {
        "amount": format_euros(proof.amount_cents),
        "note": note.strip(),
    }
    for name in dict.fromkeys(named):
        for pk in said.filter(subject__startswith=name).values_list("pk", flat=True):
            settle_by_action(anomalie_id=pk, agent=agent, note=words[:1000], now=now)
