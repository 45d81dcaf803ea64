"""Movements made by agents, answers and moves to another fund are told as those of cards are."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """What the fund's software must know and did not say itself, and nothing of what it said."""

    dependencies = [
        ("echanges", "0005_unpaid_not_said_back"),
        ("recouvrement", "0002_row_security"),
    ]

    operations = [
        rows.sql_file(SQL / "mouvements_dits.sql"),
        *rows.pin_search_path("echanges_note_arrival()"),
    ]
