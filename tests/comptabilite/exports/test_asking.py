"""Who may ask for what."""

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Export
from comptabilite.services.exporting import ExportRefused, ask_export
from tests.caisses.factories import agent_of, national_agent
from tests.comptabilite.exports import books
from tests.comptabilite.exports.books import payment

pytestmark = [pytest.mark.django_db]

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _closed(fund_scope: None) -> None:
    books.write(payment(date(2026, 3, 2), "PAY-0001", 24_000))
    books.close(since=date(2026, 3, 1), until=date(2026, 3, 4))


def ask(**changes: Any) -> Export:
    asked = {
        "caisse_id": books.fund().pk,
        "format": "FEC",
        "journal": None,
        "first_on": date(2026, 3, 1),
        "last_on": date(2026, 3, 4),
        "encoding": "utf-8",
        "agent": None,
        "now": NOW,
        **changes,
    }
    return ask_export(**asked)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first_on": date(2026, 3, 3), "last_on": date(2026, 3, 2)}, "précède"),
        ({"first_on": date(2025, 12, 31)}, "un seul exercice"),
        ({"last_on": date(2026, 3, 5)}, "clôturées jusqu’au 04/03/2026"),
        ({"first_on": date(2026, 2, 1), "last_on": date(2026, 2, 28)}, "01/03/2026"),
        ({"journal": "XYZ"}, "pas de journal XYZ"),
        ({"format": "XML"}, "n’existe pas"),
        ({"encoding": "utf-16"}, "n’existe pas"),
    ],
)
def test_what_cannot_be_given_is_refused_with_what_to_do(changes: dict[str, Any], words: str):
    with pytest.raises(ExportRefused, match=words):
        ask(**changes)


def test_a_fund_that_closed_nothing_has_nothing_to_export():
    with pytest.raises(ExportRefused, match="Aucune journée"):
        ask(now=datetime(2026, 3, 1, tzinfo=UTC))


def test_an_accountant_of_the_fund_or_a_national_agent_may_ask():
    accountant = agent_of("011", login="compta", role=Role.COMPTABLE)

    assert [ask(agent=accountant).status, ask(agent=national_agent()).status] == ["DEMANDE"] * 2


@pytest.mark.parametrize(("code", "role"), [("011", Role.AGENT), ("331", Role.COMPTABLE)])
def test_other_agents_are_refused(code: str, role: Role):
    with pytest.raises(ExportRefused, match="comptable de la caisse"):
        ask(agent=agent_of(code, login="autre", role=role))


def test_while_a_day_closes_the_agent_is_told_to_ask_again():
    caisse_id = Caisse.objects.get(code="331").pk
    closing, done = threading.Event(), threading.Event()

    def close() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('cloture', %s))", [caisse_id]
            )
            closing.set()
            done.wait(10)
        connection.close()

    other = threading.Thread(target=close)
    other.start()
    assert closing.wait(10)
    try:
        with pytest.raises(ExportRefused, match="Une clôture est en cours"):
            ask(caisse_id=caisse_id)
    finally:
        done.set()
        other.join()

    with pytest.raises(ExportRefused, match="Aucune journée"):
        ask(caisse_id=caisse_id)
