"""Money that is there and does not fit: written on the suspense account (invariant 14)."""

from datetime import date, datetime

from comptabilite.models import Ecriture
from comptabilite.models.events import Evenement
from comptabilite.services.writing import Part, write_ecriture
from payments.gateways.base import TransactionReport
from payments.models import Boutique
from payments.services.transactions import money_id


def hold_money(
    *, boutique: Boutique, report: TransactionReport, in_euros: bool, now: datetime, fact_on: date
) -> None:
    """Write the whole amount on the suspense account, once for each transaction.

    ``fact_on`` is the Paris day on which it was taken.

    Another currency has no place in a ledger of euros: only its anomaly is opened.
    """
    source_id = money_id(report)
    known = Ecriture.objects.filter(
        caisse_id=boutique.caisse_id, source_id=source_id, reverses__isnull=True
    )
    if not in_euros or report.amount_cents == 0 or known.exists():
        return
    label = f"Encaissement à identifier {report.order_reference}"[:120]
    write_ecriture(
        caisse_id=boutique.caisse_id,
        event=Evenement.UNIDENTIFIED_RECEIPT,
        parts=[Part(Evenement.UNIDENTIFIED_RECEIPT, report.amount_cents, label)],
        source_id=source_id,
        piece=(report.order_reference or source_id.hex)[:40],
        label=label,
        now=now,
        fact_on=fact_on,
    )
