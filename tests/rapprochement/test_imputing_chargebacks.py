"""Money that the bank takes back: chargebacks, and remittances that never come."""

from datetime import date, timedelta

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Ecriture, LigneLettree
from payments.services.charging_back import charge_back
from rapprochement.models import Impaye, Imputation
from rapprochement.services.imputing import impute_bank_lines
from rapprochement.services.matching import match_gateway
from rapprochement.services.proposing import propose
from rapprochement.services.proving import prove_day
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import (
    bank_line,
    file_of,
    gateway_line,
    jt_of,
    paid,
    remise_of,
)

DAY = date(2026, 11, 20)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


def sold():
    with national_scope():
        creance = CreanceFactory()
    return paid(creance, vads_trans_status="CAPTURED")


def charged_back(caisse_id, transaction, trans_id="000001"):
    """A JRI line, recorded, with its écriture."""
    with caisse_scope(caisse_id):
        told = gateway_line(
            caisse_id,
            "JRI",
            -transaction.amount_cents,
            transaction_uuid=transaction.uuid,
            trans_id=trans_id,
            order_reference=transaction.payment.reference,
        )
        charge_back(
            debit=transaction,
            amount_cents=transaction.amount_cents,
            charged_on=DAY,
            source_id=told.public_id,
            now=NOW,
        )
        Impaye.objects.create(
            caisse_id=caisse_id,
            public_id=told.public_id,
            plateforme=told,
            payment=transaction.payment,
            transaction=transaction,
            amount_cents=transaction.amount_cents,
            charged_on=DAY,
            status="ROUVERT",
            recorded_at=NOW,
        )
    return told


def test_a_debit_that_names_a_chargeback_is_imputed_and_lettered_with_it(ain):
    transaction = sold()
    charged_back(ain, transaction)
    with caisse_scope(ain):
        line = bank_line(ain, -240_00, "IMPAYE CB 000001", on=DAY)
    match_gateway(caisse_id=ain, now=NOW)

    imputed = impute_bank_lines(caisse_id=ain, now=NOW)

    assert imputed == 1
    with caisse_scope(ain):
        found = Imputation.objects.get(ligne=line)
        assert (found.kind, found.regle) == ("REPRISE", "REFERENCE")
        rows = Ecriture.objects.get(source_id=line.public_id).lignes.order_by("position")
        assert list(rows.values_list("compte__number", "debit_cents", "credit_cents")) == [
            ("5115", 240_00, 0),
            ("5121", 0, 240_00),
        ]
        assert LigneLettree.objects.count() == 2


def test_a_debit_that_two_chargebacks_explain_is_left_to_an_accountant(ain):
    for number in ("000001", "000002"):
        charged_back(ain, sold(), trans_id=number)
    with caisse_scope(ain):
        bank_line(ain, -240_00, "IMPAYE", on=DAY)
    match_gateway(caisse_id=ain, now=NOW)

    assert impute_bank_lines(caisse_id=ain, now=NOW) == 0


def test_a_day_with_a_chargeback_agrees_on_both_sides(ain):
    transaction = sold()
    with caisse_scope(ain):
        file_of(ain, "JT", DAY - timedelta(days=1))
        jt_of(transaction)
    charged_back(ain, transaction)
    match_gateway(caisse_id=ain, now=NOW)

    proof = prove_day(caisse_id=ain, day_on=DAY, now=NOW)

    assert (proof.gateway_cents, proof.ledger_cents, proof.unexplained) == (0, 0, 0)


def test_a_remittance_that_does_not_come_in_time_is_late_once(ain):
    transaction = sold()
    late = DAY + timedelta(days=6)
    with caisse_scope(ain):
        for day in range(8):
            file_of(ain, "JT", DAY + timedelta(days=day))
        remise_of(ain, jt_of(transaction))
    match_gateway(caisse_id=ain, now=NOW)

    proofs = [
        prove_day(caisse_id=ain, day_on=day, now=NOW)
        for day in (late - timedelta(days=1), late, late + timedelta(days=1))
    ]

    assert [proof.unexplained for proof in proofs] == [0, 1, 0]
    with caisse_scope(ain):
        kinds = [list(proof.residus.values_list("kind", flat=True)) for proof in proofs]
    assert kinds == [["EN_CHEMIN"], ["EN_RETARD"], ["EN_RETARD"]]


def test_a_debit_is_proposed_the_chargebacks_of_its_amount_and_takes_none_by_itself(ain):
    told = [charged_back(ain, sold(), f"00000{n}") for n in (1, 2)]
    match_gateway(caisse_id=ain, now=NOW)
    with caisse_scope(ain):
        line = bank_line(ain, -240_00, "IMPAYE CB", on=DAY + timedelta(days=1))
        expected = [each.appariement.ligne_id for each in told]

    assert impute_bank_lines(caisse_id=ain, now=NOW) == 0

    with caisse_scope(ain):
        idea = propose(line)
    assert (idea["action"], idea["score"], sorted(idea["charges"])) == ("REPRISE", 60, expected)
    assert idea["reason"] == "2 impayés ont ce montant : choisissez"


def test_a_debit_that_came_too_late_to_be_sure_is_proposed_its_chargeback(ain):
    charged_back(ain, sold())
    match_gateway(caisse_id=ain, now=NOW)
    on = DAY + timedelta(days=20)
    with caisse_scope(ain):
        line = bank_line(ain, -240_00, "PRLV", on=on)
        for day in (on - timedelta(days=1), on):
            file_of(ain, "JT", day)
        accountant = agent_of("011", role="COMPTABLE")
    assert impute_bank_lines(caisse_id=ain, now=NOW) == 0
    proof = prove_day(caisse_id=ain, day_on=on, now=NOW)

    with caisse_scope(ain):
        gap = proof.residus.get(kind="BANQUE")
    assert (gap.proposal["score"], len(gap.proposal["charges"])) == (70, 1)
    page = f"/agents/rapprochement/rapprochement/{proof.pk}/appliquer/"
    entered(accountant).post(page, {"residu": gap.pk})
    with caisse_scope(ain):
        assert Imputation.objects.get(ligne=line).kind == "REPRISE"
        assert LigneLettree.objects.filter(live=True).count() == 2
