"""PayZen's statuses and codes, in our words (protocol sheet C.4, C.5)."""

from payments.gateways.base import Refusal, Result

_PENDING = (
    "INITIAL",
    "WAITING_AUTHORISATION",
    "WAITING_AUTHORISATION_TO_VALIDATE",
    "AUTHORISED_TO_VALIDATE",
    "UNDER_VERIFICATION",
    "PRE_AUTHORISED",
    "WAITING_FOR_PAYMENT",
    "SUSPENDED",
    "PENDING",
    "REFUND_TO_RETRY",
    # Part of the amount is there: nothing is repaid until the platform says the rest.
    "PARTIALLY_AUTHORISED",
)

RESULTS: dict[str, Result] = {
    "AUTHORISED": Result.PAID,
    "CAPTURED": Result.PAID,
    "ACCEPTED": Result.PENDING,
    "REFUSED": Result.REFUSED,
    "CAPTURE_FAILED": Result.CANCELLED,
    "EXPIRED": Result.CANCELLED,
    "CANCELLED": Result.CANCELLED,
    # Spelling of the 2015 guide.
    "CANCELED": Result.CANCELLED,
    "ABANDONED": Result.ABANDONED,
    "NOT_CREATED": Result.ABANDONED,
    **dict.fromkeys(_PENDING, Result.PENDING),
}


def result_of(status: str) -> Result:
    """Our word for a ``vads_trans_status``; a value nobody knows yet is ``UNKNOWN``."""
    return RESULTS.get(status, Result.UNKNOWN)


_CAPTURED = "CAPTURED"
_PAID, _ENDED = (
    frozenset(status for status, result in RESULTS.items() if result == ending)
    for ending in (Result.PAID, Result.CANCELLED)
)


def overtaken_by(status: str) -> frozenset[str]:
    """The statuses that one transaction can only have after this one.

    A capture is overtaken by nothing: that money moved, whatever was said before. Nor is a status
    that nobody knows yet.
    """
    match result_of(status):
        case Result.PENDING | Result.REFUSED | Result.ABANDONED:
            return _PAID | _ENDED
        case Result.PAID if status != _CAPTURED:
            return _ENDED | {_CAPTURED}
        case _:
            return frozenset()


_BY_AUTHORISATION = {
    "51": Refusal.FUNDS,
    "61": Refusal.LIMIT,
    "65": Refusal.LIMIT,
    "33": Refusal.EXPIRED,
    "54": Refusal.EXPIRED,
    "14": Refusal.CARD,
    "56": Refusal.CARD,
    "82": Refusal.CARD,
    "81": Refusal.AUTHENTICATION,
    "05": Refusal.BANK,
    "57": Refusal.BANK,
    "59": Refusal.BANK,
}
_BY_PAYMENT_ERROR = {
    "39": Refusal.AUTHENTICATION,
    "146": Refusal.AUTHENTICATION,
    "149": Refusal.AUTHENTICATION,
    "30": Refusal.CARD,
    "31": Refusal.CARD,
    "124": Refusal.CARD,
}


def refusal_of(*, auth_result: str, payment_error: str) -> Refusal:
    """The reason of a refusal that helps a person, from the bank's code or the platform's."""
    by_error = _BY_PAYMENT_ERROR.get(payment_error, Refusal.UNSAID)
    return by_error or _BY_AUTHORISATION.get(auth_result.zfill(2), Refusal.UNSAID)


#: The form speaks numbers, the REST API letters (sheet G).
CURRENCIES = {"978": "EUR"}
EURO = "978"
