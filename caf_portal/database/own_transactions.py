"""Marks the views that the debtors' and agents' scope does not wrap."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def own_transactions(view: View) -> View:
    """Mark a view that opens its own scopes: it must commit before it ends, or it needs none."""
    view.own_transactions = True  # type: ignore[attr-defined] # a mark of our own
    return view
