"""The life of one payment, from the click to the journal, as an agent reads it.

A fixed number of queries whatever happened to the payment; runs inside the agent's scope.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from allocataires.models import Mouvement
from caf_portal.money import format_euros
from caf_portal.paris import PARIS
from comptabilite.models import Anomalie, Ecriture, Ligne
from payments.models import (
    Affectation,
    Notification,
    NotificationOutcome,
    Payment,
    PaymentLog,
    Refund,
    Transaction,
)
from payments.models.refund import RefundKind, RefundStatus
from payments.platform_words import status_evidence
from relation_usager.models import Message


@dataclass(frozen=True, slots=True)
class Step:
    """One fact. ``rank`` orders the facts of one instant from cause to effect."""

    at: datetime
    rank: int
    kind: str
    title: str
    details: tuple[tuple[str, str], ...] = ()
    raw: tuple[tuple[str, str], ...] = ()
    #: Name of the admin page behind the fact, without its site, and its key.
    page: str = ""
    key: int = 0


def timeline_of(payment: Payment) -> list[Step]:
    """Every step of this payment, oldest first."""
    transactions = list(payment.transactions.order_by("pk"))
    asked = payment.refunds.select_related("asked_by", "decided_by").order_by("pk")
    refunds = list(asked.prefetch_related("representations"))
    sources = _sources(payment, transactions, refunds)
    steps = [
        _created(payment),
        *_departures(payment),
        *_browser(payment),
        *_notifications(payment),
        *(_transaction(transaction) for transaction in transactions),
        *(_move(log) for log in payment.logs.order_by("pk")),
        *(step for refund in refunds for step in _refund(refund)),
        *_dues(payment),
        *_mouvements(payment, sources),
        *_ecritures(payment, sources),
        *_anomalies(payment, sources),
        *_messages(payment, sources),
    ]
    return sorted(steps, key=lambda step: (step.at, step.rank))


def _sources(
    payment: Payment, transactions: list[Transaction], refunds: list[Refund]
) -> list[UUID]:
    """Every identifier under which something of this payment was written."""
    dues = payment.echeancier.echeances.all() if payment.echeancier else []
    return [
        payment.public_id,
        *(transaction.uuid for transaction in transactions),
        *(refund.public_id for refund in refunds),
        *(each.source_id for refund in refunds for each in refund.representations.all()),
        *(due.public_id for due in dues),
    ]


def _created(payment: Payment) -> Step:
    shares = Affectation.objects.filter(payment=payment).select_related("creance").order_by("pk")
    details = tuple((str(row.creance), format_euros(row.amount_cents)) for row in shares)
    title = _("Paiement demandé : %(amount)s") % {"amount": format_euros(payment.amount_cents)}
    return Step(payment.created_at, 0, "created", title, details)


def _departures(payment: Payment) -> Iterator[Step]:
    for departure in payment.redirections.order_by("pk"):
        details = (
            ("trans_id", departure.trans_id),
            (_("jour UTC"), f"{departure.utc_on:%d/%m/%Y}"),
        )
        yield Step(departure.issued_at, 1, "departure", _("Départ vers la banque"), details)


def _browser(payment: Payment) -> Iterator[Step]:
    """The return decides nothing; it only says that the person came back."""
    if payment.cancel_seen_at:
        yield Step(payment.cancel_seen_at, 2, "browser", _("Retour de la personne, après abandon"))
    if payment.check_requested_at:
        yield Step(payment.check_requested_at, 2, "browser", _("Retour de la personne"))
    if payment.checked_at:
        yield Step(payment.checked_at, 2, "poll", _("Question posée à la plateforme"))


def _notifications(payment: Payment) -> Iterator[Step]:
    outcomes = NotificationOutcome.objects.filter(payment=payment).select_related("notification")
    for outcome in outcomes.order_by("pk"):
        notification = outcome.notification
        title = _("Notification %(outcome)s") % {"outcome": outcome.get_outcome_display()}
        details = ((_("jugée le"), _moment(outcome.at)),)
        raw = raw_fields(notification)
        yield Step(notification.received_at, 3, "notification", title, details, raw)


def raw_fields(notification: Notification) -> tuple[tuple[str, str], ...]:
    """What the gateway sent, field by field; the shop's key is never among them."""
    text = bytes(notification.body).decode("utf-8", "replace")
    return tuple(sorted(parse_qsl(text, keep_blank_values=True)))


