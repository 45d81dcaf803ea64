"""Issues the receipt of a payment, with the proof that a third party can check."""

from datetime import datetime

from allocataires.models.preuve import PreuveKind
from allocataires.services.preuves import Statement, issue_preuve
from caf_portal.paris import paris_date
from payments.models import Payment
from payments.receipts.rendering import NotPaid, render_receipt
from payments.status import PaymentStatus

__all__ = ["NotPaid", "issue_receipt"]


def issue_receipt(
    *, payment: Payment, now: datetime, langue: str = "fr", discreet: bool = False
) -> bytes:
    """The PDF of a paid payment, in the caller's scope; asked for again, it has the same code.

    Raises ``NotPaid``. ``discreet`` is for whoever paid by a link (``render_receipt``).
    """
    if payment.status != PaymentStatus.PAID or payment.paid_at is None:
        raise NotPaid(payment.reference)
    statement = Statement(
        kind=PreuveKind.RECU,
        subject_id=payment.public_id,
        allocataire_id=payment.allocataire_id,
        as_of_on=paris_date(payment.paid_at),
        amount_cents=payment.amount_cents,
    )
    preuve = issue_preuve(caisse=payment.caisse, statement=statement, now=now)
    return render_receipt(payment, code=preuve.code, langue=langue, discreet=discreet)
