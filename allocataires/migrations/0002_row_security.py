"""Walls between funds, rights on the tables, and the triggers that hold the invariants."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Row-level security from the first day (invariant 13)."""

    dependencies = [
        ("allocataires", "0001_initial"),
        ("caisses", "0002_row_security"),
    ]

    operations = [
        rows.wall_off("allocataires_allocataire"),
        rows.wall_off("allocataires_identite"),
        rows.wall_off("allocataires_creance"),
        rows.wall_off("allocataires_mouvement"),
        rows.same_caisse(
            "allocataires_identite",
            "allocataire_id",
            "allocataires_allocataire",
            name="inv08_identite_allocataire",
        ),
        rows.same_caisse(
            "allocataires_creance",
            "allocataire_id",
            "allocataires_allocataire",
            name="inv08_creance_allocataire",
        ),
        rows.same_caisse(
            "allocataires_mouvement",
            "creance_id",
            "allocataires_creance",
            name="inv08_mouvement_creance",
        ),
        rows.only_insert("allocataires_mouvement"),
        rows.only_update(
            "allocataires_creance",
            ["balance_cents", "mouvement_count", "state", "recovery_mode", "monthly_cents"],
        ),
        rows.only_update(
            "allocataires_allocataire", ["nom", "prenom", "naissance_on", "email", "langue"]
        ),
        rows.sql_file(SQL / "mouvements.sql"),
    ]
