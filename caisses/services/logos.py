"""Turns an uploaded image into the small PNG that the portal serves."""

from io import BytesIO
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

MAX_SIDE = 600
MAX_PNG_BYTES = 100 * 1024
MAX_UPLOAD_BYTES = 2 * 1024 * 1024
#: A small file may unfold into a huge picture: refused before a pixel is decoded.
_MAX_PIXELS = 20_000_000
_READ = ("PNG", "JPEG", "GIF", "WEBP")


class LogoRefused(ValueError):
    """The file cannot be the logo; ``str()`` is a sentence for the agent."""


def encode_logo(file: BinaryIO) -> bytes:
    """A PNG of at most 600 × 600 pixels and 100 kB, made anew from the pixels alone.

    Whatever else the file carried (metadata, scripts, another file behind the image) is left
    out. Raises ``LogoRefused``.
    """
    raw = file.read(MAX_UPLOAD_BYTES + 1)
    if len(raw) > MAX_UPLOAD_BYTES:
        raise LogoRefused(_("Ce fichier dépasse 2 Mo."))
    image = _pixels(raw)
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    encoded = _smallest_png(image)
    if len(encoded) > MAX_PNG_BYTES:
        raise LogoRefused(_("Ce logo pèse plus de 100 ko une fois réduit : simplifiez-le."))
    return encoded


def _pixels(raw: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(raw), formats=_READ) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise LogoRefused(_("Cette image a trop de pixels."))
            return image.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, LogoRefused):
            raise
        raise LogoRefused(_("Ce fichier n’est pas une image PNG, JPEG, GIF ou WebP.")) from error


def _smallest_png(image: Image.Image) -> bytes:
    """In all its colours if that is small enough, else in 256 of them."""
    full = _png(image)
    return full if len(full) <= MAX_PNG_BYTES else _png(image.quantize(256))


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
