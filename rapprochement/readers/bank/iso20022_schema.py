"""A document compared with the definition of its ISO 20022 message.

The definitions are those of ISO's schemas, as the classes that the library pyiso20022 generates
from them: names, order, occurrences, types and facets. They are read as data rather than filled
with objects, so as to say at which line of the file the first difference is.
"""

import math
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _
from lxml import etree

from rapprochement.readers.bank.iso20022_types import conforms
from rapprochement.readers.bank.xml_file import place_of
from rapprochement.readers.problems import FileUnreadable

_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"

#: The generated classes do not tell choices; ISO's names end in Choice, but for these of 001.02.
_CHOICES = frozenset({"CashAccountType2", "CashBalanceAvailabilityDate1"})


@dataclass(frozen=True, slots=True)
class _Part:
    """A field of a definition: a child element, an attribute, or the text."""

    name: str
    kind: Any
    least: int
    most: float
    facets: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Definition:
    elements: tuple[_Part, ...]
    attributes: tuple[_Part, ...]
    text: _Part | None
    #: Exactly one of the elements.
    choice: bool
    #: Anything may be in it (supplementary data of the bank).
    anything: bool


def check_message(
    root: etree._Element, message: type, *, done: Container[etree._Element] = ()
) -> None:
    """Raise ``FileUnreadable`` about the first thing that ``message`` does not define so.

    Elements in ``done`` were checked before (``check_part``): only their place is.
    """
    _check(root, _Part("Document", message, 1, 1, {}), done)


def check_part(element: etree._Element, message: type, path: Sequence[str]) -> None:
    """The same of one element, which ``message`` has at ``path``."""
    part = _Part("Document", message, 1, 1, {})
    for name in path:
        part = next(each for each in _definition(part.kind).elements if each.name == name)
    _check(element, part)


def _check(element: etree._Element, part: _Part, done: Container[etree._Element] = ()) -> None:
    if not _is_composed(part.kind):
        _check_leaf(element, part, ())
        return
    definition = _definition(part.kind)
    if definition.anything:
        return
    if definition.text is not None:
        _check_leaf(element, definition.text, definition.attributes)
        return
    _check_attributes(element, definition.attributes)
    _check_children(element, definition, done)


def _check_leaf(element: etree._Element, text: _Part, attributes: tuple[_Part, ...]) -> None:
    _check_attributes(element, attributes)
    for child in element:
        raise _not_expected(child)
    if not conforms(element.text or "", text.kind, text.facets):
        raise _refusal(element, _("la valeur n’a pas la forme prévue"))


def _check_attributes(element: etree._Element, attributes: tuple[_Part, ...]) -> None:
    known = {part.name: part for part in attributes}
    for name, value in element.attrib.items():
        if name.startswith(_INSTANCE):
            continue
        if name not in known or not conforms(value, known[name].kind, known[name].facets):
            raise _refusal(element, _("un attribut n’est pas prévu ou n’a pas la forme prévue"))
    for part in attributes:
        if part.least and part.name not in element.attrib:
            raise _refusal(element, _("il manque l’attribut %(name)s") % {"name": part.name})


def _check_children(
    element: etree._Element, definition: _Definition, done: Container[etree._Element]
) -> None:
    found: Counter[str] = Counter()
    namespace, at = element.tag[: element.tag.rfind("}") + 1], 0
    for child in element:
        at = _position(child, namespace, definition, at)
        part = definition.elements[at]
        found[part.name] += 1
        if found[part.name] > part.most:
            raise _not_expected(child)
        if child not in done:
            _check(child, part, done)
    _check_no_text(element)
    for part in definition.elements:
        if found[part.name] < part.least:
            raise _refusal(element, _("il manque l’élément %(name)s") % {"name": part.name})
    if definition.choice and len(found) != 1:
        raise _refusal(element, _("il faut un et un seul des éléments possibles"))


def _position(child: etree._Element, namespace: str, definition: _Definition, start: int) -> int:
    """Where the definition has this child, not before ``start``: elements come in its order."""
    for at in range(start, len(definition.elements)):
        if child.tag == namespace + definition.elements[at].name:
            return at
    raise _not_expected(child)


def _check_no_text(element: etree._Element) -> None:
    texts = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in texts):
        raise _refusal(element, _("il contient du texte à côté de ses éléments"))


def _not_expected(element: etree._Element) -> FileUnreadable:
    return _refusal(element, _("cet élément n’est pas prévu à cette place"))


def _refusal(element: etree._Element, reason: str) -> FileUnreadable:
    return FileUnreadable(
        _(
            "Ce fichier ne suit pas le schéma de son message camt.053 (%(place)s) : %(reason)s. "
            "Demandez à la banque un fichier conforme à la norme ISO 20022."
        )
        % {"place": place_of(element), "reason": reason}
    )


@cache
def _definition(kind: type) -> _Definition:
    hints = get_type_hints(kind)
    parts: dict[str, list[_Part]] = {"Element": [], "Attribute": [], "Wildcard": [], "Text": []}
    for member in _fields(kind):
        parts[member.metadata.get("type", "Text")].append(_part(member, hints[member.name]))
    return _Definition(
        elements=tuple(parts["Element"]),
        attributes=tuple(parts["Attribute"]),
        text=parts["Text"][0] if parts["Text"] else None,
        choice=kind.__name__.endswith("Choice") or kind.__name__ in _CHOICES,
        anything=bool(parts["Wildcard"]),
    )


def _is_composed(kind: type) -> bool:
    return is_dataclass(kind)


def _fields(kind: Any) -> Iterator[Field[Any]]:
    yield from fields(kind)


def _part(member: Field[Any], hint: Any) -> _Part:
    facets = member.metadata
    least, most = int(facets.get("required", False)), 1.0
    if get_origin(hint) is list:
        least, most = facets.get("min_occurs", 0), facets.get("max_occurs", math.inf)
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    return _Part(facets.get("name", member.name), kinds[0] if kinds else hint, least, most, facets)
