"""The table of states: one, whole, the same on the page and in the documentation."""

from pathlib import Path

from django.test import Client
from django.utils import translation

from allocataires.state_table import markdown_table, state_table
from allocataires.states import PAYABLE_STATES, STOPPED, CreanceState
from tests.allocataires.lives import words_of

DOMAINE = Path(__file__).resolve().parents[2] / "docs" / "domaine.md"


def test_every_state_is_in_it_with_a_reason():
    rows = state_table()

    assert [row.state for row in rows] == list(CreanceState)
    assert {row.state for row in rows if row.payable} == PAYABLE_STATES
    assert {row.state for row in rows if not row.claimed} == STOPPED
    assert all(row.reason for row in rows)


def test_only_a_debt_that_is_over_or_cancelled_has_no_article():
    assert {row.state for row in state_table() if not row.law} == {"ANNULEE", "SOLDEE"}


def test_the_page_is_open_to_anybody_and_has_every_row(client: Client, db):
    text = words_of(client.get("/comprendre/etats-d-une-dette/").content.decode())

    for row in state_table():
        assert row.label in text
        assert str(row.reason) in text
        assert row.law in text


def test_the_documentation_has_the_same_table():
    with translation.override("fr"):
        lines = markdown_table()

    assert "\n".join(lines) in DOMAINE.read_text("utf-8")
