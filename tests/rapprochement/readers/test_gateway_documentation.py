"""The page on the platform's files names what must be ticked, and nothing that is not read."""

import re
from pathlib import Path

import pytest

from rapprochement.readers.gateway.columns import NEEDED, SYNONYMS, layout_of
from rapprochement.readers.gateway.file import Kind

PAGE = Path(__file__).resolve().parents[3] / "docs" / "journaux-plateforme.md"


def ticked(kind):
    """Columns that the page calls indispensable, then those it calls useful."""
    row = re.search(rf"^\| {kind} \|(.*?)\|(.*?)\|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return [re.findall(r"`(\w+)`", cell) for cell in row.groups()]


@pytest.mark.parametrize("kind", Kind)
def test_the_columns_of_the_page_are_those_that_are_needed(kind):
    indispensable, useful = ticked(kind)

    layout = layout_of(kind, version="", header=indispensable, line=2)

    assert len(indispensable) == len(NEEDED[kind])
    assert {layout.names[field] for field in NEEDED[kind]} == set(indispensable)
    more = layout_of(kind, version="", header=[*indispensable, *useful], line=2)
    assert set(useful) <= set(more.names.values())
    assert set(more.places) <= set(SYNONYMS)
