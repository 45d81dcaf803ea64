"""Where each file keeps what is read: names of columns, or documented places without a header.

Merchants choose the columns of their files, and the platform adds some: a column is found by its
name, wherever it is, and those that nobody asks for are ignored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapprochement.readers.gateway.file import Kind
from rapprochement.readers.problems import FileUnreadable

#: Our word for a column, and its names in the files, the most precise first. Names come from the
#: sheet (F.1), from the platform's public pages (OPERATION_*), and from our own sandbox where
#: neither says (UUID, PARENT_UUID, CHARGEBACK_*).
SYNONYMS: dict[str, tuple[str, ...]] = {
    "uuid": ("TRANSACTION_UUID", "TRANS_UUID", "UUID"),
    "parent_uuid": ("PARENT_TRANSACTION_UUID", "PARENT_UUID"),
    "trans_id": ("TRANSACTION_ID", "TRANS_ID"),
    "order_id": ("ORDER_ID",),
    "operation": ("TRANSACTION_TYPE", "OPERATION_DIRECTION"),
    "status": ("TRANSACTION_STATUS",),
    "amount": ("AMOUNT",),
    "origin_amount": ("ORIGIN_AMOUNT",),
    "net": ("NET_AMOUNT",),
    "fee": ("COMMISSION_AMOUNT",),
    "currency": ("CURRENCY_CODE", "OPERATION_CURRENCY", "SOURCE_CURRENCY", "CURRENCY"),
    "paid_on": ("PAYMENT_DATE",),
    "captured_on": ("CAPTURE_DATE",),
    "dated_on": ("OPERATION_DATE",),
    "dated_at": ("OPERATION_TIME",),
    "remittance_number": ("REMITTANCE_NB", "REMITTANCE_NUMBER"),
    "sequence_number": ("SEQUENCE_NUMBER",),
    "operation_kind": ("OPERATION_NAME", "OPERATION_TYPE"),
    "reason": ("CHARGEBACK_REASON", "REASON_CODE", "REASON"),
    "contract": ("CONTRACT",),
}
#: What a name means in one kind of file only, instead of the above.
_ONLY_IN: dict[Kind, dict[str, tuple[str, ...]]] = {
    Kind.JT: {"dated_on": ("PAYMENT_DATE",), "dated_at": ("PAYMENT_TIME",)},
    Kind.JO: {"amount": ("OPERATION_AMOUNT", "AMOUNT")},
    Kind.JRB: {
        "operation": ("OPERATION_TYPE",),
        "status": ("MATCH_STATUS",),
        "amount": ("BRUT_AMOUNT",),
        "sequence_number": ("OPERATION_NUMBER",),
        "dated_on": ("REMITTANCE_DATE",),
        "dated_at": ("REMITTANCE_TIME",),
        "operation_kind": (),
    },
    Kind.JRI: {
        "operation": ("OPERATION_TYPE",),
        "amount": ("CHARGEBACK_AMOUNT",),
        "origin_amount": ("SOURCE_AMOUNT",),
        "dated_on": ("CHARGEBACK_DATE",),
        "operation_kind": (),
    },
}
#: Without these a line cannot be counted, or nobody can say which payment it is about.
NEEDED: dict[Kind, tuple[str, ...]] = {
    Kind.JT: ("trans_id", "operation", "status", "amount", "currency", "dated_on", "dated_at"),
    Kind.JO: ("trans_id", "operation_kind", "amount", "currency", "dated_on"),
    Kind.JRB: (
        *("trans_id", "operation", "amount", "currency", "paid_on", "dated_on"),
        "remittance_number",
    ),
    Kind.JRI: ("trans_id", "operation", "origin_amount", "paid_on"),
}

_JT = (
    *("TRANSACTION_ID", "MERCHANT_ID", "PAYMENT_MEANS", "CONTRACT", "TRANSACTION_TYPE"),
    *("ORIGIN_AMOUNT", "AMOUNT", "CURRENCY_CODE", "PAYMENT_DATE", "PAYMENT_TIME", "CARD_VALIDITY"),
    *("CARD_TYPE", "CARD_NUMBER", "RESPONSE_CODE", "", "", "", "", "TRANSACTION_STATUS"),
)
_JO = (
    *("MERCHANT_ID", "PAYMENT_DATE", "TRANSACTION_ID", "OPERATION_SEQUENCE", "OPERATION_NAME"),
    *("OPERATION_AMOUNT", "OPERATION_CURRENCY", "OPERATION_DATE"),
)
_JRB = (
    *("MERCHANT_COUNTRY", "MERCHANT_ID", "CONTRACT", "PAYMENT_DATE", "TRANSACTION_ID"),
    *("ORIGIN_AMOUNT", "CURRENCY_CODE", "PAYMENT_METHOD", "ORDER_ID", "RETURN_CONTEXT"),
    *("CUSTOMER_ID", "OPERATION_TYPE", "OPERATION_NUMBER", "REMITTANCE_DATE", "REMITTANCE_TIME"),
    *("BRUT_AMOUNT", "MATCH_STATUS", "REMITTANCE_NB", "NET_AMOUNT", "COMMISSION_AMOUNT"),
)
_JRI = (
    *("MERCHANT_COUNTRY", "MERCHANT_ID", "CONTRACT", "PAYMENT_DATE", "TRANSACTION_ID"),
    *("OPERATION_TYPE", "SOURCE_AMOUNT", "SIRET"),
)
#: Columns 2 and on of the layouts that are documented, for a file without its ENTETE record; JRB
#: V1 says CARD_TYPE where V2 says PAYMENT_METHOD, which nobody reads. That of JRB V3 is not known.
PLACES: dict[tuple[Kind, str], tuple[str, ...]] = {
    (Kind.JT, "V_CUSTOM"): _JT,
    (Kind.JO, "V3"): _JO,
    (Kind.JRB, "V1"): _JRB,
    (Kind.JRB, "V2"): _JRB,
    (Kind.JRI, "V1"): _JRI,
}
#: Columns that only one kind of file has, to know an empty one by its header.
_MARKS: tuple[tuple[str, Kind], ...] = (
    ("REMITTANCE_NB", Kind.JRB),
    ("SOURCE_AMOUNT", Kind.JRI),
    ("OPERATION_DATE", Kind.JO),
    ("PAYMENT_MEANS", Kind.JT),
    ("TRANSACTION_STATUS", Kind.JT),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one file: where ours are, and how the file names each."""

    kind: Kind
    #: Our word for a column to its place in a record (0 is the record's code).
    places: Mapping[str, int]
    #: Our word to the column's own name, for whoever must look at it.
    names: Mapping[str, str]
    #: How many cells a detail record has; ``None`` without a header, when nobody said.
    width: int | None


