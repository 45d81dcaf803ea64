"""The examples of ``docs/echanges.md`` are files that load, and its words are those of the code."""

import re
from pathlib import Path

import pytest

from echanges.lines.problems import SENTENCES
from echanges.lines.schema import FIELDS, HEADER_FIELDS, SENT_MOVEMENTS, SENT_STATES
from tests.echanges.files import load

PAGE = (Path(__file__).resolve().parents[2] / "docs/echanges.md").read_text("utf-8")


def example(language):
    return re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL).group(1).encode()


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "lines"), [("jsonl", 6), ("csv", 1)])
def test_the_examples_of_the_page_load_as_they_are(language, lines):
    lot = load(example(language))

    assert (lot.status, lot.refusal) == ("APPLIQUE", "")
    assert (lot.applied_lines, lot.rejected_lines) == (lines, 0)


def test_the_page_names_every_field_and_every_code():
    named = set(re.findall(r"`([A-Za-z_]+)`", PAGE))
    fields = {field.name for fields in FIELDS.values() for field in fields}

    assert fields | {field.name for field in HEADER_FIELDS} <= named
    assert SENTENCES.keys() <= named
    assert named >= SENT_MOVEMENTS | SENT_STATES
