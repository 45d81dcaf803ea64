"""The proof of a day: platform = books = bank, and what differs is named."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Anomalie
from comptabilite.services.settling import settle_anomalie
from rapprochement.models import Residu
from rapprochement.services.matching import match_gateway
from rapprochement.services.proving import prove_day
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import file_of, gateway_line, jt_of, paid

DAY = date(2026, 11, 20)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    caisse_id = Caisse.objects.get(code="011").pk
    with caisse_scope(caisse_id):
        for day in (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)):
            file_of(caisse_id, "JT", day)
    return caisse_id


def debt():
    with national_scope():
        return CreanceFactory()


def proof_of(caisse_id, day_on=DAY, now=NOW):
    """The proof once all that can be matched is, and its residuals by kind."""
    match_gateway(caisse_id=caisse_id, now=now)
    proof = prove_day(caisse_id=caisse_id, day_on=day_on, now=now)
    with caisse_scope(caisse_id):
        return proof, list(Residu.objects.filter(rapprochement=proof).order_by("kind", "pk"))


def the_gap(residus):
    kinds = {"NON_COMPTABILISE", "INCONNU_PLATEFORME", "MONTANT", "FICHIER_MANQUANT", "SOLDE"}
    return sum(residu.amount_cents for residu in residus if residu.kind in kinds)


def test_a_day_that_agrees_has_nothing_to_explain(ain):
    transaction = paid(debt())
    with caisse_scope(ain):
        jt_of(transaction)

    proof, residus = proof_of(ain)

    assert (proof.gateway_cents, proof.ledger_cents) == (240_00, 240_00)
    assert (proof.owed_cents, proof.ledger_owed_cents) == (240_00, 240_00)
    assert proof.unexplained == 0
    assert [(r.kind, r.amount_cents, r.explained) for r in residus] == [("EN_CHEMIN", 240_00, True)]


def test_a_transaction_that_the_portal_does_not_know_is_a_lost_notification(ain):
    with caisse_scope(ain):
        gateway_line(ain, "JT", 55_00, transaction_uuid=uuid4(), trans_id="000009")

    proof, residus = proof_of(ain)

    assert [(r.kind, r.amount_cents) for r in residus] == [("NON_COMPTABILISE", 55_00)]
    assert proof.unexplained_cents == 55_00
    with caisse_scope(ain):
        assert Anomalie.objects.get().kind == "LOST_NOTIFICATION"


def test_a_payment_that_the_platform_does_not_tell_is_named(ain):
    transaction = paid(debt())

    proof, residus = proof_of(ain)

    assert [(r.kind, r.amount_cents) for r in residus] == [("INCONNU_PLATEFORME", -240_00)]
    assert transaction.payment.reference in residus[0].detail
    assert proof.unexplained == 1


def test_another_amount_makes_one_residual_of_the_difference(ain):
    transaction = paid(debt())
    with caisse_scope(ain):
        jt_of(transaction, cents=230_00)

    proof, residus = proof_of(ain)

    assert [(r.kind, r.amount_cents) for r in residus] == [("MONTANT", -10_00)]
    assert proof.gateway_cents - proof.ledger_cents == the_gap(residus)


def test_a_transaction_that_the_platform_tells_twice_is_named_for_its_amount(ain):
    transaction = paid(debt())
    with caisse_scope(ain):
        jt_of(transaction)
        jt_of(transaction)

    proof, residus = proof_of(ain)

    assert (proof.gateway_cents, proof.ledger_cents) == (480_00, 240_00)
    unexplained = [r for r in residus if not r.explained]
    assert [(r.kind, r.amount_cents) for r in unexplained] == [("NON_COMPTABILISE", 240_00)]
    assert unexplained[0].detail.endswith("la plateforme dit deux fois cette transaction")
    assert the_gap(residus) == 240_00


def test_a_note_of_an_agent_explains_and_a_match_settles(ain):
    transaction = paid(debt())
    proof, _residus = proof_of(ain)
    with national_scope():
        agent = agent_of("011", role=Role.COMPTABLE)
    with caisse_scope(ain):
        anomalie = Anomalie.objects.get()
        settle_anomalie(anomalie_id=anomalie.pk, agent=agent, note="Vu avec la banque", now=NOW)

    proof, residus = proof_of(ain)

    assert (proof.unexplained, residus[0].explained) == (0, True)
    assert transaction.payment.reference in residus[0].detail


def test_an_anomaly_whose_residual_is_gone_is_settled_by_that_fact(ain):
    transaction = paid(debt())
    proof_of(ain)
    with caisse_scope(ain):
        jt_of(transaction)

    proof, _residus = proof_of(ain)

    assert proof.unexplained == 0
    with caisse_scope(ain):
        anomalie = Anomalie.objects.get()
    assert (anomalie.settled_by_id, anomalie.settled_at) == (None, NOW)


def test_a_missing_file_stands_for_all_that_it_would_have_told(ain):
    day = DAY + timedelta(days=2)
    paid(debt(), now=NOW + timedelta(days=2))
    paid(debt(), now=NOW + timedelta(days=2))

    proof, residus = proof_of(ain, day)

    assert [(r.kind, r.amount_cents, r.explained) for r in residus] == [
        ("FICHIER_MANQUANT", -480_00, False)
    ]
    assert proof.gateway_cents - proof.ledger_cents == the_gap(residus)


def test_no_file_is_awaited_from_before_the_first_one(ain):
    first, _residus = proof_of(ain, DAY - timedelta(days=1))
    _eve, residus = proof_of(ain, DAY - timedelta(days=2))

    assert first.unexplained == 0
    assert [(r.kind, r.subject[-10:]) for r in residus] == [("FICHIER_MANQUANT", "2026-11-17")]


def test_what_each_side_dates_from_another_day_is_explained_on_both(ain):
    at_midnight = NOW.replace(hour=22, minute=59, second=59)
    transaction = paid(debt(), now=at_midnight + timedelta(seconds=2))
    with caisse_scope(ain):
        jt_of(transaction, at=at_midnight)

    eve, of_eve = proof_of(ain)
    morrow, of_morrow = proof_of(ain, DAY + timedelta(days=1))

    assert (eve.gateway_cents, eve.ledger_cents, eve.unexplained) == (240_00, 0, 0)
    assert (morrow.gateway_cents, morrow.ledger_cents, morrow.unexplained) == (0, 240_00, 0)
    assert the_gap(of_eve) == 240_00
    assert the_gap(of_morrow) == -240_00


def test_what_an_earlier_day_could_not_explain_stays_in_sight_and_counts_once(ain):
    paid(debt())
    proof_of(ain)

    morrow, residus = proof_of(ain, DAY + timedelta(days=1))

    assert [(r.kind, r.since_on) for r in residus] == [("INCONNU_PLATEFORME", DAY)]
    assert morrow.unexplained == 0
