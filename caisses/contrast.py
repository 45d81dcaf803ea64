"""Can people read it? The contrast ratio of WCAG 2.2, for the colours that a fund chooses.

https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

import re

#: Success criterion 1.4.3 (AA): text of ordinary size.
MINIMUM_FOR_TEXT = 4.5
WHITE = "#ffffff"
_HEXADECIMAL = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.IGNORECASE)


class ContrastTooLow(ValueError):
    """A colour that cannot be read on white; carries ``ratio`` and ``colour`` for the sentence."""

    def __init__(self, colour: str, ratio: float) -> None:
        super().__init__(f"{colour}: {ratio:.2f} < {MINIMUM_FOR_TEXT}")
        self.colour = colour
        self.ratio = ratio


def contrast_ratio(first: str, second: str) -> float:
    """Ratio between two ``#rrggbb`` colours, from 1 (the same) to 21 (black on white).

    The order does not matter. Raises ``ValueError`` on anything that is not ``#rrggbb``.
    """
    dark, light = sorted([_luminance(first), _luminance(second)])
    return (light + 0.05) / (dark + 0.05)


def refuse_unreadable(colour: str) -> None:
    """Raise ``ContrastTooLow`` when text in this colour on white, or the reverse, is too pale.

    Buttons are white text on the colour and links are the colour on white: one ratio for both.
    The ratio is not rounded before it is compared, as the criterion asks.
    """
    ratio = contrast_ratio(colour, WHITE)
    if ratio < MINIMUM_FOR_TEXT:
        raise ContrastTooLow(colour, ratio)


def _luminance(colour: str) -> float:
    match = _HEXADECIMAL.fullmatch(colour)
    if match is None:
        raise ValueError(f"{colour!r} is not a colour written #rrggbb")
    red, green, blue = (_linear(int(part, 16) / 255) for part in match.groups())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
