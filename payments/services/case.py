"""One report, the attempt it is about, and what every branch of the booking does with them."""

from dataclasses import dataclass
from datetime import date, datetime

from allocataires.models import Echeance
from caf_portal.paris import paris_date
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from payments.gateways.base import Occurrence, TransactionReport
from payments.models import Affectation, Boutique, Notification, Payment
from payments.models.notification import Outcome
from payments.status import Cause, PaymentStatus
from payments.workflow import may_become, transition

#: Statuses of an attempt whose money is here.
SETTLED = frozenset(
    {
        PaymentStatus.PAID,
        PaymentStatus.HELD,
        PaymentStatus.SCHEDULED,
        PaymentStatus.STOPPED,
        PaymentStatus.REFUNDED,
    }
)


@dataclass(frozen=True, slots=True)
class Case:
    """One report, the attempt it is about (locked, with its debts), and why we look at it."""

    boutique: Boutique
    report: TransactionReport
    payment: Payment | None
    affectations: tuple[Affectation, ...]
    cause: Cause
    notification: Notification | None
    now: datetime
    #: The plan's dues, under lock, when the attempt is a plan.
    dues: tuple[Echeance, ...] = ()
    #: The due that the transaction is about, when it is known.
    echeance: Echeance | None = None
    #: The gateway told the plan's total and not the due's own amount: it is to be asked.
    told_total: bool = False
    #: An earlier report spoke of this very transaction.
    was_known: bool = False

    @property
    def fact_on(self) -> date:
        """Paris day on which the money was taken: that of the transaction, however late its news
        came. The day of the news for what had waited (a later due, a payment to be validated),
        for a transaction that says no day, or a day on which it cannot have been made.
        """
        heard_on, made_on = paris_date(self.now), self.report.created_on
        if made_on is None or self.was_known or self.report.occurrence == Occurrence.LATER:
            return heard_on
        left_on = paris_date(self.payment.created_at) if self.payment else made_on
        return made_on if left_on <= made_on <= heard_on else heard_on


def is_settled(case: Case) -> bool:
    """Whether the attempt's money is already here."""
    return case.payment is not None and case.payment.status in SETTLED


def move(case: Case, to: PaymentStatus) -> Outcome:
    """Move the attempt where the table allows it; a late word never undoes a paid one."""
    payment = case.payment
    if payment is None or payment.status == to or not may_become(payment, to):
        return Outcome.ALREADY_APPLIED
    transition(
        payment,
        to,
        now=case.now,
        cause=case.cause,
        reason=case.report.gateway_status,
        notification=case.notification,
    )
    return Outcome.APPLIED


def note_anomalie(
    case: Case, kind: AnomalieKind, fact: str, amount_cents: int | None = None
) -> None:
    """Put what does not fit about this report on the fund's work list, once."""
    report = case.report
    platform = case.boutique.get_platform_display()
    asked = f"{case.payment.amount_cents} centimes demandés" if case.payment else "rien demandé"
    open_anomalie(
        caisse_id=case.boutique.caisse_id,
        kind=kind,
        subject=_subject(report, kind),
        amount_cents=amount_cents,
        detail=(
            f"Commande {report.order_reference} : {fact}. {platform} annonce "
            f"{report.amount_cents} centimes en {report.currency}, statut "
            f"{report.gateway_status} ; {asked}."
        ),
        now=case.now,
    )


def _subject(report: TransactionReport, kind: AnomalieKind) -> str:
    """What makes one line of the work list; each operation made at the platform makes its own."""
    named = report.transaction_id.hex if report.transaction_id else report.order_reference
    if kind == AnomalieKind.BACK_OFFICE_OPERATION:
        return f"{named} {report.amount_cents} {report.result}"
    return named
