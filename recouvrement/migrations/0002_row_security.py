"""Walls, rights and triggers of demandes and mutations."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Row-level security on each table with caisse_id (invariant 13)."""

    dependencies = [
        ("recouvrement", "0001_initial"),
        ("allocataires", "0008_life_of_debts_row_security"),
        ("caisses", "0002_row_security"),
    ]

    operations = [
        rows.wall_off("recouvrement_demande"),
        rows.wall_off("recouvrement_mutation"),
        rows.same_caisse(
            "recouvrement_demande",
            "creance_id",
            "allocataires_creance",
            name="inv08_demande_creance",
        ),
        rows.same_caisse(
            "recouvrement_demande",
            "allocataire_id",
            "allocataires_allocataire",
            name="inv08_demande_allocataire",
        ),
        rows.same_caisse(
            "recouvrement_mutation",
            "creance_id",
            "allocataires_creance",
            name="inv08_mutation_creance",
        ),
        rows.only_insert("recouvrement_mutation"),
        rows.only_update(
            "recouvrement_demande",
            ["status", "resume_on", "decided_at", "decided_by_id", "reason", "remitted_cents"],
        ),
        rows.sql_file(SQL / "demandes.sql"),
    ]
