"""camt.053 bank statements, versions 001.02 and 001.08: bytes to statements."""

from collections import defaultdict
from decimal import Decimal

from django.utils.translation import gettext as _
from lxml import etree
from pyiso20022.camt.camt_053_001_02 import Document as Version02
from pyiso20022.camt.camt_053_001_08 import Document as Version08

from rapprochement.readers.bank.accounts import is_iban, normalised
from rapprochement.readers.bank.camt_entries import movement_of
from rapprochement.readers.bank.camt_values import (
    all_at,
    at,
    day_at,
    refusal,
    signed_cents,
    text_at,
)
from rapprochement.readers.bank.iso20022_schema import check_message, check_part
from rapprochement.readers.bank.statement import BankMovement, BankStatement, proved
from rapprochement.readers.bank.xml_file import parse_xml
from rapprochement.readers.problems import FileUnreadable

_FAMILY = "urn:iso:std:iso:20022:tech:xsd:"
_MESSAGES = {
    f"{{{_FAMILY}camt.053.001.02}}Document": Version02,
    f"{{{_FAMILY}camt.053.001.08}}Document": Version08,
}
#: Where a message has its entries: nearly the whole of a file.
_ENTRY = ("BkToCstmrStmt", "Stmt", "Ntry")


def read_camt053(content: bytes) -> tuple[BankStatement, ...]:
    """The statements of a camt.053.001.02 or .08 document, in its order.

    The document follows ISO's schema; each statement has one account, one opening balance (OPBD,
    else PRCD) and one closing balance (CLBD), in euros, that agree with its booked entries.
    Raises ``FileUnreadable``.
    """
    entries = _Entries()
    root = parse_xml(content, part="Ntry", take=entries.take)
    message = _MESSAGES.get(root.tag)
    if message is None:
        raise FileUnreadable(_other_document(root))
    check_message(root, message, done=entries.checked)
    return tuple(
        _statement(element, number, entries.of(element))
        for number, element in enumerate(all_at(root, "BkToCstmrStmt/Stmt"), start=1)
    )


class _Entries:
    """The movements of each statement, read while the file is: an entry is checked, understood and
    freed before the next one."""

    def __init__(self) -> None:
        #: Kept alive, so that they are known again when the whole is checked.
        self.checked: set[etree._Element] = set()
        self._movements: defaultdict[etree._Element, list[BankMovement]] = defaultdict(list)

    def take(self, entry: etree._Element) -> bool:
        """Check and keep an entry of a statement; another element of that name is left."""
        statement = entry.getparent()
        message = _message_of(statement)
        if statement is None or message is None:
            return False
        check_part(entry, message, _ENTRY)
        movements = self._movements[statement]
        movement = movement_of(entry, rank=len(movements) + 1)
        if movement is not None:
            movements.append(movement)
        self.checked.add(entry)
        return True

    def of(self, statement: etree._Element) -> tuple[BankMovement, ...]:
        """Its booked movements, ranked from 1."""
        return tuple(self._movements.get(statement, ()))


def _message_of(statement: etree._Element | None) -> type | None:
    """The message that the element is a statement of, or nothing."""
    path = [] if statement is None else [statement, *statement.iterancestors()]
    names = [etree.QName(element).localname for element in path]
    known = names == ["Stmt", "BkToCstmrStmt", "Document"]
    return _MESSAGES.get(path[-1].tag) if known else None


def _other_document(root: etree._Element) -> str:
    namespace = etree.QName(root).namespace or ""
    if not namespace.startswith(_FAMILY):
        return _(
            "Ce fichier XML n’est pas un relevé de banque. Déposez un relevé CFONB 120, "
            "camt.053.001.02 ou camt.053.001.08."
        )
    return _(
        "Ce fichier est un message « %(message)s », qui n’est pas lu ici. Demandez à la banque des "
        "relevés camt.053.001.02 ou camt.053.001.08."
    ) % {"message": namespace.removeprefix(_FAMILY)[:20]}


def _statement(
    element: etree._Element, number: int, movements: tuple[BankMovement, ...]
) -> BankStatement:
    opening, closing = _balance(element, "OPBD", "PRCD"), _balance(element, "CLBD")
    from_on, to_on = day_at(opening, "Dt"), day_at(closing, "Dt")
    if from_on is None or to_on is None:
        raise refusal(element, _("un solde n’a pas de date"))
    statement = BankStatement(
        account=_account(element),
        currency="EUR",
        sequence=_sequence(element),
        statement_id=text_at(element, "Id"),
        from_on=from_on,
        to_on=to_on,
        opening_cents=signed_cents(opening),
        closing_cents=signed_cents(closing),
        movements=movements,
    )
    return proved(statement, where=_("Relevé n° %(number)s du fichier") % {"number": number})


def _balance(element: etree._Element, *codes: str) -> etree._Element:
    """The only balance with the first of these codes that the statement has."""
    for code in codes:
        found = [
            balance
            for balance in all_at(element, "Bal")
            if text_at(balance, "Tp/CdOrPrtry/Cd") == code
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise refusal(element, _("il y a plusieurs soldes %(code)s") % {"code": code})
    raise refusal(element, _("il manque le solde %(codes)s") % {"codes": "/".join(codes)})


def _sequence(element: etree._Element) -> int | None:
    """The electronic number of the statement, else the legal one, else None."""
    number = text_at(element, "ElctrncSeqNb", "LglSeqNb")
    return int(Decimal(number)) if number else None


def _account(element: etree._Element) -> str:
    currency = at(element, "Acct/Ccy")
    if currency is not None and text_at(element, "Acct/Ccy") != "EUR":
        raise refusal(currency, _("le compte n’est pas en euros"))
    iban = normalised(text_at(element, "Acct/Id/IBAN"))
    if iban and not is_iban(iban):
        raise refusal(element, _("la clé de l’IBAN du compte est fausse"))
    account = iban or normalised(text_at(element, "Acct/Id/Othr/Id"))
    if not account:
        raise refusal(element, _("le compte n’a pas de numéro"))
    return account
