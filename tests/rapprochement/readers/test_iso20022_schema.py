"""Documents against the definitions of their message, ours and a foreign judge's."""

import copy
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pyiso20022.camt.camt_053_001_02 import Document as Version02
from pyiso20022.camt.camt_053_001_08 import Document as Version08
from xsdata.exceptions import ConverterError, ParserError
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.models.datatype import XmlDate, XmlDateTime, XmlPeriod

from rapprochement.readers.bank.iso20022_schema import check_message
from rapprochement.readers.bank.iso20022_types import conforms
from rapprochement.readers.problems import FileUnreadable
from tests.rapprochement.readers.bank_statements import Line, Statement
from tests.rapprochement.readers.camt_files import camt_file

DAY = Statement((Line(24_000, complements=(("LIB", "0700123"),)), Line(-1_070)), sequence=7)
MESSAGES = {"02": Version02, "08": Version08}
STRICT = ParserConfig(
    fail_on_unknown_properties=True,
    fail_on_unknown_attributes=True,
    fail_on_converter_warnings=True,
)


def check(content: bytes, version: str = "02") -> None:
    check_message(etree.fromstring(content), MESSAGES[version])


def foreign_refuses(content: bytes, version: str) -> bool:
    try:
        XmlParser(config=STRICT).from_bytes(content, MESSAGES[version])
    except (ParserError, ConverterError, TypeError):
        return True
    return False


@pytest.mark.parametrize("version", ["02", "08"])
def test_the_files_of_the_tests_follow_the_schema_for_the_library_too(version):
    content = camt_file(DAY, version=version)

    check(content, version)

    assert not foreign_refuses(content, version)


WRONG = [
    ("<MsgId>M1</MsgId>", "", "il manque l’élément MsgId"),
    ("<MsgId>M1</MsgId>", "<MsgId>M1</MsgId><MsgId>M2</MsgId>", "MsgId[2]) : cet élément n’est"),
    ("<MsgId>M1</MsgId>", f"<MsgId>{'M' * 36}</MsgId>", "MsgId) : la valeur n’a pas la forme"),
    ("<MsgId>M1</MsgId>", "<MsgId></MsgId>", "MsgId) : la valeur n’a pas la forme"),
    ("<MsgId>M1</MsgId>", "<MsgId>M<b/>1</MsgId>", "MsgId/b) : cet élément n’est pas prévu"),
    ("<MsgId>M1</MsgId>", '<MsgId a="1">M1</MsgId>', "un attribut n’est pas prévu"),
    ("<MsgId>M1</MsgId>", "M1<MsgId>M1</MsgId>", "GrpHdr) : il contient du texte"),
    ("<MsgId>M1</MsgId>", '<MsgId xmlns="">M1</MsgId>', "cet élément n’est pas prévu"),
    ("<Id>R1</Id>", "<Autre/><Id>R1</Id>", "Stmt/Autre) : cet élément n’est pas prévu"),
    ("<Id>R1</Id>", "<Id><IBAN>R1</IBAN></Id>", "Id/IBAN) : cet élément n’est pas prévu"),
    ("2026-11-21T05:00:00Z", "hier", "CreDtTm) : la valeur n’a pas la forme"),
    ("2026-11-20", "2026-11-31", "la valeur n’a pas la forme"),
    (">240.00<", ">240,00<", "Amt) : la valeur n’a pas la forme"),
    (">240.00<", ">-240.00<", "Amt) : la valeur n’a pas la forme"),
    (">240.00<", ">1e3<", "Amt) : la valeur n’a pas la forme"),
    (">240.00<", ">240.000001<", "Amt) : la valeur n’a pas la forme"),
    (">240.00<", ">12345678901234567.89<", "Amt) : la valeur n’a pas la forme"),
    ('<Amt Ccy="EUR">240', "<Amt>240", "il manque l’attribut Ccy"),
    ('<Amt Ccy="EUR">240', '<Amt Ccy="euro">240', "un attribut n’est pas prévu ou"),
    (">CRDT<", ">CREDIT<", "CdtDbtInd) : la valeur n’a pas la forme"),
    ("<Sts>BOOK<", "<Sts>DONE<", "Sts) : la valeur n’a pas la forme"),
    ("<Sts>BOOK</Sts>", "", "il manque l’élément Sts"),
    ("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>", "Sts/Cd) : cet élément n’est pas prévu"),
    ("<IBAN>FR76", "<IBAN>7676", "IBAN) : la valeur n’a pas la forme"),
    ("<Dt>2026-11-20</Dt>", "", "il faut un et un seul des éléments possibles"),
    ("<Dt>2026-11-20</Dt>", "<Dt>2026-11-20</Dt><DtTm>2026-11-20T00:00:00</DtTm>",
     "il faut un et un seul des éléments possibles"),
    ("<Ccy>EUR</Ccy></Acct>", "<Tp><Cd>CACC</Cd><Prtry>X</Prtry></Tp><Ccy>EUR</Ccy></Acct>",
     "Acct/Tp) : il faut un et un seul des éléments possibles"),
    ("<Ccy>EUR</Ccy></Acct>", "</Acct><RltdAcct/>", "RltdAcct) : il manque l’élément Id"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "sentence"), WRONG)
