"""QR codes of addresses, as SVG drawn by ourselves: no other site sees them."""

from io import BytesIO

import segno


def qr_svg(address: str) -> bytes:
    """A QR code that a worn sheet of paper keeps readable (level M, a margin of 4 modules)."""
    drawn = BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawn, kind="svg", scale=6, border=4, dark="#000", light="#fff")
    return drawn.getvalue()
