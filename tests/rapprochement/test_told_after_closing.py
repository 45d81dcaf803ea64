"""What a file tells of a day that is closed: the first open day names what nothing explains."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Anomalie
from comptabilite.services.settling import settle_anomalie
from rapprochement.models import Imputation, Residu
from rapprochement.services.closing import ClosingRefused, close_day
from rapprochement.services.imputing import impute_by_agent
from rapprochement.services.matching import match_gateway
from rapprochement.services.proving import prove_day
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import (
    account_of,
    bank_line,
    file_of,
    gateway_line,
    jt_of,
    paid,
)

pytestmark = pytest.mark.django_db

DAY, NEXT = date(2026, 11, 20), date(2026, 11, 21)
CLOSED_AT, LATER = NOW + timedelta(days=1), NOW + timedelta(days=2)


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def comptable():
    with national_scope():
        return agent_of("011", role=Role.COMPTABLE, login="comptable")


@pytest.fixture
def told(ain, comptable):
    """A payment of a day whose JT never came: the accountant said so and closed the day."""
    with national_scope():
        debt = CreanceFactory()
    with caisse_scope(ain):
        account_of(ain, expected_daily=False)
        file_of(ain, "JT", DAY - timedelta(days=1))
    transaction = paid(debt)
    prove_day(caisse_id=ain, day_on=DAY, now=CLOSED_AT)
    settle_all(ain, comptable, now=CLOSED_AT)
    with caisse_scope(ain):
        close_day(caisse_id=ain, day_on=DAY, agent=comptable, now=CLOSED_AT)
        file_of(ain, "JT", NEXT)
    return transaction


def settle_all(ain, agent, *, now):
    with caisse_scope(ain):
        for line in Anomalie.objects.still_open():
            settle_anomalie(anomalie_id=line.pk, agent=agent, note="Vu", now=now)


def late_file(ain):
    """The JT of the closed day, two days later."""
    file_of(ain, "JT", DAY, received_at=LATER)


def unexplained(ain, day_on=NEXT):
    match_gateway(caisse_id=ain, now=LATER)
    proof = prove_day(caisse_id=ain, day_on=day_on, now=LATER)
    with caisse_scope(ain):
        found = Residu.objects.filter(rapprochement=proof, explained=False)
        return [(r.kind, r.amount_cents, r.since_on) for r in found.order_by("pk")]


def test_a_file_that_agrees_with_the_closed_day_leaves_nothing(ain, told):
    with caisse_scope(ain):
        late_file(ain)
        jt_of(told)

    assert unexplained(ain) == []


def test_money_of_a_closed_day_that_nobody_knows_keeps_the_next_day_open(ain, comptable, told):
    with caisse_scope(ain):
        late_file(ain)
        jt_of(told)
        gateway_line(ain, "JT", 55_00, transaction_uuid=uuid4(), trans_id="000009")

    assert unexplained(ain) == [("NON_COMPTABILISE", 55_00, DAY)]
    with caisse_scope(ain):
        assert Anomalie.objects.still_open().get().kind == "LOST_NOTIFICATION"
        with pytest.raises(ClosingRefused, match="55,00"):
            close_day(caisse_id=ain, day_on=NEXT, agent=comptable, now=LATER)
    settle_all(ain, comptable, now=LATER)
    with caisse_scope(ain):
        closed = close_day(caisse_id=ain, day_on=NEXT, agent=comptable, now=LATER)
    assert [each["kind"] for each in closed.proof["residus"]][:1] == ["EN_CHEMIN"]
    assert "NON_COMPTABILISE" in {each["kind"] for each in closed.proof["residus"]}


def test_it_is_named_by_one_day_only(ain, told):
    with caisse_scope(ain):
        late_file(ain)
        gateway_line(ain, "JT", 55_00, transaction_uuid=uuid4(), trans_id="000009")
        file_of(ain, "JT", NEXT + timedelta(days=1))
    unexplained(ain)

    after = prove_day(caisse_id=ain, day_on=NEXT + timedelta(days=1), now=LATER)

    assert after.unexplained == 0


def test_a_bank_line_of_a_closed_day_keeps_the_next_day_open(ain, comptable, told):
    with caisse_scope(ain):
        jt_of(told)
        line = bank_line(ain, 75_00, "VIREMENT", on=DAY, received_at=LATER)

    assert unexplained(ain) == [("BANQUE", 75_00, DAY)]
    with caisse_scope(ain):
        impute_by_agent(
            ligne_id=line.pk, kind="ATTENTE", agent=comptable, note="À identifier", now=LATER
        )
    assert unexplained(ain) == []
    with caisse_scope(ain):
        written = Imputation.objects.get(ligne=line).ecriture
    assert (written.origin_on, written.accounting_on) == (DAY, NEXT)
