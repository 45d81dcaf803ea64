"""PayZen's statuses and codes, in our words (protocol sheet C.2 to C.5)."""

from payments.gateways.base import (
    OPERATIONS,
    UNKNOWN_OPERATION,
    Refusal,
    Result,
    Source,
)

_PENDING = (
    "INITIAL",
    "WAITING_AUTHORISATION",
    "WAITING_AUTHORISATION_TO_VALIDATE",
    "AUTHORISED_TO_VALIDATE",
    "UNDER_VERIFICATION",
    "PRE_AUTHORISED",
    "WAITING_FOR_PAYMENT",
    "PENDING",
    "REFUND_TO_RETRY",
)

RESULTS: dict[str, Result] = {
    "AUTHORISED": Result.PAID,
    "CAPTURED": Result.PAID,
    # Only a verification is accepted; no money moves by it.
    "ACCEPTED": Result.PENDING,
    "REFUSED": Result.REFUSED,
    "CAPTURE_FAILED": Result.LOST,
    "EXPIRED": Result.LOST,
    "CANCELLED": Result.CANCELLED,
    # Spelling of the 2015 guide.
    "CANCELED": Result.CANCELLED,
    "ABANDONED": Result.ABANDONED,
    "NOT_CREATED": Result.ABANDONED,
    # Part of the amount is there: nothing is repaid until the platform says the rest.
    "PARTIALLY_AUTHORISED": Result.PARTIAL,
    "SUSPENDED": Result.SUSPENDED,
    **dict.fromkeys(_PENDING, Result.PENDING),
}

#: The one status in which the money has left for the fund's bank.
COLLECTED = "CAPTURED"


def result_of(status: str) -> Result:
    """Our word for a ``vads_trans_status``; a value nobody knows yet is ``UNKNOWN``."""
    return RESULTS.get(status, Result.UNKNOWN)


def operation_of(operation_type: str) -> str:
    """A known direction of money, or ``UNKNOWN_OPERATION``.

    Absent means a payment: an abandoned page has none (sheet C.3).
    """
    told = operation_type or "DEBIT"
    return told if told in OPERATIONS else UNKNOWN_OPERATION


SOURCES: dict[str, Source] = {
    "": Source.UNSAID,
    "PAY": Source.PAYER,
    "BO": Source.RESENT,
    "RETRY": Source.RETRIED,
    "BATCH_AUTO": Source.LATER_AUTHORISATION,
    "BATCH": Source.BANK_UPDATE,
    "MERCH_BO": Source.BACK_OFFICE,
    "PAYMENT_ORDER": Source.PAYMENT_ORDER,
    "VOICE_ORDER": Source.PAYMENT_ORDER,
    "DCF": Source.DATA_FORM,
    "REC": Source.SUBSCRIPTION,
}


def source_of(check_src: str) -> Source:
    """What a ``vads_url_check_src`` or a ``kr-src`` says; another value is ``UNKNOWN``."""
    return SOURCES.get(check_src, Source.UNKNOWN)


#: Every code of the CB network that the sheet lists (C.5), mapped on purpose; a code that is not
#: here gives the sentence that fits whatever happened.
BY_AUTHORISATION: dict[str, Refusal] = {
    "00": Refusal.UNSAID,
    **dict.fromkeys(("51",), Refusal.FUNDS),
    **dict.fromkeys(("13", "61", "65"), Refusal.LIMIT),
    **dict.fromkeys(("33", "54"), Refusal.EXPIRED),
    **dict.fromkeys(("14", "15", "56", "82"), Refusal.CARD),
    **dict.fromkeys(("08", "55", "75", "80", "81", "86", "88"), Refusal.AUTHENTICATION),
    # Lost, stolen, kept, blocked, revoked: one neutral sentence for all of them.
    **dict.fromkeys(("04", "07", "34", "41", "43", "59", "76", "78", "83", "84"), Refusal.BLOCKED),
    **dict.fromkeys(("02", "05", "63"), Refusal.BANK),
    **dict.fromkeys(("57", "58"), Refusal.NOT_ACCEPTED),
    "17": Refusal.GIVEN_UP,
    # Settings, files and formats between machines, servers down, answers too late.
    **dict.fromkeys(
        (
            *("03", "12", "19", "20", "24", "25", "26", "27", "28", "29", "30", "31", "60"),
            *("68", "90", "91", "94", "96", "97", "98", "99"),
        ),
        Refusal.TECHNICAL,
    ),
}

#: ``vads_payment_error``: the platform's own reasons (sheet C.3).
BY_PAYMENT_ERROR: dict[str, Refusal] = {
    **dict.fromkeys(("39", "146"), Refusal.AUTHENTICATION),
    "149": Refusal.TIMEOUT,
    **dict.fromkeys(("30", "31"), Refusal.CARD),
    "124": Refusal.BLOCKED,
    **dict.fromkeys(("36", "110", "111"), Refusal.NOT_ACCEPTED),
    "125": Refusal.BANK,
    **dict.fromkeys(("6", "49", "79", "98", "137"), Refusal.TECHNICAL),
}


def refusal_of(*, auth_result: str, payment_error: str) -> Refusal:
    """The reason of a refusal that helps a person, from the platform's code or the bank's."""
    by_error = BY_PAYMENT_ERROR.get(payment_error.lstrip("0"), Refusal.UNSAID)
    return by_error or BY_AUTHORISATION.get(auth_result.zfill(2), Refusal.UNSAID)


def refusal_code_of(*, auth_result: str, payment_error: str) -> str:
    """Both codes as an agent reads them, never the person; empty for an accepted payment."""
    bank = auth_result if auth_result.strip("0") else ""
    parts = (("banque", bank), ("plateforme", payment_error))
    return ", ".join(f"{who} {code}" for who, code in parts if code)[:40]


#: The form speaks numbers, the REST API letters (sheet G).
CURRENCIES = {"978": "EUR"}
EURO = "978"
