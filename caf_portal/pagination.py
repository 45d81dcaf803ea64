"""How lists of the API are paged."""

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class NewestFirst(CursorPagination):
    """Pages by cursor, newest first: they stay right while rows are added."""

    ordering = "-pk"
    page_size = 100

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The place that the address names; a cursor that we did not make is no page."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position and not cursor.position.isdecimal():
            raise NotFound(self.invalid_cursor_message)
        return cursor
