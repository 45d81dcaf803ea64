"""One detail record of any of the four files, as a ``GatewayLine``.

One function for each kind of file, which asks for what that file has and no more: there may be a
million lines of them.
"""

import sys
from datetime import date, datetime

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
_ORDER, _STATUS, _KIND, _REMITTANCE, _CONTRACT, _REASON = 64, 40, 24, 20, 250, 100


def line_of(cells: Cells, *, rank: int) -> GatewayLine:
    """The record that ``cells`` is at. Raises ``FileUnreadable`` for a cell that is wrong."""
    return _LINES[cells.kind](cells, rank)


def _transaction(cells: Cells, rank: int) -> GatewayLine:
    amount = cells.value("amount", values.cents)
    paid_on = cells.value("dated_on", values.day)
    return GatewayLine(
        rank=rank,
        kind=Kind.JT,
        uuid=cells.maybe("uuid", values.uuid),
        parent_uuid=cells.maybe("parent_uuid", values.uuid),
        trans_id=cells.value("trans_id", values.trans_id),
        order_id=cells.text("order_id", _ORDER),
        operation=_operation(cells),
        status=_code(cells, "status", _STATUS),
        amount_cents=amount,
        origin_amount_cents=_origin(cells, amount),
        currency=cells.value("currency", values.currency),
        happened_at=_instant(cells, paid_on),
        dated_on=paid_on,
        paid_on=paid_on,
        captured_on=cells.maybe("captured_on", values.day),
        sequence_number=cells.maybe("sequence_number", values.rank),
        contract=cells.word("contract", _CONTRACT),
    )


def _operation_done(cells: Cells, rank: int) -> GatewayLine:
    amount = cells.value("amount", values.cents)
    done_on = cells.value("dated_on", values.day)
    return GatewayLine(
        rank=rank,
        kind=Kind.JO,
        uuid=cells.maybe("uuid", values.uuid),
        parent_uuid=cells.maybe("parent_uuid", values.uuid),
        trans_id=cells.value("trans_id", values.trans_id),
        order_id=cells.text("order_id", _ORDER),
        operation=_operation(cells) if cells.text("operation") else _way_of(cells),
        operation_kind=_code(cells, "operation_kind", _KIND),
        status=_code(cells, "status", _STATUS),
        amount_cents=amount,
        origin_amount_cents=_origin(cells, amount),
        currency=cells.value("currency", values.currency),
        happened_at=_instant(cells, done_on),
        dated_on=done_on,
        paid_on=cells.maybe("paid_on", values.day),
        sequence_number=cells.maybe("sequence_number", values.rank),
        contract=cells.word("contract", _CONTRACT),
    )


def _remittance(cells: Cells, rank: int) -> GatewayLine:
    amount = cells.value("amount", values.cents)
    operation = _operation(cells)
    net, fee = net_and_fee(cells, gross=amount, is_credit=operation == "CREDIT")
    remitted_on = cells.value("dated_on", values.day)
    return GatewayLine(
        rank=rank,
        kind=Kind.JRB,
        uuid=cells.maybe("uuid", values.uuid),
        trans_id=cells.value("trans_id", values.trans_id),
        order_id=cells.text("order_id", _ORDER),
        operation=operation,
        status=_code(cells, "status", _STATUS),
        amount_cents=amount,
        origin_amount_cents=_origin(cells, amount),
        net_cents=net,
        fee_cents=fee,
        currency=cells.value("currency", values.currency),
        happened_at=_instant(cells, remitted_on),
        dated_on=remitted_on,
        paid_on=cells.maybe("paid_on", values.day),
        remitted_on=remitted_on,
        remittance_number=cells.word("remittance_number", _REMITTANCE),
        sequence_number=cells.maybe("sequence_number", values.rank),
        contract=cells.word("contract", _CONTRACT),
    )


def _chargeback(cells: Cells, rank: int) -> GatewayLine:
    origin = cells.value("origin_amount", values.cents)
    taken_back = cells.maybe("amount", values.cents)
    return GatewayLine(
        rank=rank,
        kind=Kind.JRI,
        uuid=cells.maybe("uuid", values.uuid),
        trans_id=cells.value("trans_id", values.trans_id),
        order_id=cells.text("order_id", _ORDER),
        operation=_operation(cells),
        # The whole transaction, where the amount taken back is not told.
        amount_cents=origin if taken_back is None else taken_back,
        origin_amount_cents=origin,
        # No documented currency: a contract of a card scheme in France is in euros.
        currency=cells.maybe("currency", values.currency) or "EUR",
        dated_on=cells.maybe("dated_on", values.day),
        paid_on=cells.maybe("paid_on", values.day),
        reason=cells.text("reason")[:_REASON],
        contract=cells.word("contract", _CONTRACT),
    )


_LINES = {
    Kind.JT: _transaction,
    Kind.JO: _operation_done,
    Kind.JRB: _remittance,
    Kind.JRI: _chargeback,
}


def _code(cells: Cells, field: str, limit: int) -> str:
    """A word of the platform's, in capitals; some letters become two, hence the second cut."""
    found = cells.word(field, limit)
    return found if found.isupper() or not found else sys.intern(found.upper()[:limit])


def _operation(cells: Cells) -> str:
    told = cells.text("operation")
    found = _OPERATIONS.get(told) or _OPERATIONS.get(told.upper())
    if found is None:
        raise cells.wrong(
            "operation",
            _(
                "ne dit pas si l’argent est pris ou rendu (DEBIT, CREDIT ou VERIFICATION ; DT ou "
                "CT dans le JRB). Signalez-le à la plateforme"
            ),
        )
    return found


def _way_of(cells: Cells) -> str:
    """The way money goes, by the operation's own name: only what gives back says it."""
    given_back = cells.text("operation_kind").upper() in _GIVE_BACK
    return "CREDIT" if given_back else UNKNOWN_OPERATION


def _origin(cells: Cells, amount: int) -> int:
    found = cells.maybe("origin_amount", values.cents)
    return amount if found is None else found


def _instant(cells: Cells, on: date) -> datetime | None:
    at = cells.maybe("dated_at", values.clock)
    return None if at is None else datetime.combine(on, at)
