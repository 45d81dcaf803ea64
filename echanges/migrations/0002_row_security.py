"""Walls, rights and triggers of lots, keys, events and deliveries."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Row-level security on each table with caisse_id (invariant 13)."""

    dependencies = [
        ("echanges", "0001_initial"),
        ("caisses", "0002_row_security"),
    ]

    operations = [
        rows.wall_off("echanges_lot"),
        rows.wall_off("echanges_rejet"),
        rows.wall_off("echanges_cleapi"),
        rows.wall_off("echanges_appelapi"),
        rows.wall_off("echanges_evenementsortant"),
        rows.wall_off("echanges_abonnement"),
        rows.wall_off("echanges_livraison"),
        rows.same_caisse("echanges_rejet", "lot_id", "echanges_lot", name="inv08_rejet_lot"),
        rows.same_caisse(
            "echanges_rejet", "corrected_by_id", "echanges_lot", name="inv08_rejet_correction"
        ),
        rows.same_caisse("echanges_lot", "corrects_id", "echanges_lot", name="inv08_lot_corrects"),
        rows.same_caisse("echanges_appelapi", "cle_id", "echanges_cleapi", name="inv08_appel_cle"),
        rows.same_caisse(
            "echanges_livraison",
            "abonnement_id",
            "echanges_abonnement",
            name="inv08_livraison_abonnement",
        ),
        rows.only_insert("echanges_appelapi"),
        rows.only_insert("echanges_evenementsortant"),
        rows.only_insert("echanges_livraison"),
        rows.only_update("echanges_rejet", ["corrected_by_id"]),
        rows.only_update(
            "echanges_lot",
            [
                "status",
                "refusal",
                "totals",
                "counted",
                "applied_lines",
                "rejected_lines",
                "unchanged_lines",
                "finished_at",
            ],
        ),
        rows.only_update("echanges_cleapi", ["label", "expires_on", "revoked_at", "last_used_at"]),
        rows.only_update("echanges_abonnement", ["url", "secret", "active", "last_number"]),
        rows.sql_file(SQL / "echanges.sql"),
    ]
