"""The amounts, dates and texts of a camt.053 message that follows its schema."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from lxml import etree
from xsdata.models.datatype import XmlDate

from caf_portal.paris import paris_date
from rapprochement.readers.bank.iso20022_types import moment_of
from rapprochement.readers.bank.xml_file import place_of
from rapprochement.readers.problems import FileUnreadable

#: As much as CFONB 120 can say; the schema allows more than any database column takes.
_LARGEST_CENTS = 10**14


def all_at(element: etree._Element, path: str) -> list[etree._Element]:
    """The descendants at ``path``, whose names are in the namespace of ``element``."""
    return list(element.findall(path, {None: etree.QName(element).namespace}))


def at(element: etree._Element, path: str) -> etree._Element | None:
    """The first of them, or None."""
    return next(iter(all_at(element, path)), None)


def text_at(element: etree._Element, *paths: str) -> str:
    """The text of the first of these paths that has one, on one line; empty if none has."""
    for path in paths:
        found = at(element, path)
        if found is not None and (text := one_line(found)):
            return text
    return ""


def one_line(element: etree._Element) -> str:
    """The text of an element, its white space reduced to single spaces."""
    return " ".join((element.text or "").split())


def signed_cents(element: etree._Element) -> int:
    """Cents of ``Amt`` with the sign of ``CdtDbtInd``: positive for CRDT.

    Raises ``FileUnreadable`` for another currency than EUR, parts of cents or absurd amounts.
    """
    amount = element.find("{*}Amt")
    if amount.get("Ccy") != "EUR":
        raise refusal(amount, _("la devise n’est pas EUR, seule acceptée"))
    cents = Decimal(one_line(amount)) * 100
    if cents != int(cents):
        raise refusal(amount, _("le montant a plus de deux décimales"))
    if cents >= _LARGEST_CENTS:
        raise refusal(amount, _("le montant est trop grand"))
    return int(cents) if text_at(element, "CdtDbtInd") == "CRDT" else -int(cents)


def day_at(element: etree._Element, path: str) -> date | None:
    """The date of a ``Dt`` or ``DtTm``; the day in Paris of an instant, the day written if it has
    no time zone. None when the path leads nowhere."""
    found = at(element, path)
    if found is None:
        return None
    value = found[0]
    try:
        if etree.QName(value).localname == "Dt":
            return XmlDate.from_string(one_line(value)).to_date()
        moment = moment_of(one_line(value))
        return paris_date(moment) if moment.tzinfo else moment.date()
    except (ValueError, OverflowError) as error:
        raise refusal(value, _("la date n’existe pas")) from error


def refusal(element: etree._Element, reason: str) -> FileUnreadable:
    """The exception that says this reason, where it is, and what to do."""
    return FileUnreadable(
        _(
            "Relevé camt.053 (%(place)s) : %(reason)s. Demandez à la banque un fichier corrigé, ou "
            "un relevé par compte en euros."
        )
        % {"place": place_of(element), "reason": reason}
    )
