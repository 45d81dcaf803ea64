"""Invariants by raw SQL, past the names: a temporary table takes the place of no real one.

PostgreSQL looks for an unqualified table among the temporary ones first. Whoever could write SQL
as the application would otherwise lend the triggers tables of his own to read, and give the
functions that run as the owner a view of his own to run.
"""

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from caf_portal.database.scope import caisse_scope
from tests.comptabilite.factories import add_lines, bare_ecriture
from tests.isolation.conftest import Fund
from tests.isolation.tables import query, touched

pytestmark = pytest.mark.django_db


def test_every_function_of_ours_names_the_temporary_schema_last():
    rows = query(
        "SELECT proname, proconfig FROM pg_proc p WHERE pronamespace = 'public'::regnamespace"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    )

    assert {name for name, _ in rows} >= {"caisses_rights_of", "allocataires_post_mouvement"}
    pinned = "search_path=pg_catalog, public, pg_temp"
    wrong = {name for name, config in rows if pinned not in (config or [])}
    assert wrong == set()


def test_a_view_made_by_the_application_is_not_run_with_the_owners_rights(ain: Fund):
    with transaction.atomic():
        touched(
            "CREATE FUNCTION pg_temp.who() RETURNS varchar LANGUAGE sql AS"
            " 'SELECT current_user::varchar'"
        )
        touched(
            "CREATE TEMPORARY VIEW caisses_habilitation AS SELECT pg_temp.who() AS role,"
            " 1::bigint AS caisse_id, id AS agent_id FROM public.caisses_agent"
        )
        touched("GRANT SELECT ON caisses_habilitation TO PUBLIC")

        rights = query("SELECT role, caisse_id FROM caisses_rights_of(%s)", ain.agent.pk)

        assert rights == [("AGENT", ain.caisse.pk)]
        transaction.set_rollback(True)


def test_inv02_lines_of_a_temporary_table_balance_nothing(ain: Fund):
    with caisse_scope(ain.caisse.pk), transaction.atomic():
        tomorrow = date(2026, 11, 21)  # the day of the fund's payments is closed
        unbalanced = bare_ecriture(caisse_id=ain.caisse.pk, accounting_on=tomorrow)
        add_lines(unbalanced, (100, 0), (0, 99))
        touched(
            "CREATE TEMPORARY TABLE comptabilite_ligne AS SELECT caisse_id, ecriture_id,"
            " 100 AS debit_cents, 100 AS credit_cents FROM public.comptabilite_ligne"
        )
        with pytest.raises(DatabaseError, match="inv02"), transaction.atomic():
            touched("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_inv03_a_movement_moves_the_real_debt_and_not_a_temporary_one(ain: Fund):
    with caisse_scope(ain.caisse.pk), transaction.atomic():
        creance = ain.open.affectations.get().creance
        touched("CREATE TEMPORARY TABLE allocataires_creance AS TABLE allocataires_creance")
        touched(
            "INSERT INTO allocataires_mouvement (caisse_id, creance_id, rank, kind, sens,"
            " amount_cents, balance_after_cents, value_on, recorded_at, source_id)"
            " VALUES (%s, %s, 0, 'CARTE', 'BAISSE', 100, 0, '2026-11-20', now(), %s)",
            ain.caisse.pk,
            creance.pk,
            uuid4(),
        )

        real = "SELECT balance_cents FROM public.allocataires_creance WHERE id = %s"
        assert query(real, creance.pk) == [(creance.balance_cents - 100,)]
        transaction.set_rollback(True)
