"""Values that PayZen can sign (protocol sheet B and G).

Line breaks, double quotes, ``<`` and ``>`` and what is not UTF-8 break the signature at the
platform; a ``+`` is what the signature joins values with, and could pass for two of them. Accents
are left as they are: composed or not, the bytes signed are the bytes sent.
"""

import re

#: Everything that a text for a person does not need, the two ends of a tag and the joint.
_FORBIDDEN = re.compile(r"[<>+\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


def clean(value: str, *, limit: int) -> str:
    """``value`` on one line, without what breaks a signature, ``limit`` characters at most.

    A double quote becomes an apostrophe. Cleaning a clean value changes nothing.
    """
    one_line = _SPACES.sub(" ", value)
    kept = _FORBIDDEN.sub("", one_line).replace('"', "’")
    return _SPACES.sub(" ", kept).strip()[:limit].rstrip()


def unaltered(value: str, *, limit: int) -> str:
    """``value``, or nothing if it would have to be changed: half an address is another one."""
    return value if clean(value, limit=limit) == value else ""


def is_storable(text: str) -> bool:
    """Whether the database can keep this text: JSON may spell what no text holds.

    ``\\u0000`` and half a surrogate pair are legal escapes, and neither is a character.
    """
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
