"""Bytes to text lines, in constant memory; what is not a UTF-8 text file is said at once."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from echanges.lines.problems import FileRefused

#: No line of the format comes near: beyond, a quote was not closed or it is another kind of file.
LONGEST_LINE = 32 * 1024
_BOM = b"\xef\xbb\xbf"


def numbered_lines(chunks: Iterable[bytes]) -> Iterator[tuple[int, str]]:
    """The lines of a file with their numbers from 1, line feed included; a BOM is left out.

    Raises ``FileRefused`` for what is compressed, a workbook, not UTF-8, or not cut in lines.
    """
    number, rest = 0, b""
    for index, chunk in enumerate(chunks):
        piece = chunk if index else _without_bom(chunk)
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            number += 1
            yield number, _text(line, number) + "\n"
        _refuse_long(rest, number + 1)
    if rest:
        yield number + 1, _text(rest, number + 1)


def _without_bom(chunk: bytes) -> bytes:
    if chunk.startswith(b"\x1f\x8b"):
        raise FileRefused(_("Ce fichier est compressé : décompressez-le avant de l’envoyer."))
    if chunk.startswith(b"PK\x03\x04"):
        raise FileRefused(
            _("Ce fichier est un classeur ou une archive : enregistrez-le en CSV UTF-8.")
        )
    if chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(_("Ce fichier est en UTF-16 : enregistrez-le en UTF-8."))
    return chunk.removeprefix(_BOM)


def _text(line: bytes, number: int) -> str:
    _refuse_long(line, number)
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileRefused(
            _("Le texte n’est pas en UTF-8 (ligne %(line)s) : enregistrez le fichier en UTF-8.")
            % {"line": number}
        ) from error


def _refuse_long(line: bytes, number: int) -> None:
    if len(line) > LONGEST_LINE:
        raise FileRefused(
            _(
                "La ligne %(line)s est trop longue : vérifiez les guillemets et les fins de ligne "
                "du fichier."
            )
            % {"line": number}
        )
