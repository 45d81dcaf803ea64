"""One list of everything that changed what a person owes."""

from datetime import date

import pytest
from django.test import Client

from allocataires.ledger import ledger_of
from allocataires.models import Creance
from allocataires.nomenclature import MouvementType as M
from caf_portal.database.scope import national_scope
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.lives import move, words_of
from tests.allocataires.sessions import enter, holder_of, person_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def debts() -> list[Creance]:
    with national_scope():
        first = CreanceFactory(initial_cents=240_00)
        second = CreanceFactory(
            allocataire=first.allocataire, initial_cents=100_00, implanted_on=date(2026, 6, 1)
        )
        CreanceFactory(initial_cents=999_00)
    move(first, M.RETENUE, 40_00, date(2026, 6, 5))
    move(second, M.CHEQUE, 100_00, date(2026, 6, 20))
    move(second, M.IMPAYE, 100_00, date(2026, 6, 27))
    move(first, M.REMISE, 50_00, date(2026, 7, 1))
    return [first, second]


def test_each_movement_has_its_effect_and_what_is_left_of_all(debts):
    with national_scope():
        mine = Creance.objects.filter(allocataire=debts[0].allocataire_id)
        lines = ledger_of(mine)
        balances = sum(creance.balance_cents for creance in mine)

    assert [(line.mouvement.kind, line.effect_cents, line.total_cents) for line in lines] == [
        ("IMPLANTATION", 240_00, 240_00),
        ("IMPLANTATION", 100_00, 340_00),
        ("RETENUE", -40_00, 300_00),
        ("CHEQUE", -100_00, 200_00),
        ("IMPAYE", 100_00, 300_00),
        ("REMISE", -50_00, 250_00),
    ]
    assert lines[-1].total_cents == balances


def test_the_page_is_for_all_debts_by_account_and_for_one_by_letter(client: Client, debts):
    enter(client, person_of(debts[0]))
    everything = words_of(client.get("/mes-creances/mouvements/").content.decode())
    client.cookies.clear()
    enter(client, holder_of(debts[1]))
    one = words_of(client.get("/mes-creances/mouvements/").content.decode())

    assert "27/06/2026 +100,00 € 100,00 € 300,00 €" in everything
    assert "Remise de dette" in everything
    assert "Remise de dette" not in one
    assert "20/06/2026 −100,00 € 0,00 € 0,00 €" in one
