"""How the machine draws what happens next."""

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
picks = st.integers(min_value=0, max_value=9)
mostly = st.sampled_from([True, True, True, False])
#: What may happen next, by its name, as often as it is here.
ACTS: list[st.SearchStrategy[tuple[str, dict[str, Any]]]] = []


def sometimes(times: int, **how: st.SearchStrategy[Any]) -> Callable[[T], T]:
    """Makes something that happens of a method: ``times`` among all of them. One rule draws them
    all, for hypothesis leaves whole rules out of most lives, and nothing would come of a life
    without payments."""

    def keep(method: T) -> T:
        act = st.tuples(st.just(method.__name__), st.fixed_dictionaries(how))  # type: ignore[attr-defined] # it has a name
        ACTS.extend([act] * times)
        return method

    return keep


def among(items: list[T], which: int) -> T:
    """One of them, the last ones first: what was just done is what the next rule is about."""
    return items[-1 - which % len(items)]
