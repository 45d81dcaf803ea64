"""XML files parsed without danger: no entity, no document type, no network, bounded."""

import re

from django.utils.translation import gettext as _
from lxml import etree

from rapprochement.readers.problems import FileUnreadable

#: A node takes some two hundred bytes once parsed; a day of a large fund has far fewer.
MAX_TAGS = 5_000_000
_NAMESPACE = re.compile(r"\{[^}]*\}")


def parse_xml(content: bytes) -> etree._Element:
    """The root of a document; comments and processing instructions are left out.

    Raises ``FileUnreadable`` for what is not well formed, has a document type, or is too large.
    """
    if content.count(b"<") > MAX_TAGS:
        raise FileUnreadable(
            _("Ce fichier XML contient trop d’éléments : demandez à la banque un fichier par jour.")
        )
    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as error:
        raise FileUnreadable(
            _(
                "Ligne %(line)s : ce fichier n’est pas un document XML complet. Récupérez-le à "
                "nouveau auprès de la banque, sans le modifier."
            )
            % {"line": error.lineno or 1}
        ) from error
    if root.getroottree().docinfo.doctype:
        raise FileUnreadable(
            _(
                "Ce fichier XML déclare un type de document (DOCTYPE), ce qu’un relevé de banque "
                "ne fait pas. Récupérez-le à nouveau auprès de la banque."
            )
        )
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
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
