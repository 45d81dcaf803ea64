"""Walls, rights and triggers of states, months, parts of plans, put-off dues and proofs."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"
CREANCE = "allocataires_creance"


class Migration(migrations.Migration):
    """Row-level security on each table with caisse_id (invariant 13)."""

    dependencies = [
        ("allocataires", "0007_life_of_debts"),
    ]

    operations = [
        rows.wall_off("allocataires_etape"),
        rows.wall_off("allocataires_moiscreance"),
        rows.wall_off("allocataires_partecheancier"),
        rows.wall_off("allocataires_reportecheance"),
        rows.wall_off("allocataires_preuve"),
        rows.same_caisse("allocataires_etape", "creance_id", CREANCE, name="inv08_etape_creance"),
        rows.same_caisse(
            "allocataires_moiscreance", "creance_id", CREANCE, name="inv08_mois_creance"
        ),
        rows.same_caisse(
            "allocataires_partecheancier", "creance_id", CREANCE, name="inv08_part_creance"
        ),
        rows.same_caisse(
            "allocataires_partecheancier",
            "echeancier_id",
            "allocataires_echeancier",
            name="inv08_part_echeancier",
        ),
        rows.same_caisse(
            "allocataires_reportecheance",
            "echeance_id",
            "allocataires_echeance",
            name="inv08_report_echeance",
        ),
        rows.same_caisse(
            "allocataires_preuve",
            "allocataire_id",
            "allocataires_allocataire",
            name="inv08_preuve_allocataire",
        ),
        rows.only_insert("allocataires_etape"),
        rows.only_insert("allocataires_partecheancier"),
        rows.only_insert("allocataires_reportecheance"),
        rows.only_insert("allocataires_preuve"),
        # The whole lists again: taking UPDATE away takes it away from every column.
        rows.only_update(
            CREANCE,
            [
                "balance_cents",
                "mouvement_count",
                "state",
                "recovery_mode",
                "monthly_cents",
                "motif",
                "origine",
                "responsable_code",
                "fraude",
                "event_on",
                "period_start_on",
                "period_end_on",
            ],
        ),
        rows.only_update(
            "allocataires_echeancier", ["status", "decided_at", "decided_by_id", "decision_note"]
        ),
        rows.only_update(
            "allocataires_echeance", ["status", "settled_at", "source_id", "due_on", "reminded_at"]
        ),
        rows.sql_file(SQL / "etapes.sql"),
    ]
