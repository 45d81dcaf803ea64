"""camt.053 files as a bank would write them, without the portal's own code."""

from datetime import date
from xml.sax.saxutils import escape

from tests.rapprochement.readers.bank_statements import Line, Statement


def camt_file(*statements: Statement, version: str = "02") -> bytes:
    """The statements in one message, version ``"02"`` or ``"08"``."""
    namespace = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{namespace}">\n<BkToCstmrStmt>\n'
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-21T05:00:00Z</CreDtTm></GrpHdr>\n"
        + "".join(_statement(statement, version) for statement in statements)
        + "</BkToCstmrStmt>\n</Document>\n"
    ).encode()


def _statement(statement: Statement, version: str) -> str:
    number = statement.sequence
    sequence = "" if number is None else f"<ElctrncSeqNb>{number}</ElctrncSeqNb>"
    return (
        f"<Stmt>\n<Id>{escape(statement.statement_id)}</Id>{sequence}"
        "<CreDtTm>2026-11-21T05:00:00Z</CreDtTm>\n"
        f"<Acct><Id><IBAN>{statement.iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"
        + balance("OPBD", statement.from_on, statement.opening_cents)
        + balance("CLBD", statement.to_on, statement.closing)
        + "".join(entry(line, version) for line in statement.lines)
        + "</Stmt>\n"
    )


def balance(code: str, day: date, cents: int) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(cents)}"
        f"<Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def entry(line: Line, version: str = "02", status: str = "BOOK") -> str:
    """One ``Ntry``; a reference is the bank's (``AcctSvcrRef``)."""
    state = status if version == "02" else f"<Cd>{status}</Cd>"
    reference = line.reference and f"<AcctSvcrRef>{escape(line.reference)}</AcctSvcrRef>"
    return (
        f"<Ntry>{_amount(line.cents)}<Sts>{state}</Sts><BookgDt><Dt>{line.booked_on}</Dt></BookgDt>"
        f"<ValDt><Dt>{line.value_on or line.booked_on}</Dt></ValDt>{reference}"
        f"<BkTxCd><Prtry><Cd>{escape(line.code)}</Cd></Prtry></BkTxCd>{_details(line)}"
        + (line.label and f"<AddtlNtryInf>{escape(line.label)}</AddtlNtryInf>")
        + "</Ntry>\n"
    )


def _details(line: Line) -> str:
    texts = [
        f"<Ustrd>{escape(f'{name} {text}')}</Ustrd>" for name, text in line.complements if text
    ]
    if not texts:
        return ""
    return f"<NtryDtls><TxDtls>{_REFS}<RmtInf>{''.join(texts)}</RmtInf></TxDtls></NtryDtls>"


_REFS = "<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"


def _amount(cents: int) -> str:
    euros = f"{abs(cents) // 100}.{abs(cents) % 100:02}"
    sense = "DBIT" if cents < 0 else "CRDT"
    return f'<Amt Ccy="EUR">{euros}</Amt><CdtDbtInd>{sense}</CdtDbtInd>'