def test_what_the_schema_does_not_say_is_refused_with_its_place(right, wrong, sentence):
    content = camt_file(DAY).decode()
    assert right in content

    with pytest.raises(FileUnreadable) as refusal:
        check(content.replace(right, wrong, 1).encode())

    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("right", "other"),
    [
        ("<Document ", '<Document xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
         'xsi:schemaLocation="urn:x y.xsd" '),
        (">240.00<", "> 0000240.00000 <"),
        (">240.00<", ">240<"),
        ("2026-11-21T05:00:00Z", "2026-11-21T05:00:00.123+02:00"),
        ("2026-11-20", "2026-11-20+01:00"),
        ("<MsgId>M1</MsgId>", f"<MsgId>{'é' * 35}</MsgId>"),
    ],
)  # fmt: skip
def test_what_the_schema_allows_is_taken(right, other):
    content = camt_file(DAY).decode()
    assert right in content

    check(content.replace(right, other, 1).encode())


@pytest.mark.parametrize(
    ("kind", "text", "right"),
    [
        (XmlPeriod, "2028-02", True),
        (XmlPeriod, "2028", False),
        (XmlPeriod, "2028-13", False),
        (XmlDate, "2028-02-29", True),
        (XmlDate, "2027-02-29", False),
        (XmlDate, "28/02/2027", False),
        (XmlDateTime, "2028-02-29T24:00:00", True),
        (XmlDateTime, "2028-02-29T24:00:01", False),
        (XmlDateTime, "2028-02-29", False),
        (XmlDateTime, f"{10**20}-02-29T10:00:00", False),
        (bool, "1", True),
        (bool, "oui", False),
        (Decimal, " +5. ", True),
        (Decimal, "٥", False),
        (Decimal, "", False),
        (Decimal, "NaN", False),
    ],
)
def test_values_have_the_form_of_their_type(kind, text, right):
    assert conforms(text, kind, {}) is right


def test_order_is_the_one_of_the_schema():
    root = etree.fromstring(camt_file(DAY))
    header = root[0][0]
    header.append(copy.deepcopy(header[0]))
    header.remove(header[0])

    with pytest.raises(FileUnreadable, match=r"GrpHdr/MsgId\) : cet élément n’est pas prévu"):
        check_message(root, Version02)


def test_supplementary_data_of_the_bank_is_free():
    extra = "<SplmtryData><Envlp><b:any xmlns:b='urn:b' c='1'>x<b:y/></b:any></Envlp></SplmtryData>"
    content = camt_file(DAY, version="08").decode()

    check(content.replace("</BkToCstmrStmt>", f"{extra}</BkToCstmrStmt>").encode(), "08")


@settings(max_examples=150, deadline=None)
@given(data=st.data(), version=st.sampled_from(["02", "08"]))
def test_what_the_library_refuses_is_refused(data, version):
    root = etree.fromstring(camt_file(DAY, version=version))
    elements = [element for element in root.iter() if element is not root]
    victim = data.draw(st.sampled_from(range(len(elements))))
    change = data.draw(st.sampled_from(["drop", "double", "rename", "empty", "attribute"]))
    _change(elements[victim], change)
    content = etree.tostring(root)

    try:
        check(content, version)
        refused = False
    except FileUnreadable:
        refused = True

    assert refused or not foreign_refuses(content, version)


def _change(element: etree._Element, change: str) -> None:
    if change == "drop":
        element.getparent().remove(element)
    elif change == "double":
        element.addnext(copy.deepcopy(element))
    elif change == "rename":
        element.tag = element.tag[:-1]
    elif change == "empty":
        element.clear()
    else:
        element.set("autre", "1")
