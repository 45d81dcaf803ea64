"""Walls, rights and triggers of the tables added here."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Row-level security on each table with caisse_id (invariant 13)."""

    dependencies = [
        ("allocataires", "0004_echeanciers"),
    ]

    operations = [
        rows.wall_off("allocataires_echeancier"),
        rows.wall_off("allocataires_echeance"),
        rows.same_caisse(
            "allocataires_echeancier",
            "allocataire_id",
            "allocataires_allocataire",
            name="inv08_echeancier_allocataire",
        ),
        rows.same_caisse(
            "allocataires_echeance",
            "echeancier_id",
            "allocataires_echeancier",
            name="inv08_echeance_echeancier",
        ),
        rows.only_update("allocataires_echeancier", ["status"]),
        rows.only_update("allocataires_echeance", ["status", "settled_at", "source_id"]),
        rows.sql_file(SQL / "echeanciers.sql"),
    ]
