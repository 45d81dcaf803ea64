"""What an accountant explained was of an amount: another amount is asked about again, and told."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Anomalie
from comptabilite.models.events import Evenement
from comptabilite.services.settling import settle_anomalie
from comptabilite.services.writing import Part, write_ecriture
from rapprochement.models import Residu
from rapprochement.services.matching import match_gateway
from rapprochement.services.proving import prove_day
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import file_of, jt_of, paid

DAY = date(2026, 11, 20)
#: The first day on which what was taken on ``DAY`` is late at the bank.
LATE = DAY + timedelta(days=6)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    fund = Caisse.objects.get(code="011").pk
    with caisse_scope(fund):
        for day in range(-1, 12):
            file_of(fund, "JT", DAY + timedelta(days=day))
    return fund


@pytest.fixture
def comptable():
    with national_scope():
        return agent_of("011", role=Role.COMPTABLE)


def sold(fund):
    """A payment of 240 €, told by the platform, that no remittance takes to the bank."""
    with national_scope():
        creance = CreanceFactory()
    transaction = paid(creance, vads_trans_status="CAPTURED")
    with caisse_scope(fund):
        jt_of(transaction)
    match_gateway(caisse_id=fund, now=NOW)


def proved(fund, day_on):
    return prove_day(caisse_id=fund, day_on=day_on, now=NOW)


def late_lines(fund):
    with caisse_scope(fund):
        rows = Anomalie.objects.filter(subject__startswith="attente").order_by("occurrence")
        return [(row.amount_cents, row.settled_at is not None) for row in rows]


def explain(fund, agent):
    with caisse_scope(fund):
        for row in Anomalie.objects.still_open():
            settle_anomalie(anomalie_id=row.pk, agent=agent, note="Vu avec la banque", now=NOW)


def test_what_is_late_and_explained_is_asked_again_when_it_grows(ain, comptable):
    sold(ain)
    first = proved(ain, LATE)
    explain(ain, comptable)
    sold(ain)

    later = proved(ain, LATE + timedelta(days=1))

    assert (first.unexplained, later.unexplained) == (1, 1)
    assert late_lines(ain) == [(240_00, True), (480_00, False)]
    with caisse_scope(ain):
        row = Residu.objects.get(rapprochement=later, kind="EN_RETARD", explained=False)
        assert row.amount_cents == 480_00


def test_it_counts_on_one_day_and_stays_so_when_that_day_is_proved_again(ain, comptable):
    sold(ain)
    proved(ain, LATE)
    explain(ain, comptable)
    sold(ain)
    days = [LATE + timedelta(days=after) for after in (1, 1, 2)]

    counts = [proved(ain, day).unexplained for day in days]

    assert counts == [1, 1, 0]
    assert late_lines(ain) == [(240_00, True), (480_00, False)]


def test_once_explained_the_new_amount_is_not_asked_again(ain, comptable):
    sold(ain)
    proved(ain, LATE)
    explain(ain, comptable)
    sold(ain)
    proved(ain, LATE + timedelta(days=1))
    explain(ain, comptable)

    counts = [proved(ain, LATE + timedelta(days=after)).unexplained for after in (1, 2, 3)]

    assert counts == [0, 0, 0]
    assert late_lines(ain) == [(240_00, True), (480_00, True)]


def test_what_did_not_change_is_not_asked_again(ain, comptable):
    sold(ain)
    proved(ain, LATE)
    explain(ain, comptable)

    counts = [proved(ain, LATE + timedelta(days=after)).unexplained for after in (0, 1, 2)]

    assert counts == [0, 0, 0]
    assert late_lines(ain) == [(240_00, True)]


def moved_by_hand(fund, event, cents):
    """The platform's account moves without any operation of the platform."""
    with caisse_scope(fund):
        write_ecriture(
            caisse_id=fund,
            event=event,
            parts=[Part(event, cents, "Essai")],
            source_id=uuid4(),
            piece="ESSAI",
            label="Essai",
            now=NOW,
            fact_on=DAY,
        )


def balances(fund):
    with caisse_scope(fund):
        rows = Anomalie.objects.filter(subject__startswith="solde 511").order_by("occurrence")
        return [(row.amount_cents, row.settled_at is not None) for row in rows]


def test_a_residual_that_comes_back_to_the_amount_explained_is_explained(ain, comptable):
    moved_by_hand(ain, Evenement.GAP_GAIN, 10_00)
    proved(ain, DAY)
    explain(ain, comptable)
    moved_by_hand(ain, Evenement.GAP_GAIN, 5_00)
    other = proved(ain, DAY)
    asked = balances(ain)
    moved_by_hand(ain, Evenement.GAP_LOSS, 5_00)

    again = proved(ain, DAY)

    assert (other.unexplained, again.unexplained) == (1, 0)
    assert asked == [(10_00, True), (15_00, False)]
    assert balances(ain) == [(10_00, True), (15_00, True)]


def test_an_amount_that_a_fact_settled_is_asked_when_it_comes_back(ain):
    moved_by_hand(ain, Evenement.GAP_GAIN, 10_00)
    proved(ain, DAY)
    moved_by_hand(ain, Evenement.GAP_LOSS, 10_00)
    gone = proved(ain, DAY)
    moved_by_hand(ain, Evenement.GAP_GAIN, 15_00)
    proved(ain, DAY)
    moved_by_hand(ain, Evenement.GAP_LOSS, 5_00)

    again = proved(ain, DAY)

    assert (gone.unexplained, again.unexplained) == (0, 1)
