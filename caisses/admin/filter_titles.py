"""Filters by date whose title reads well after “Par”: a field is often named for its column."""

from typing import Any

from django.contrib import admin


def dated(field: str, title: Any) -> tuple[str, type[admin.DateFieldListFilter]]:
    """An item of ``list_filter``: the stock filter of a date, under another title."""

    class Titled(admin.DateFieldListFilter):
        """The stock filter, renamed."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = title

    return field, Titled
