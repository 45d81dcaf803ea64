"""PayFiP's results and error codes, in our words.

Read from eopayment, which has run against the service for years: the DGFiP's own guide is given
to its clients only.
"""

from payments.gateways.base import Refusal, Result

RESULTS: dict[str, Result] = {
    # By card.
    "P": Result.PAID,
    "R": Result.REFUSED,
    "A": Result.ABANDONED,
    # By a single direct debit: accepted, then refused.
    "V": Result.PAID,
    "Z": Result.REFUSED,
}

MEANS = {"P": "CB", "R": "CB", "V": "Prélèvement", "Z": "Prélèvement"}

_REFUSALS = {"R": Refusal.BANK}

#: “No result yet”, during the quarter of an hour of the page and some time after it.
NOT_FINISHED = "P5"
#: Unknown: PayFiP forgets at night the operations that came to nothing.
FORGOTTEN = "P1"

#: Word of a payment's kind for each of our modes. The third one, activation, is never used.
KINDS = {"TEST": "T", "PRODUCTION": "W"}


def result_of(code: str) -> Result:
    """Our word for a result; a letter nobody knows yet is ``UNKNOWN``."""
    return RESULTS.get(code, Result.UNKNOWN)


def refusal_of(code: str) -> Refusal:
    """PayFiP never says why; a card refused was refused by its bank."""
    return _REFUSALS.get(code, Refusal.UNSAID)
