"""The bank's words and an agent's note may name people: they stay off the books (invariant 15)."""

from datetime import date

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Ecriture, Ligne
from rapprochement.services.imputing_by_agent import impute_by_agent
from rapprochement.services.placing import place_on_debt
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import bank_line

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 19)


@pytest.mark.parametrize(
    ("kind", "cents"), [("ATTENTE", 300_00), ("ATTENTE", -5_00), ("ETRANGERE", 5_00), ("FRAIS", -5)]
)
def test_inv15_no_ecriture_repeats_the_words_of_a_bank_line_nor_of_a_note(kind, cents):
    with national_scope():
        agent, creance = agent_of("011", role="COMPTABLE"), CreanceFactory()
    ain = Caisse.objects.get(code="011").pk

    with caisse_scope(ain):
        line = bank_line(ain, cents, "VIR DE ZEPHYRINE QUETZAL", on=DAY)
        impute_by_agent(ligne_id=line.pk, kind=kind, agent=agent, note="Mme Quetzal", now=NOW)
        if cents == 300_00:
            place_on_debt(
                ligne_banque=line, creance=creance, agent=agent, note="Mme Quetzal", now=NOW
            )
        books = [*Ecriture.objects.values_list("label", "reason", "piece")]
        lines = [*Ligne.objects.values_list("label", "auxiliaire")]

    assert len(books) == (2 if cents == 300_00 else 1)
    assert all(row[0] for row in (*books, *lines)), "labels are never empty"
    assert "quetzal" not in str([books, lines]).casefold()
