"""What the bank kept of a remitted operation (JRB)."""

from django.utils.translation import gettext as _

from rapprochement.readers.gateway import values
from rapprochement.readers.gateway.cells import Cells

#: Net and commission are in cents, or in hundredths of a cent as an old reader of this file has
#: them: whichever agrees with the gross amount.
_SCALES = (1, 100)


def net_and_fee(cells: Cells, *, gross: int, is_credit: bool) -> tuple[int | None, int | None]:
    """Net and fee in cents, both ``None`` when the file gives neither.

    For a debit, gross = net + fee. For a credit, net = gross + fee, and a fee given back is
    negative. A fee in hundredths of a cent is rounded, halves upwards. Raises ``FileUnreadable``
    when the three do not agree.
    """
    net, fee = cells.maybe("net", values.cents), cells.maybe("fee", values.cents)
    if net is None and fee is None:
        return None, None
    if net is None and fee == 0:
        net = gross
    if net is not None and fee is None:
        fee = abs(gross - net)
    if net is not None and fee is not None:
        for scale in _SCALES:
            sign = _sign(gross * scale, net, fee, is_credit=is_credit)
            if sign is not None:
                kept = sign * ((fee + scale // 2) // scale)
                return gross + kept if is_credit else gross - kept, kept
    field = "fee" if net is None else "net"
    raise cells.wrong(
        field,
        _(
            "ne s’accorde pas avec le montant brut et la commission (le net est le brut moins la "
            "commission). Demandez de nouveau le journal, ou signalez-le à la plateforme"
        ),
    )


def _sign(gross: int, net: int, fee: int, *, is_credit: bool) -> int | None:
    """1 for a fee that was kept, -1 for one given back, ``None`` if the three do not agree."""
    if not is_credit:
        return 1 if net + fee == gross else None
    if net == gross + fee:
        return 1
    return -1 if net + fee == gross else None
