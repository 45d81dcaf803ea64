"""Invariant 15: what looks personal or secret does not reach the logs."""

import pytest

from caf_portal.log_scrub import MASK, scrub


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("email", "moi@example.org", MASK),
        ("nom", "Exemple", MASK),
        ("signature", "abc", MASK),
        ("rest_password", "abc", MASK),
        ("why", "refused for moi@example.org", f"refused for {MASK}"),
        ("card", "4970 1000 0000 0055", MASK),
        ("said", "1900575111222", MASK),
        ("request", "GET /agents/allocataires/?q=Exemple", "GET /agents/allocataires/"),
        ("payment", "7d8f8f3e-52b4-4d0b-9a51-30b6e9f6f111", "7d8f8f3e-52b4-4d0b-9a51-30b6e9f6f111"),
        ("outcome", "APPLIED", "APPLIED"),
        ("count", 12, 12),
    ],
)
def test_inv15_a_log_line_is_scrubbed(name, value, written):
    assert scrub(None, "info", {"event": "x", name: value})[name] == written


def test_inv15_the_event_itself_is_scrubbed():
    assert scrub(None, "info", {"event": "sent to moi@example.org"})["event"] == f"sent to {MASK}"
