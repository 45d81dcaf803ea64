"""The amounts of CFONB 120: digits whose last one carries the sign.

The sign is the zone of a punched card: ``{`` and A to I are +0 to +9, ``}`` and J to R are -0 to
-9. The two braces are the characters é and è in the French code pages (EBCDIC 297, ISO 646-FR): a
file that was converted from one of them has these letters instead.
"""

_CREDIT = dict(zip("{ABCDEFGHI", range(10), strict=True)) | {"é": 0}
_DEBIT = dict(zip("}JKLMNOPQR", range(10), strict=True)) | {"è": 0}
_DIGITS = frozenset("0123456789")


def signed_cents(zone: str, *, decimals: int) -> int:
    """Signed cents of an amount that has ``decimals`` decimals.

    Raises ``ValueError`` when the zone is not digits and a sign, or has parts of cents.
    """
    digits, last = zone[:-1], zone[-1:]
    if not set(digits) <= _DIGITS:
        raise ValueError("not digits")
    if last in _CREDIT:
        return _cents(int(digits + str(_CREDIT[last])), decimals)
    if last in _DEBIT:
        return -_cents(int(digits + str(_DEBIT[last])), decimals)
    raise ValueError("no sign")


def _cents(units: int, decimals: int) -> int:
    if decimals <= 2:
        return units * int(10 ** (2 - decimals))
    cents, rest = divmod(units, int(10 ** (decimals - 2)))
    if rest:
        raise ValueError("parts of cents")
    return cents
