"""The scope in which the books of these tests are written."""

from collections.abc import Iterator

import pytest

from caf_portal.database.scope import national_scope


@pytest.fixture
def fund_scope(db: None) -> Iterator[None]:
    """A scope for the whole test; building an export opens the fund's own inside it."""
    with national_scope():
        yield
