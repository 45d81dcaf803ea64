"""Reads the body of a call by pieces, to a file, up to the largest size."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO

from django.conf import settings
from django.http import UnreadablePostError
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request

_MEGABYTE = 1 << 20
_PIECE = 1 << 16


class TooLarge(APIException):
    """More than ``API_LARGEST_MEGABYTES``."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = _(
        "Cet envoi est trop grand pour l’API : déposez-le comme fichier, ou découpez-le."
    )


@dataclass(frozen=True, slots=True)
class Body:
    """What came: a file at its beginning, and its digest in hexadecimal."""

    file: IO[bytes]
    sha256: str


@contextmanager
def incoming_body(request: Request) -> Iterator[Body]:
    """The body, on disk past a megabyte, gone after the block.

    Raises ``TooLarge`` (413), and ``ParseError`` (400) when less came than was announced: half a
    body must not take the idempotency key of the whole one.
    """
    largest = settings.API_LARGEST_MEGABYTES * _MEGABYTE
    announced = _announced(request)
    if announced > largest:
        raise TooLarge
    with SpooledTemporaryFile(max_size=_MEGABYTE) as file:
        digest, size = sha256(), 0
        for piece in _pieces(request):
            size += len(piece)
            if size > largest:
                raise TooLarge
            digest.update(piece)
            file.write(piece)
        if not size:
            raise ParseError(_("Le corps de la demande est vide : envoyez le contenu du lot."))
        if size < announced:
            raise _cut()
        file.seek(0)
        yield Body(file, digest.hexdigest())


def _pieces(request: Request) -> Iterator[bytes]:
    try:
        while request.stream is not None and (piece := request.stream.read(_PIECE)):
            yield piece
    except UnreadablePostError as error:
        raise _cut() from error


def _announced(request: Request) -> int:
    """The header Content-Length; 0 when it is absent or no number, and nothing is read then."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _cut() -> ParseError:
    return ParseError(_("L’envoi s’est interrompu : recommencez-le."))
