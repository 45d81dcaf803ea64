"""Reads what is marked for translation and what is translated, without gettext's tools.

A newcomer's machine has no ``msgfmt``: the compiled catalogue is kept in the repository, and the
tests say when it is behind.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from gettext import GNUTranslations
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent.parent
PACKAGES = [
    "allocataires",
    "caf_portal",
    "caisses",
    "comptabilite",
    "echanges",
    "payments",
    "rapprochement",
    "recouvrement",
    "relation_usager",
]
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
#: Functions that mark text, and how many of their first arguments are text.
MARKERS = {
    "_": 1,
    "gettext": 1,
    "gettext_lazy": 1,
    "gettext_noop": 1,
    "ngettext": 2,
    "ngettext_lazy": 2,
}
CONTEXT_MARKERS = {"pgettext", "pgettext_lazy", "npgettext"}
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def marked_texts() -> set[str]:
    """Every text that the code and the templates mark for translation."""
    return set(_in_code()) | set(_in_templates())


def _in_code() -> Iterator[str]:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield from _texts_of(node)


def _texts_of(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name in CONTEXT_MARKERS:
        raise NotImplementedError(f"{name} is not read here: teach this module before using it")
    for argument in call.args[: MARKERS.get(name, 0)]:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value


def _in_templates() -> Iterator[str]:
    folders = [ROOT / "templates", *(ROOT / package for package in PACKAGES)]
    for folder in folders:
        for path in folder.rglob("*"):
            if path.suffix in {".html", ".txt"}:
                # Django turns a template into Python calls of gettext, for xgettext to read.
                source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
                yield from _calls_in(source)


def _calls_in(source: str) -> Iterator[str]:
    for found in re.finditer(r"(\bn?gettext|(?<!\w)_)\(", source):
        yield from _literals_after(source, found.end(), 2 if found[1] == "ngettext" else 1)


def _literals_after(source: str, start: int, count: int) -> Iterator[str]:
    for _ in range(count):
        literal = re.compile(r"\s*,?\s*(u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))").match(
            source, start
        )
        if literal is None:
            return
        yield ast.literal_eval(literal[1])
        start = literal.end()


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of the catalogue; ``keys`` has two for a text with a plural."""

    keys: list[str]
    translations: list[str]
    fuzzy: bool


def catalogue_entries() -> Iterator[Entry]:
    """The entries of the English catalogue, its header left out."""
    for block in CATALOGUE.read_text(encoding="utf-8").split("\n\n")[1:]:
        yield _parsed(block)


def _parsed(block: str) -> Entry:
    texts: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if line.startswith("msg"):
            name = line.split()[0]
        if not line.startswith("#"):
            texts[name] = texts.get(name, "") + "".join(
                ast.literal_eval(f'"{part}"') for part in _STRING.findall(line)
            )
    fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in block.splitlines())
    return Entry(
        keys=[text for name, text in texts.items() if name.startswith("msgid")],
        translations=[text for name, text in texts.items() if name.startswith("msgstr")],
        fuzzy=fuzzy,
    )


def compiled() -> GNUTranslations:
    """The compiled catalogue, as Django reads it."""
    with CATALOGUE.with_suffix(".mo").open("rb") as stream:
        return GNUTranslations(stream)