def kind_of_header(header: Sequence[str]) -> Kind | None:
    """The kind of a file by the columns it announces, or ``None``."""
    return next((kind for mark, kind in _MARKS if mark in header), None)


def layout_of(kind: Kind, *, version: str, header: Sequence[str] | None, line: int) -> Layout:
    """Where the columns are, by ENTETE (read on ``line``) or by the documented places.

    Raises ``FileUnreadable`` naming the columns that lack, or the one that is there twice.
    """
    names = header if header is not None else _documented(kind, version, line)
    places: dict[str, int] = {}
    found: dict[str, str] = {}
    for field, synonyms in _fields_of(kind).items():
        name = next((each for each in synonyms if each in names), None)
        if name is not None:
            if names.count(name) > 1:
                raise _twice(name, line)
            places[field], found[field] = names.index(name) + 1, name
    missing = [field for field in NEEDED[kind] if field not in places]
    if missing:
        raise _missing(kind, missing, line)
    return Layout(kind, places, found, None if header is None else len(names) + 1)


def _fields_of(kind: Kind) -> dict[str, tuple[str, ...]]:
    return {**SYNONYMS, **_ONLY_IN[kind]}


def _documented(kind: Kind, version: str, line: int) -> tuple[str, ...]:
    places = PLACES.get((kind, version))
    if places is None:
        raise FileUnreadable(
            _(
                "Ligne %(line)d : l’enregistrement ENTETE manque, et les colonnes du journal "
                "%(kind)s %(version)s ne sont pas connues sans lui. Dans le back office de la "
                "plateforme, demandez de nouveau le journal avec son en-tête."
            )
            % {"line": line, "kind": kind.value, "version": version}
        )
    return places


def _twice(name: str, line: int) -> FileUnreadable:
    return FileUnreadable(
        _(
            "Ligne %(line)d : la colonne %(name)s est deux fois dans l’en-tête, on ne peut savoir "
            "laquelle lire. Retirez l’une des deux dans le back office de la plateforme, puis "
            "demandez de nouveau le journal."
        )
        % {"line": line, "name": name}
    )


def _missing(kind: Kind, fields: list[str], line: int) -> FileUnreadable:
    names = ", ".join(_fields_of(kind)[field][0] for field in fields)
    return FileUnreadable(
        _(
            "Ligne %(line)d : il manque au journal %(kind)s de quoi être lu : %(names)s. Cochez "
            "ces colonnes dans le back office de la plateforme (paramètres de la boutique, "
            "journaux), puis demandez de nouveau le journal."
        )
        % {"line": line, "kind": kind.value, "names": names}
    )
