"""Counts what a page reads, leaving out the transactions and scopes around it."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def reads(page: Callable[[], Any]) -> list[str]:
    """The SELECTs on tables that ``page`` makes, session and agent included."""
    with CaptureQueriesContext(connection) as captured:
        page()
    return [query["sql"] for query in captured if " FROM " in query["sql"].replace("\n", " ")]
