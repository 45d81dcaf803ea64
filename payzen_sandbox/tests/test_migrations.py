"""A sandbox that already served keeps its payments when its tables change."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

APP = "payzen_sandbox"


def migrate(name):
    """Bring the schema to one migration; returns the models of that time."""
    executor = MigrationExecutor(connection)
    executor.migrate([(APP, name)])
    return MigrationExecutor(connection).loader.project_state([(APP, name)]).apps


@pytest.mark.django_db(transaction=True)
def test_transactions_of_the_first_version_are_completed():
    now = datetime(2026, 3, 1, tzinfo=UTC)
    try:
        old = migrate("0001_initial")
        payment = old.get_model(APP, "Payment").objects.create(
            site_id="90000011",
            trans_id="000001",
            utc_day=now.date(),
            fields={},
            amount_cents=100,
            capture_delay_days=0,
            instalments=[],
            opened_at=now,
            expires_at=now,
        )
        for rank, status in enumerate(("AUTHORISED", "WAITING_AUTHORISATION"), start=1):
            old.get_model(APP, "Transaction").objects.create(
                payment=payment,
                uuid=uuid.uuid4().hex,
                sequence_number=rank,
                status=status,
                amount_cents=50,
                card={},
                threeds={},
                created_at=now,
                presentation_at=now,
            )

        new = migrate("0002_back_office")

        found = new.get_model(APP, "Transaction").objects.order_by("pk")
        assert list(found.values_list("initial_amount_cents", "answered_at")) == [
            (50, now),
            (50, None),
        ]
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes(APP))
