"""How lists of the API are paged."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """Pages by cursor, newest first: they stay right while rows are added."""

    ordering = "-pk"
    page_size = 100
