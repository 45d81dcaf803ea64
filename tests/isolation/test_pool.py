"""A pooled connection forgets the scope of whoever used it before."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from psycopg_pool import ConnectionPool

from caisses.models import Caisse

pytestmark = pytest.mark.django_db
SHOPS = "SELECT count(*) FROM payments_boutique"
OUR_APPS = (
    "caf_portal",
    "caisses",
    "allocataires",
    "relation_usager",
    "comptabilite",
    "payments",
    "recouvrement",
    "echanges",
)


@pytest.fixture
def pool(db: None) -> Iterator[ConnectionPool]:
    """One connection for two borrowers, as the application's role."""
    parameters = connection.get_connection_params()
    known = {name: parameters[name] for name in ("dbname", "user", "host") if name in parameters}
    with ConnectionPool(kwargs=known, min_size=1, max_size=1, open=True) as pool:
        pool.wait()
        yield pool


@pytest.fixture
def ain(db: None) -> str:
    return f"{{{Caisse.objects.get(code='011').pk}}}"


def test_inv13_the_next_borrower_sees_nothing(pool: ConnectionPool, ain: str):
    with pool.connection() as first, first.transaction():
        first.execute("SELECT set_config('caf.caisses', %s, true)", [ain])
        assert first.execute(SHOPS).fetchone() == (1,)

    with pool.connection() as second:
        assert second is first
        assert second.execute(SHOPS).fetchone() == (0,)


def test_inv13_the_next_borrower_sees_nothing_after_a_failure(pool: ConnectionPool, ain: str):
    def fail() -> None:
        with pool.connection() as first, first.transaction():
            first.execute("SELECT set_config('caf.caisses', %s, true)", [ain])
            first.execute("SELECT set_config('role', 'caf_national', true)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    with pool.connection() as second:
        assert second.execute(SHOPS).fetchone() == (0,)
        assert second.execute("SELECT current_user").fetchone() == ("caf_app",)


def test_the_control_a_scope_of_the_session_does_leak(pool: ConnectionPool, ain: str):
    """Without this, the two tests above could pass on a pool that always opens anew."""
    with pool.connection() as first, first.transaction():
        first.execute("SELECT set_config('caf.caisses', %s, false)", [ain])

    with pool.connection() as second:
        assert second.execute(SHOPS).fetchone() == (1,)


def test_every_setting_of_ours_ends_with_the_transaction():
    """The third word of ``set_config`` is what the control above lacks."""
    root = Path(__file__).resolve().parents[2]
    sources = "".join(
        path.read_text(encoding="utf-8")
        for app in OUR_APPS
        for path in [*(root / app).rglob("*.py"), *(root / app).rglob("*.sql")]
    )

    lasting = re.findall(r"set_config\([^;]*?,\s*(true|false)\)", sources)
    assert set(lasting) == {"true"}
    assert re.findall(r"\bSET (?!LOCAL\b)(?:SESSION )?(?:ROLE|caf)\b", sources) == []
