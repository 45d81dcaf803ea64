"""The life of one payment, from the click to the journal, as an agent reads it.

A fixed number of queries whatever happened to the payment; runs inside the agent's scope.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from urllib.parse import parse_qsl

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
    Transaction,
)
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
    steps = [
        _created(payment),
        *_departures(payment),
        *_browser(payment),
        *_notifications(payment),
        *(_transaction(transaction) for transaction in transactions),
        *(_move(log) for log in payment.logs.order_by("pk")),
        *_mouvements(payment),
        *_ecritures(payment, transactions),
        *_anomalies(payment, transactions),
        *_messages(payment),
    ]
    return sorted(steps, key=lambda step: (step.at, step.rank))


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
        (_("état chez PayZen"), transaction.gateway_status),
        (_("montant"), f"{format_euros(transaction.amount_cents)} ({transaction.currency})"),
        (_("carte"), f"{transaction.card_brand} {transaction.card_number}".strip() or "-"),
        (_("autorisation"), transaction.authorisation or "-"),
        (_("motif de refus"), transaction.refusal or "-"),
        (_("mise à jour"), _moment(transaction.updated_at)),
    )
    title = _("Transaction %(operation)s %(uuid)s") % {
        "operation": transaction.get_operation_display(),
        "uuid": transaction.uuid.hex,
    }
    return Step(transaction.first_seen_at, 4, "transaction", title, details)


def _move(log: PaymentLog) -> Step:
    title = f"{log.get_from_status_display()} → {log.get_to_status_display()}"
    details = ((_("cause"), log.get_cause_display()), (_("précision"), log.reason or "-"))
    return Step(log.at, 5, "move", title, details)


def _mouvements(payment: Payment) -> Iterator[Step]:
    posted = Mouvement.objects.filter(
        caisse_id=payment.caisse_id,
        creance__affectations__payment=payment,
        source_id=payment.public_id,
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


def _ecritures(payment: Payment, transactions: list[Transaction]) -> Iterator[Step]:
    lines = Ligne.objects.select_related("compte").order_by("position")
    found = (
        Ecriture.objects.filter(caisse_id=payment.caisse_id)
        .filter(source_id__in=[transaction.uuid for transaction in transactions])
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


def _anomalies(payment: Payment, transactions: list[Transaction]) -> Iterator[Step]:
    subjects = [payment.reference, *(transaction.uuid.hex for transaction in transactions)]
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


def _messages(payment: Payment) -> Iterator[Step]:
    found = Message.objects.filter(caisse_id=payment.caisse_id, source_id=payment.public_id)
    for message in found.order_by("pk"):
        kind = message.get_kind_display()
        queued = ((_("destinataire"), message.to_address), (_("essais"), str(message.attempts)))
        title = _("Message préparé : %(kind)s") % {"kind": kind}
        yield Step(message.created_at, 9, "message", title, queued)
        if message.sent_at:
            yield Step(
                message.sent_at, 10, "message", _("Message envoyé : %(kind)s") % {"kind": kind}
            )
