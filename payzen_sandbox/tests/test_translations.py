"""English is complete: every text of the code and of the templates is in the compiled catalogue."""

import ast
import gettext
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent
MARKS = {"_", "gettext", "gettext_lazy"}
CATALOGUE = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.mo"
TRANSLATE = re.compile(r"""\{% translate (?P<quote>["'])(?P<text>.*?)(?P=quote)""")
BLOCK = re.compile(r"\{% blocktranslate[^%]*%\}(?P<text>.*?)\{% endblocktranslate %\}", re.DOTALL)
VARIABLE = re.compile(r"\{\{ (\w+) \}\}")


def python_texts(source):
    """First arguments of the calls that mark a text for translation."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            yield ast.literal_eval(node.args[0])


def template_texts(source):
    """Texts of both tags, with variables written as the catalogue writes them."""
    yield from (match["text"] for match in TRANSLATE.finditer(source))
    for match in BLOCK.finditer(source):
        yield VARIABLE.sub(r"%(\1)s", match["text"])


def all_texts():
    for path in PACKAGE.rglob("*.py"):
        if "tests" not in path.parts:
            yield from python_texts(path.read_text(encoding="utf-8"))
    for path in (PACKAGE / "templates").rglob("*.html"):
        yield from template_texts(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def english():
    """Source text to English, as the running sandbox reads it."""
    with CATALOGUE.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    return {text: catalogue.gettext(text) for text in set(all_texts())}


def test_every_text_is_in_the_catalogue(english):
    accented = {text for text in english if english[text] == text and not text.isascii()}

    assert len(english) > 150
    assert accented == set()


def test_unaccented_texts_are_translated_too(english):
    # Words that are the same in both languages.
    same = {"Code", "Date", "Notification", "Notifications", "Pages", "Transaction", "Transactions"}
    same |= {"Duplication", "Format", "HTTP 500", "Modification", "REST", "Service", "Validation"}

    assert {text for text in english if english[text] == text} == same


def test_variables_survive_translation(english):
    variables = re.compile(r"%\((\w+)\)s")

    wrong = {
        text
        for text, translated in english.items()
        if sorted(variables.findall(text)) != sorted(variables.findall(translated))
    }

    assert wrong == set()
