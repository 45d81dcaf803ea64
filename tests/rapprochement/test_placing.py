"""A transfer received at the bank repays a debt, once an accountant says whose it is."""

from datetime import date

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Ecriture, LigneLettree
from rapprochement.services.imputing_by_agent import impute_by_agent
from rapprochement.services.placing import PlacingRefused, left_cents, place_on_debt
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import bank_line

DAY = date(2026, 11, 19)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def accountant():
    with national_scope():
        return agent_of("011", role="COMPTABLE")


@pytest.fixture
def line(ain, accountant):
    """300 euros from somebody, on the suspense account."""
    with caisse_scope(ain):
        made = bank_line(ain, 300_00, "VIR M EXEMPLE", on=DAY)
        impute_by_agent(
            ligne_id=made.pk, kind="ATTENTE", agent=accountant, note="Virement", now=NOW
        )
    return made


def debt():
    with national_scope():
        return CreanceFactory()


def place(line, creance, agent, note="Référence dans le libellé", **more):
    with caisse_scope(line.caisse_id):
        return place_on_debt(
            ligne_banque=line, creance=creance, agent=agent, note=note, now=NOW, **more
        )


def test_a_debt_takes_no_more_than_its_balance_and_the_rest_waits(line, accountant):
    creance = debt()

    placed = place(line, creance, accountant)

    assert placed == 240_00
    with caisse_scope(line.caisse_id):
        creance.refresh_from_db()
        assert creance.balance_cents == 0
        assert left_cents(line) == 60_00
        mouvement = creance.mouvements.get(kind="VIREMENT")
        assert (mouvement.amount_cents, mouvement.value_on) == (240_00, DAY)
        ecriture = Ecriture.objects.get(event="SUSPENSE_TO_DEBT")
        assert ecriture.source_id == mouvement.source_id
        assert not LigneLettree.objects.exists()


def test_once_nothing_is_left_the_suspense_account_is_lettered(line, accountant):
    place(line, debt(), accountant)

    placed = place(line, debt(), accountant)

    assert placed == 60_00
    with caisse_scope(line.caisse_id):
        assert left_cents(line) == 0
        assert LigneLettree.objects.filter(ligne__compte__number="471").count() == 3


@pytest.mark.parametrize("cents", [0, -1, 240_01])
def test_an_amount_that_does_not_fit_is_refused(line, accountant, cents):
    with pytest.raises(PlacingRefused, match="240,00"):
        place(line, debt(), accountant, amount_cents=cents)


def test_nothing_is_placed_without_a_note_or_a_right(line, accountant):
    with national_scope():
        agent = agent_of("011", login="lecteur")

    with pytest.raises(PlacingRefused, match="Écrivez"):
        place(line, debt(), accountant, note=" ")
    with pytest.raises(PlacingRefused, match="comptable"):
        place(line, debt(), agent)


def test_a_line_that_does_not_wait_is_not_placed(ain, accountant):
    with caisse_scope(ain):
        other = bank_line(ain, 50_00, "VIR", on=DAY)

    with pytest.raises(PlacingRefused, match="attend"):
        place(other, debt(), accountant)
