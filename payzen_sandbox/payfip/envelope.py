"""SOAP 1.1 by hand: the standard library reads the request and writes the answer."""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
CONTRACT = (
    "http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/"
    "contrat_paiement_securise/PaiementSecuriseService"
)
_EXCEPTIONS = "fr.gouv.finances.cp.tpa.webservice.exceptions"
_MAX_BYTES = 64 * 1024


class Unreadable(ValueError):
    """Not a SOAP request of this service."""


def read(body: bytes) -> tuple[str, dict[str, str]]:
    """The operation called and the words of its only argument; raises Unreadable.

    A document type is refused before parsing: it is where XML's bombs are hidden. So are the
    alphabets of two bytes a letter, in which it would not be seen.
    """
    if len(body) > _MAX_BYTES or b"<!" in body or b"\0" in body:
        raise Unreadable("too large, or with a document type")
    try:
        root = ET.fromstring(body)  # noqa: S314  # nosec B314 - no document type
    except ET.ParseError as error:
        raise Unreadable("not XML") from error
    calls = list(root.find(f"{{{SOAP}}}Body") or [])
    if len(calls) != 1 or not calls[0].tag.startswith(f"{{{CONTRACT}}}"):
        raise Unreadable("no call of this service")
    argument = calls[0].find("arg0")
    words = {} if argument is None else {child.tag: child.text or "" for child in argument}
    return calls[0].tag.removeprefix(f"{{{CONTRACT}}}"), words


def answer(operation: str, words: Mapping[str, str]) -> bytes:
    """The answer to a call; words without a value are left out, as the service does."""
    response = ET.Element(f"{{{CONTRACT}}}{operation}Response")
    returned = ET.SubElement(response, "return")
    for name, value in words.items():
        if value:
            ET.SubElement(returned, name).text = value
    return _enveloped(response)


def functional_fault(code: str, sentence: str) -> bytes:
    """“You asked something wrong”, with a code."""
    return _fault("FonctionnelleErreur", code, sentence)


def technical_fault(sentence: str) -> bytes:
    """“The service is out of order”."""
    return _fault("TechIndisponibiliteErreur", "TECH", sentence)


def _fault(kind: str, code: str, sentence: str) -> bytes:
    fault = ET.Element(f"{{{SOAP}}}Fault")
    ET.SubElement(fault, "faultcode").text = "S:Server"
    ET.SubElement(fault, "faultstring").text = f"{_EXCEPTIONS}.{kind}"
    error = ET.SubElement(ET.SubElement(fault, "detail"), f"{{{CONTRACT}}}{kind}")
    for name, value in (("code", code), ("descriptif", sentence), ("severite", "2")):
        ET.SubElement(error, name).text = value
    return _enveloped(fault)


def _enveloped(content: ET.Element) -> bytes:
    envelope = ET.Element(f"{{{SOAP}}}Envelope")
    ET.SubElement(envelope, f"{{{SOAP}}}Body").append(content)
    return ET.tostring(envelope, encoding="utf-8", xml_declaration=True)