def _moment(instant: datetime) -> str:
    """An instant as the rest of the page shows it, in Paris."""
    return f"{instant.astimezone(PARIS):%d/%m/%Y %H:%M:%S}"


def _transaction(transaction: Transaction) -> Step:
    details = (
        (_("état chez la plateforme"), status_evidence(transaction.gateway_status)),
        (_("montant"), f"{format_euros(transaction.amount_cents)} ({transaction.currency})"),
        (_("carte"), f"{transaction.card_brand} {transaction.card_number}".strip() or "-"),
        (_("autorisation"), transaction.authorisation or "-"),
        (_("motif de refus"), _refusal(transaction)),
        (_("mise à jour"), _moment(transaction.updated_at)),
    )
    title = _("Transaction %(operation)s %(uuid)s") % {
        "operation": transaction.get_operation_display(),
        "uuid": transaction.uuid.hex,
    }
    return Step(transaction.first_seen_at, 4, "transaction", title, details)


def _refusal(transaction: Transaction) -> str:
    """What the person was told of, and the codes behind it, which only agents read."""
    told = f"{transaction.refusal} ({transaction.refusal_code})"
    return told.strip() if transaction.refusal_code else transaction.refusal or "-"


def _move(log: PaymentLog) -> Step:
    title = f"{log.get_from_status_display()} → {log.get_to_status_display()}"
    details = ((_("cause"), log.get_cause_display()), (_("précision"), _reason(log.reason) or "-"))
    return Step(log.at, 5, "move", title, details)


def _reason(code: str) -> str:
    """A way of giving back, a state of the platform with its code, or the words that were kept."""
    kinds: dict[str, str] = {kind.value: str(kind.label) for kind in RefundKind}
    return kinds.get(code) or status_evidence(code)


def _refund(refund: Refund) -> Iterator[Step]:
    """Who asked, who decided, and how it ended; one line when the platform did it by itself."""
    amount = {"amount": format_euros(refund.amount_cents)}
    where: dict[str, Any] = {"page": "payments_refund_change", "key": refund.pk}
    if refund.asked_by is not None:
        details = ((_("motif"), refund.reason), (_("par"), refund.asked_by.get_username()))
        title = _("Remboursement demandé : %(amount)s") % amount
        yield Step(refund.asked_at, 4, "refund", title, details, **where)
    if refund.decided_by is not None and refund.decided_at is not None:
        said = _("refusé") if refund.status == RefundStatus.REJECTED else _("approuvé")
        details = ((_("par"), refund.decided_by.get_username()),)
        title = _("Remboursement %(decision)s") % {"decision": said}
        yield Step(refund.decided_at, 4, "refund", title, details, **where)
    if refund.settled_at is not None:
        details = (
            (_("montant"), format_euros(refund.amount_cents)),
            (_("forme"), refund.get_kind_display() or "-"),
            (_("origine"), refund.get_origin_display()),
            (_("réponse"), refund.gateway_error or "-"),
        )
        title = _("Remboursement : %(status)s") % {"status": refund.get_status_display()}
        if refund.kind == RefundKind.IMPAYE:
            title = _("Impayé : la banque a repris %(amount)s") % amount
        yield Step(refund.settled_at, 4, "refund", title, details, **where)
    for back in refund.representations.all():
        title = _("Impayé : la banque a rendu %(amount)s") % {
            "amount": format_euros(back.amount_cents)
        }
        details = ((_("rendu le"), f"{back.given_on:%d/%m/%Y}"),)
        yield Step(back.recorded_at, 4, "refund", title, details, **where)


