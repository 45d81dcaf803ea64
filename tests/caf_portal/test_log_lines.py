"""Invariant 15 on the lines as they leave: Django's own, and the text of an error."""

import json
import logging
import smtplib
import sys

import pytest
import structlog
from django.conf import settings
from django.test import RequestFactory

FORMATTER = {
    name: value for name, value in settings.LOGGING["formatters"]["json"].items() if name != "()"
}


def line(message: str, **extra: object) -> dict[str, object]:
    """What the portal writes for a record of the standard library."""
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, message, (), None)
    record.__dict__.update(extra)
    written = structlog.stdlib.ProcessorFormatter(**FORMATTER).format(record)
    return {"written": written, **json.loads(written)}


def test_inv15_the_request_that_django_hands_over_is_logged_without_its_query_string():
    request = RequestFactory().get("/agents/allocataires/allocataire/", {"q": "Exemple"})

    logged = line("Internal Server Error: /agents/", request=request, status_code=500)

    assert "/agents/allocataires/allocataire/" in str(logged["request"])
    assert "Exemple" not in str(logged["written"])


def test_inv15_an_object_in_a_line_is_scrubbed_too():
    logged = line("refused", recipients=["marie@example.org"])

    assert "marie" not in str(logged["written"])


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"marie@example.org": (550, b"no such user")}),
        ValueError("1 85 05 78 006 084 36 is not a number of ours"),
    ],
    ids=["address", "digits"],
)
def test_inv15_the_text_of_an_error_is_scrubbed_too(error):
    try:
        raise error
    except type(error):
        logged = line("failed", exc_info=sys.exc_info())

    assert type(error).__name__ in str(logged["exception"])
    assert "marie" not in str(logged["written"])
    assert "006 084" not in str(logged["written"])
