"""The entries of a camt.053 statement: each booked one is one movement, batches too."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _
from lxml import etree

from rapprochement.readers.bank.camt_values import (
    all_at,
    day_at,
    one_line,
    refusal,
    signed_cents,
    text_at,
)
from rapprochement.readers.bank.statement import BankMovement

_TRUE = ("true", "1")

#: What helps to recognise a transaction: path, and its name in the details, in their order.
_TRANSACTION = {
    "Refs/MsgId": "MsgId",
    "Refs/PmtInfId": "PmtInfId",
    "Refs/InstrId": "InstrId",
    "Refs/EndToEndId": "EndToEndId",
    "Refs/TxId": "TxId",
    "Refs/MndtId": "MndtId",
    "RltdPties/Dbtr/Nm": "Dbtr",
    "RltdPties/Dbtr/Pty/Nm": "Dbtr",
    "RmtInf/Ustrd": "Ustrd",
    "RmtInf/Strd/CdtrRefInf/Ref": "CdtrRef",
    "RtrInf/Rsn/Cd": "RtrInf",
    "RtrInf/Rsn/Prtry": "RtrInf",
    "AddtlTxInf": "AddtlTxInf",
}
_ENTRY = {"NtryRef": "NtryRef", "BkTxCd/Prtry/Cd": "BkTxCd"}
_BATCH = {"Btch/MsgId": "MsgId", "Btch/PmtInfId": "PmtInfId", "Btch/NbOfTxs": "NbOfTxs"}
#: What a payer's bank writes where the payer gave no reference.
_NO_REFERENCE = "NOTPROVIDED"


def movement_of(entry: etree._Element, *, rank: int) -> BankMovement | None:
    """The movement that an entry books; nothing for what is only announced, and what is 0.

    ``CdtDbtInd`` is the sense of the entry itself, also when ``RvslInd`` says that it undoes
    another one. Raises ``FileUnreadable``.
    """
    cents = signed_cents(entry) if _is_booked(entry) else 0
    return _movement(rank, entry, cents) if cents else None


def _is_booked(entry: etree._Element) -> bool:
    """The status is a code in version 02, an element around a code from version 04 on."""
    return text_at(entry, "Sts", "Sts/Cd") == "BOOK"


def _movement(rank: int, entry: etree._Element, cents: int) -> BankMovement:
    booked_on = _booked_on(entry)
    return BankMovement(
        rank=rank,
        booked_on=booked_on,
        value_on=day_at(entry, "ValDt") or booked_on,
        amount_cents=cents,
        code=_code(entry),
        label=text_at(
            entry,
            "AddtlNtryInf",
            "NtryDtls/TxDtls/RmtInf/Ustrd",
            "NtryDtls/TxDtls/AddtlTxInf",
        ),
        reference=text_at(entry, "AcctSvcrRef", "NtryRef", "NtryDtls/TxDtls/Refs/AcctSvcrRef"),
        details="\n".join(_details(entry)),
    )


def _booked_on(entry: etree._Element) -> date:
    booked_on = day_at(entry, "BookgDt")
    if booked_on is None:
        raise refusal(entry, _("un mouvement comptabilisé n’a pas de date de comptabilisation"))
    return booked_on


def _code(entry: etree._Element) -> str:
    """Domain-family-subfamily of ISO 20022, else the bank's own code (often the CFONB one)."""
    domain = [text_at(entry, f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]
    return "-".join(filter(None, domain)) or text_at(entry, "BkTxCd/Prtry/Cd")


def _details(entry: etree._Element) -> Iterator[str]:
    """Lines ``NAME text``, where the name is the one of the XML element."""
    if text_at(entry, "RvslInd") in _TRUE:
        yield "RvslInd true"
    yield from _lines(entry, _ENTRY)
    for details in all_at(entry, "NtryDtls"):
        yield from _lines(details, _BATCH)
        for transaction in all_at(details, "TxDtls"):
            yield from _lines(transaction, _TRANSACTION)


def _lines(element: etree._Element, names: Mapping[str, str]) -> Iterator[str]:
    for path, name in names.items():
        for found in all_at(element, path):
            text = one_line(found)
            if text and text != _NO_REFERENCE:
                yield f"{name} {text}"
