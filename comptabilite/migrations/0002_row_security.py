"""Walls between funds, rights on the tables, and the triggers that hold the invariants."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Row-level security from the first day (invariant 13)."""

    dependencies = [
        ("comptabilite", "0001_initial"),
        ("caisses", "0002_row_security"),
    ]

    operations = [
        rows.wall_off("comptabilite_compte"),
        rows.wall_off("comptabilite_journal"),
        rows.wall_off("comptabilite_schemacomptable"),
        rows.wall_off("comptabilite_reglecomptable"),
        rows.wall_off("comptabilite_ecriture"),
        rows.wall_off("comptabilite_ligne"),
        rows.wall_off("comptabilite_anomalie"),
        rows.same_caisse(
            "comptabilite_reglecomptable",
            "schema_id",
            "comptabilite_schemacomptable",
            name="inv08_regle_schema",
        ),
        rows.same_caisse(
            "comptabilite_reglecomptable",
            "journal_id",
            "comptabilite_journal",
            name="inv08_regle_journal",
        ),
        rows.same_caisse(
            "comptabilite_reglecomptable",
            "debit_id",
            "comptabilite_compte",
            name="inv08_regle_debit",
        ),
        rows.same_caisse(
            "comptabilite_reglecomptable",
            "credit_id",
            "comptabilite_compte",
            name="inv08_regle_credit",
        ),
        rows.same_caisse(
            "comptabilite_ecriture",
            "journal_id",
            "comptabilite_journal",
            name="inv08_ecriture_journal",
        ),
        rows.same_caisse(
            "comptabilite_ecriture",
            "reverses_id",
            "comptabilite_ecriture",
            name="inv08_ecriture_reverses",
        ),
        rows.same_caisse(
            "comptabilite_ligne",
            "ecriture_id",
            "comptabilite_ecriture",
            name="inv08_ligne_ecriture",
        ),
        rows.same_caisse(
            "comptabilite_ligne", "compte_id", "comptabilite_compte", name="inv08_ligne_compte"
        ),
        rows.only_insert("comptabilite_ecriture"),
        rows.only_insert("comptabilite_ligne"),
        rows.only_update("comptabilite_anomalie", ["settled_at", "settled_by_id", "settled_note"]),
        rows.sql_file(SQL / "journal.sql"),
    ]
