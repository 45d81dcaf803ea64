"""XML files parsed without danger: no entity, no document type, no network, bounded.

A file is read piece by piece: what was understood of it is freed at once, so that memory follows
the largest part that must be held together, and not the file.
"""

import re
from collections.abc import Callable

from django.utils.translation import gettext as _
from lxml import etree

from rapprochement.readers.problems import FileUnreadable

#: Of the whole file (an element has two): a day of a large fund has far fewer.
MAX_TAGS = 5_000_000
#: Held at once: what lies between two parts that are freed. About 120 bytes each.
MAX_HELD_TAGS = 1_000_000
_CHUNK = 64 * 1024
_NAMESPACE = re.compile(r"\{[^}]*\}")


def parse_xml(
    content: bytes, *, part: str, take: Callable[[etree._Element], bool]
) -> etree._Element:
    """The root of a document; comments and processing instructions are left out.

    Each element of the local name ``part`` is given to ``take`` when it ends, and emptied if that
    says that it was understood: it stays in its place, with nothing in it. Raises
    ``FileUnreadable`` for what is not well formed, has a document type, or is too large.
    """
    if content.count(b"<") > MAX_TAGS:
        raise _too_many(MAX_TAGS)
    parser = _parser(part)
    held = 0
    try:
        for start in range(0, len(content), _CHUNK):
            chunk = content[start : start + _CHUNK]
            parser.feed(chunk)
            held += chunk.count(b"<")
            if _take_parts(parser, take):
                held = 0
            if held > MAX_HELD_TAGS:
                raise _too_many(MAX_HELD_TAGS)
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise FileUnreadable(
            _(
                "Ligne %(line)s : ce fichier n’est pas un document XML complet. Récupérez-le à "
                "nouveau auprès de la banque, sans le modifier."
            )
            % {"line": error.lineno or 1}
        ) from error
    _refuse_document_type(root)
    return root


def _take_parts(parser: etree.XMLPullParser, take: Callable[[etree._Element], bool]) -> bool:
    """Give the parts that ended; whether one of them was freed."""
    freed = False
    for _event, element in parser.read_events():
        _refuse_document_type(element)
        if take(element):
            element.clear(keep_tail=True)
            freed = True
    return freed


def _refuse_document_type(element: etree._Element) -> None:
    if element.getroottree().docinfo.doctype:
        raise FileUnreadable(
            _(
                "Ce fichier XML déclare un type de document (DOCTYPE), ce qu’un relevé de banque "
                "ne fait pas. Récupérez-le à nouveau auprès de la banque."
            )
        )


def _too_many(limit: int) -> FileUnreadable:
    return FileUnreadable(
        _(
            "Ce fichier XML contient trop d’éléments (plus de %(limit)d balises, dans tout le "
            "fichier ou dans un seul mouvement) : demandez à la banque un fichier par jour."
        )
        % {"limit": limit}
    )


def _parser(part: str) -> etree.XMLPullParser:
    return etree.XMLPullParser(
        events=("end",),
        tag=f"{{*}}{part}",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def place_of(element: etree._Element) -> str:
    """Where an element is, for a person: ``ligne 12, BkToCstmrStmt/Stmt/Ntry[3]/Amt``."""
    path = _NAMESPACE.sub("", element.getroottree().getelementpath(element))
    return _("ligne %(line)s, %(path)s") % {"line": element.sourceline, "path": path[:200]}
