"""Our references in PayFiP's alphabet, its identifiers in ours."""

import re
from uuid import UUID, uuid5

#: Namespace of the transactions that PayFiP does not number itself.
_NAMESPACE = UUID("6f5b1c70-5a0e-5c33-9a55-0d9a3a1f7c11")
_LETTERS = re.compile(r"[A-Za-z0-9]{6,30}")
_IDOP = re.compile(r"[A-Za-z0-9-]{1,64}")


def refdet_of(order_reference: str) -> str:
    """``P261120-ABCDEFGH`` without what PayFiP refuses: letters and digits only, 6 to 30."""
    refdet = re.sub(r"[^A-Za-z0-9]", "", order_reference)
    if not _LETTERS.fullmatch(refdet):
        raise ValueError("no reference for PayFiP can be made of this order's")
    return refdet


def is_idop(text: str) -> bool:
    """Whether a text may be an operation's identifier."""
    return _IDOP.fullmatch(text) is not None


def transaction_id_of(*, numcli: str, idop: str) -> UUID:
    """The identifier under which this money is booked once (invariant 4).

    PayFiP gives one operation one payment at most and no number of its own kind, so ours is
    derived from the account and the operation: the same whoever asks, and when.
    """
    return uuid5(_NAMESPACE, f"{numcli}:{idop}")
