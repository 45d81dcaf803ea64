"""English is complete: nothing marked is missing, fuzzy, or left out of the compiled catalogue."""

import re
from gettext import GNUTranslations

from tests.caf_portal.catalogue import Entry, catalogue_entries, compiled, marked_texts

HOW = "run `make messages`, fill in locale/en/LC_MESSAGES/django.po, and run it again"


def test_every_text_marked_for_translation_is_in_the_english_catalogue() -> None:
    known = {key for entry in catalogue_entries() for key in entry.keys}
    marked = marked_texts()

    assert len(marked) > 500
    assert sorted(marked - known) == [], HOW


def test_no_entry_is_empty_or_fuzzy() -> None:
    gaps = [
        entry.keys
        for entry in catalogue_entries()
        if entry.fuzzy or not entry.translations or not all(entry.translations)
    ]

    assert gaps == [], HOW


def test_the_compiled_catalogue_is_the_one_that_is_read() -> None:
    english = compiled()

    behind = [
        entry.keys for entry in catalogue_entries() if _read(english, entry) != entry.translations
    ]

    assert behind == [], HOW


def test_what_is_filled_in_is_the_same_in_both_languages() -> None:
    wrong = [
        entry.keys
        for entry in catalogue_entries()
        for key, text in zip(entry.keys, entry.translations, strict=True)
        if _blanks(text) != _blanks(key)
    ]

    assert wrong == []


def test_the_reader_of_templates_sees_what_is_marked() -> None:
    """A reader that saw nothing would make the tests above pass."""
    marked = marked_texts()

    assert "Je ne peux pas payer" in marked
    assert "Il y a %(count)s points à corriger" in marked
    assert "Écrivez la référence imprimée sur votre courrier." in marked


def _read(english: GNUTranslations, entry: Entry) -> list[str]:
    if len(entry.keys) == 1:
        return [english.gettext(entry.keys[0])]
    return [english.ngettext(entry.keys[0], entry.keys[1], number) for number in (1, 2)]


def _blanks(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|</?\w+>", text))
