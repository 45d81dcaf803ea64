"""Money that is there and does not fit: kept on the suspense account, before an agent's eyes."""

from comptabilite.models import Ecriture
from comptabilite.models.anomalie import AnomalieKind
from payments.models.notification import Outcome
from payments.services.case import Case, is_settled, move, note_anomalie
from payments.services.messages import tell_held
from payments.services.surplus_seeing import note_second_payment
from payments.services.suspense import hold_money
from payments.services.transactions import money_id
from payments.status import PaymentStatus


def is_booked(case: Case) -> bool:
    """Whether this very transaction is in the ledger already, wherever it was written."""
    caisse_id, source_id = case.boutique.caisse_id, money_id(case.report)
    return Ecriture.objects.filter(caisse_id=caisse_id, source_id=source_id).exists()


def hold(case: Case, kind: AnomalieKind, *, in_euros: bool = True) -> Outcome:
    """Write the whole amount on the suspense account and open an anomaly, each once.

    An attempt that nothing had settled becomes ``HELD`` and its person is told.
    """
    hold_money(
        boutique=case.boutique,
        report=case.report,
        in_euros=in_euros,
        now=case.now,
        fact_on=case.fact_on,
    )
    note_anomalie(case, kind, str(kind.label), case.report.amount_cents)
    if kind == AnomalieKind.SECOND_PAYMENT:
        note_second_payment(case)
    if case.payment is not None and not is_settled(case):
        move(case, PaymentStatus.HELD)
        tell_held(payment=case.payment, now=case.now)
    return Outcome.SUSPENSE