def _dues(payment: Payment) -> Iterator[Step]:
    """What became of each due of a plan; a due to come has no step yet."""
    if payment.echeancier is None:
        return
    for due in payment.echeancier.echeances.order_by("rank"):
        if due.settled_at is not None:
            title = _("Échéance %(rank)s : %(state)s") % {
                "rank": due.rank,
                "state": due.get_status_display(),
            }
            details = (
                (_("date prévue"), f"{due.due_on:%d/%m/%Y}"),
                (_("montant"), format_euros(due.amount_cents)),
            )
            yield Step(due.settled_at, 5, "echeance", title, details)


def _mouvements(payment: Payment, sources: list[UUID]) -> Iterator[Step]:
    posted = Mouvement.objects.filter(
        caisse_id=payment.caisse_id,
        creance__affectations__payment=payment,
        source_id__in=sources,
    ).select_related("creance")
    for mouvement in posted.order_by("pk"):
        title = _("Mouvement sur la créance %(creance)s") % {"creance": mouvement.creance}
        details = (
            (mouvement.get_kind_display(), format_euros(mouvement.amount_cents)),
            (_("reste après"), format_euros(mouvement.balance_after_cents)),
        )
        yield Step(
            mouvement.recorded_at,
            6,
            "mouvement",
            title,
            details,
            page="allocataires_creance_change",
            key=mouvement.creance_id,
        )


def _ecritures(payment: Payment, sources: list[UUID]) -> Iterator[Step]:
    lines = Ligne.objects.select_related("compte").order_by("position")
    found = (
        Ecriture.objects.filter(caisse_id=payment.caisse_id)
        .filter(source_id__in=sources)
        .select_related("journal")
        .prefetch_related(Prefetch("lignes", queryset=lines))
    )
    for ecriture in found.order_by("pk"):
        title = _("Écriture au journal %(journal)s, le %(day)s") % {
            "journal": ecriture.journal.code,
            "day": f"{ecriture.accounting_on:%d/%m/%Y}",
        }
        details = tuple((str(line.compte), _side(line)) for line in ecriture.lignes.all())
        yield Step(
            ecriture.recorded_at,
            7,
            "ecriture",
            title,
            details,
            page="comptabilite_ecriture_change",
            key=ecriture.pk,
        )


def _side(line: Ligne) -> str:
    if line.debit_cents:
        return _("débit %(amount)s") % {"amount": format_euros(line.debit_cents)}
    return _("crédit %(amount)s") % {"amount": format_euros(line.credit_cents)}


def _anomalies(payment: Payment, sources: list[UUID]) -> Iterator[Step]:
    subjects = [payment.reference, *(source.hex for source in sources)]
    # An operation made at the platform says more after the identifier.
    about = reduce(or_, (Q(subject__startswith=subject) for subject in subjects))
    found = Anomalie.objects.filter(about, caisse_id=payment.caisse_id)
    for anomalie in found.order_by("pk"):
        settled = _moment(anomalie.settled_at) if anomalie.settled_at else _("ouverte")
        details = ((_("constat"), anomalie.detail), (_("réglée le"), settled))
        yield Step(
            anomalie.opened_at,
            8,
            "anomalie",
            _("Anomalie : %(kind)s") % {"kind": anomalie.get_kind_display()},
            details,
            page="comptabilite_anomalie_change",
            key=anomalie.pk,
        )


def _messages(payment: Payment, sources: list[UUID]) -> Iterator[Step]:
    found = Message.objects.filter(caisse_id=payment.caisse_id, source_id__in=sources)
    for message in found.order_by("pk"):
        kind = message.get_kind_display()
        queued = ((_("destinataire"), message.to_address), (_("essais"), str(message.attempts)))
        title = _("Message préparé : %(kind)s") % {"kind": kind}
        yield Step(message.created_at, 9, "message", title, queued)
        if message.sent_at:
            yield Step(
                message.sent_at, 10, "message", _("Message envoyé : %(kind)s") % {"kind": kind}
            )
