"""What one session asks is listed for the others of its role: statements, never their values.

PostgreSQL writes the same text in its log when a statement fails or is cut.
"""

import os
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection

from allocataires.models import Allocataire
from caf_portal.database.scope import caisse_scope
from tests.isolation.conftest import Fund

pytestmark = pytest.mark.django_db


def statements_of_others() -> list[str]:
    """The last statement of each other session, as another process of the application sees it."""
    name = connection.settings_dict["NAME"]
    address = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    with psycopg.connect(address) as other:
        rows = other.execute(
            "SELECT query FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = %s",
            [name],
        ).fetchall()
    return [text for (text,) in rows]


def test_inv13_the_statements_of_another_session_show_none_of_its_values(gironde: Fund):
    with caisse_scope(gironde.caisse.pk):
        assert Allocataire.objects.filter(nom=gironde.person.nom).exists()
        seen = statements_of_others()

    assert any("allocataires_allocataire" in text for text in seen)
    assert not any(gironde.person.nom in text for text in seen)
