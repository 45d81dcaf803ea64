"""Walls, rights, triggers and functions of closings, numbers, chains, lettrage and schemes."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Row-level security on each table with caisse_id (invariant 13), then the invariants."""

    dependencies = [
        ("comptabilite", "0013_books_that_close"),
        ("caisses", "0003_search_path"),
    ]

    operations = [
        rows.wall_off("comptabilite_cloture"),
        rows.wall_off("comptabilite_validation"),
        rows.wall_off("comptabilite_lettrage"),
        rows.wall_off("comptabilite_lignelettree"),
        rows.wall_off("comptabilite_export"),
        rows.wall_off("comptabilite_morceauexport"),
        rows.wall_off("comptabilite_journalschema"),
        rows.wall_off("comptabilite_compteschema"),
        rows.wall_off("comptabilite_traceanomalie"),
        rows.wall_off("comptabilite_noteligne"),
        rows.same_caisse(
            "comptabilite_validation",
            "ecriture_id",
            "comptabilite_ecriture",
            name="inv08_validation_ecriture",
        ),
        rows.same_caisse(
            "comptabilite_validation",
            "journal_id",
            "comptabilite_journal",
            name="inv08_validation_journal",
        ),
        rows.same_caisse(
            "comptabilite_validation",
            "cloture_id",
            "comptabilite_cloture",
            name="inv08_validation_cloture",
        ),
        rows.same_caisse(
            "comptabilite_lettrage",
            "compte_id",
            "comptabilite_compte",
            name="inv08_lettrage_compte",
        ),
        rows.same_caisse(
            "comptabilite_lignelettree",
            "lettrage_id",
            "comptabilite_lettrage",
            name="inv08_lignelettree_lettrage",
        ),
        rows.same_caisse(
            "comptabilite_lignelettree",
            "ligne_id",
            "comptabilite_ligne",
            name="inv08_lignelettree_ligne",
        ),
        rows.same_caisse(
            "comptabilite_export",
            "journal_id",
            "comptabilite_journal",
            name="inv08_export_journal",
        ),
        rows.same_caisse(
            "comptabilite_morceauexport",
            "export_id",
            "comptabilite_export",
            name="inv08_morceau_export",
        ),
        rows.same_caisse(
            "comptabilite_journalschema",
            "schema_id",
            "comptabilite_schemacomptable",
            name="inv08_journalschema_schema",
        ),
        rows.same_caisse(
            "comptabilite_journalschema",
            "journal_id",
            "comptabilite_journal",
            name="inv08_journalschema_journal",
        ),
        rows.same_caisse(
            "comptabilite_compteschema",
            "schema_id",
            "comptabilite_schemacomptable",
            name="inv08_compteschema_schema",
        ),
        rows.same_caisse(
            "comptabilite_compteschema",
            "compte_id",
            "comptabilite_compte",
            name="inv08_compteschema_compte",
        ),
        rows.same_caisse(
            "comptabilite_traceanomalie",
            "anomalie_id",
            "comptabilite_anomalie",
            name="inv08_trace_anomalie",
        ),
        rows.same_caisse(
            "comptabilite_noteligne",
            "ligne_id",
            "comptabilite_ligne",
            name="inv08_note_ligne",
        ),
        # Numbers of accounts and codes of journals are in the chain: they never change.
        rows.only_update("comptabilite_compte", ["label"]),
        rows.only_update("comptabilite_journal", ["label", "kind"]),
        rows.only_insert("comptabilite_cloture"),
        rows.only_insert("comptabilite_validation"),
        rows.only_update("comptabilite_lettrage", ["undone_at", "undone_reason"]),
        rows.only_update("comptabilite_lignelettree", ["live"]),
        rows.only_update(
            "comptabilite_export",
            [
                "status",
                "done_lines",
                "total_lines",
                "filename",
                "size_bytes",
                "sha256",
                "failure",
                "finished_at",
            ],
        ),
        rows.only_insert("comptabilite_traceanomalie"),
        rows.only_insert("comptabilite_noteligne"),
        rows.only_update(
            "comptabilite_anomalie", ["settled_at", "settled_by_id", "settled_note", "owner_id"]
        ),
        rows.sql_file(SQL / "closing.sql"),
        rows.sql_file(SQL / "lettrage.sql"),
        rows.sql_file(SQL / "schemas.sql"),
        *rows.pin_search_path(
            "comptabilite_open_day(bigint, date)",
            "comptabilite_day_is_open()",
            "comptabilite_days_in_order()",
            "comptabilite_words(text)",
            "comptabilite_ecriture_hash(bigint, integer, integer, date, text)",
            "comptabilite_number_and_chain()",
            "comptabilite_letter()",
            "comptabilite_lettrage_balanced()",
            "comptabilite_undo_lettrage()",
            "comptabilite_lettrage_guard()",
            "comptabilite_schema_frozen()",
            "comptabilite_schema_part_frozen()",
        ),
    ]
