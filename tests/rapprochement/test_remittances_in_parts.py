"""A remittance that the bank pays in several days: an accountant says each part."""

from datetime import date, timedelta

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Lettrage
from rapprochement.admin.impute_forms import ImputeForm
from rapprochement.services.imputation_writing import ImputationRefused
from rapprochement.services.imputing import impute_bank_lines
from rapprochement.services.imputing_by_agent import Difference, impute_by_agent
from rapprochement.services.matching import match_gateway
from rapprochement.services.proposing import propose
from rapprochement.services.proving import prove_day
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import bank_line, jt_of, paid, remise_of

FIRST, SECOND = date(2026, 11, 23), date(2026, 11, 24)
PART = {"note": "La banque paie en deux fois", "difference": Difference.PART}

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def accountant():
    with national_scope():
        return agent_of("011", role="COMPTABLE")


@pytest.fixture
def remise(ain):
    """480 euros gross, 478,80 net, of two payments."""
    with national_scope():
        debts = [CreanceFactory(), CreanceFactory()]
    transactions = [paid(debt) for debt in debts]
    with caisse_scope(ain):
        lines = [jt_of(each, trans_id=f"{n:06d}") for n, each in enumerate(transactions)]
        found = remise_of(ain, *lines, fee=1_20)
    match_gateway(caisse_id=ain, now=NOW)
    return found


def line_of(caisse_id, cents, on):
    with caisse_scope(caisse_id):
        return bank_line(caisse_id, cents, "VIREMENT CB", on=on)


def decide(line, agent, *remises, **choices):
    with caisse_scope(line.caisse_id):
        wanted = {"kind": "REMISE", "agent": agent, "now": NOW, **choices}
        return impute_by_agent(
            ligne_id=line.pk, remise_ids=[remise.pk for remise in remises], **wanted
        )


def test_two_days_bring_a_remittance_that_is_lettered_once_whole(ain, remise, accountant):
    first, second = line_of(ain, 239_40, FIRST), line_of(ain, 239_40, SECOND)
    decide(first, accountant, remise, **PART)
    with caisse_scope(ain):
        assert not Lettrage.objects.exists(), "the control: half of it lacks"

    decide(second, accountant, remise, note="Le reste")

    with caisse_scope(ain):
        shares = list(remise.banques.order_by("pk").values_list("gross_cents", "fee_cents"))
        assert shares == [(240_00, 60), (240_00, 60)]
        assert [each.lignes.count() for each in Lettrage.objects.all()] == [4]


def test_what_is_left_is_proposed_for_the_line_that_brings_it(ain, remise, accountant):
    first, second = line_of(ain, 239_40, FIRST), line_of(ain, 239_40, SECOND)
    decide(first, accountant, remise, **PART)

    assert impute_bank_lines(caisse_id=ain, now=NOW) == 0, "never by itself"
    with caisse_scope(ain):
        idea = propose(second)
        offered = ImputeForm(line=second).fields["remises"].choices

    assert (idea["score"], idea["remises"]) == (70, [remise.pk])
    assert "la suite de la remise 7" in idea["reason"]
    assert "(reste 240,00" in offered[0][1].replace("\u202f", "").replace("\xa0", " ")


def test_the_rest_of_a_remittance_is_on_its_way(ain, remise, accountant):
    decide(line_of(ain, 239_40, FIRST), accountant, remise, **PART)

    proof = prove_day(caisse_id=ain, day_on=FIRST, now=NOW)

    with caisse_scope(ain):
        way = proof.residus.get(subject=f"remise {remise.pk}")
    assert (way.kind, way.amount_cents) == ("EN_CHEMIN", 240_00)
    assert proof.owed_cents == proof.ledger_owed_cents == 240_00


@pytest.mark.parametrize("cents", [478_81, 480_01])
def test_a_part_is_smaller_than_its_remittance(ain, remise, accountant, cents):
    line = line_of(ain, cents, FIRST)

    with pytest.raises(ImputationRefused, match="une seule remise"):
        decide(line, accountant, remise, **PART)


def test_a_part_is_of_one_remittance(ain, remise, accountant):
    with caisse_scope(ain):
        other = remise_of(ain, number="8", at=NOW - timedelta(days=1))
    line = line_of(ain, 100_00, FIRST)

    with pytest.raises(ImputationRefused, match="une seule remise"):
        decide(line, accountant, remise, other, **PART)
