"""One detail record of any of the four files, as a ``GatewayLine``."""

import sys
from datetime import date, datetime, time

from django.utils.translation import gettext as _

from payments.gateways.base import UNKNOWN_OPERATION
from rapprochement.readers.gateway import values
from rapprochement.readers.gateway.cells import Cells
from rapprochement.readers.gateway.fees import net_and_fee
from rapprochement.readers.gateway.file import GatewayLine, Kind

#: Each file has its own words for the way money goes.
_OPERATIONS = {
    **dict.fromkeys(("DEBIT", "DT", "D"), "DEBIT"),
    **dict.fromkeys(("CREDIT", "CT", "C"), "CREDIT"),
    "VERIFICATION": "VERIFICATION",
}
#: Operations (JO) that give money back, whatever else the file says or does not.
_GIVE_BACK = frozenset({"CREDIT", "REFUND"})
# Bounds of what is kept: the platform's own where it has one (vads_order_id).
_ORDER, _STATUS, _KIND, _REMITTANCE, _REASON = 64, 40, 24, 20, 100


def line_of(cells: Cells, *, rank: int) -> GatewayLine:
    """The record that ``cells`` is at. Raises ``FileUnreadable`` for a cell that is wrong."""
    kind = cells.kind
    operation = _operation(cells)
    amount = _amount(cells)
    net, fee = (
        net_and_fee(cells, gross=amount, is_credit=operation == "CREDIT")
        if kind is Kind.JRB
        else (None, None)
    )
    origin = cells.maybe("origin_amount", values.cents)
    dated_on = _dated_on(cells)
    return GatewayLine(
        rank=rank,
        kind=kind,
        uuid=cells.maybe("uuid", values.uuid),
        parent_uuid=cells.maybe("parent_uuid", values.uuid),
        trans_id=cells.value("trans_id", values.trans_id),
        order_id=cells.text("order_id", _ORDER),
        operation=operation,
        status=_code(cells, "status", _STATUS),
        amount_cents=amount,
        origin_amount_cents=amount if origin is None else origin,
        net_cents=net,
        fee_cents=fee,
        currency=_currency(cells),
        happened_at=_instant(dated_on, cells.maybe("dated_at", values.clock)),
        dated_on=dated_on,
        paid_on=cells.maybe("paid_on", values.day),
        captured_on=cells.maybe("captured_on", values.day),
        remitted_on=dated_on if kind is Kind.JRB else None,
        remittance_number=cells.word("remittance_number", _REMITTANCE),
        sequence_number=cells.maybe("sequence_number", values.rank),
        operation_kind=_code(cells, "operation_kind", _KIND),
        reason=cells.text("reason")[:_REASON],
        contract=cells.word("contract", 250),
    )


def _code(cells: Cells, field: str, limit: int) -> str:
    """A word of the platform's, in capitals; some letters become two, hence the second cut."""
    found = cells.word(field, limit)
    return found if found.isupper() or not found else sys.intern(found.upper()[:limit])


def _operation(cells: Cells) -> str:
    told = cells.text("operation")
    found = _OPERATIONS.get(told) or _OPERATIONS.get(told.upper())
    if found is not None:
        return found
    if cells.kind is Kind.JO and not told:
        given_back = cells.text("operation_kind").upper() in _GIVE_BACK
        return "CREDIT" if given_back else UNKNOWN_OPERATION
    raise cells.wrong(
        "operation",
        _(
            "ne dit pas si l’argent est pris ou rendu (DEBIT, CREDIT ou VERIFICATION ; DT ou CT "
            "dans le JRB). Signalez-le à la plateforme"
        ),
    )


def _amount(cells: Cells) -> int:
    """What the line is about; the whole transaction where the amount taken back is not told."""
    if cells.kind is Kind.JRI and not cells.text("amount"):
        return cells.value("origin_amount", values.cents)
    return cells.value("amount", values.cents)


def _currency(cells: Cells) -> str:
    """JRI does not document a currency: a contract of a card scheme in France is in euros."""
    if cells.kind is Kind.JRI and not cells.text("currency"):
        return "EUR"
    return cells.value("currency", values.currency)


def _dated_on(cells: Cells) -> date | None:
    """Only the day of a chargeback may lack: the file's own is then all there is."""
    if cells.kind is Kind.JRI:
        return cells.maybe("dated_on", values.day)
    return cells.value("dated_on", values.day)


def _instant(on: date | None, at: time | None) -> datetime | None:
    return None if on is None or at is None else datetime.combine(on, at)
