"""A line of the gateway answers the line of the books that says the same, and no other."""

from uuid import uuid4

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from rapprochement.models import Appariement
from rapprochement.services.matching import match_gateway
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW
from tests.rapprochement.gateway_rows import gateway_line, jt_of, ledger_line, paid, remise_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


def debt():
    with national_scope():
        return CreanceFactory()


def pairs(caisse_id):
    with caisse_scope(caisse_id):
        return set(Appariement.objects.values_list("plateforme_id", "ligne_id", "kind", "regle"))


def test_a_transaction_answers_its_own_ecriture_for_the_same_amount(ain):
    transaction = paid(debt())
    with caisse_scope(ain):
        line_told = jt_of(transaction)

    made = match_gateway(caisse_id=ain, now=NOW)

    with caisse_scope(ain):
        line = ledger_line(transaction)
    assert made == 1
    assert pairs(ain) == {(line_told.pk, line.pk, "JT", "EXACTE")}


def test_another_amount_or_another_transaction_answers_nothing(ain):
    transaction = paid(debt())
    with caisse_scope(ain):
        jt_of(transaction, cents=transaction.amount_cents - 1)
        jt_of(transaction, transaction_uuid=uuid4())

    made = match_gateway(caisse_id=ain, now=NOW)

    assert made == 0


def test_running_it_again_matches_nothing_twice(ain):
    transaction = paid(debt())
    with caisse_scope(ain):
        jt_of(transaction)
        jt_of(transaction)
    match_gateway(caisse_id=ain, now=NOW)

    again = match_gateway(caisse_id=ain, now=NOW)

    assert again == 0
    assert len(pairs(ain)) == 1


def test_a_remitted_line_is_found_through_what_jt_told(ain):
    transaction = paid(debt())
    with caisse_scope(ain):
        remise_of(ain, jt_of(transaction))

    made = match_gateway(caisse_id=ain, now=NOW)

    assert made == 2
    assert {kind for _pf, _ligne, kind, _regle in pairs(ain)} == {"JT", "JRB"}


def test_two_candidates_make_no_match(ain):
    first, second = paid(debt()), paid(debt())
    with caisse_scope(ain):
        lines = [jt_of(each, order_reference="") for each in (first, second)]
        remise_of(ain, lines[0])

    match_gateway(caisse_id=ain, now=NOW)

    assert {kind for _pf, _ligne, kind, _regle in pairs(ain)} == {"JT"}


def test_a_line_without_identifier_is_found_by_its_order(ain):
    transaction = paid(debt())
    with caisse_scope(ain):
        line_told = jt_of(transaction, transaction_uuid=None)

    match_gateway(caisse_id=ain, now=NOW)

    with caisse_scope(ain):
        line = ledger_line(transaction)
    assert pairs(ain) == {(line_told.pk, line.pk, "JT", "REFERENCE")}


def test_a_refund_answers_the_credit_that_made_it(ain):
    transaction = paid(debt(), vads_trans_status="CAPTURED")
    credit = uuid4()
    from_platform = {
        "vads_operation_type": "CREDIT",
        "vads_effective_amount": "5000",
        "vads_amount": "5000",
        "vads_trans_status": "CAPTURED",
        "vads_url_check_src": "MERCH_BO",
    }
    refund(transaction, credit, **from_platform)
    with caisse_scope(ain):
        jt_of(transaction)
        jt_of(transaction, transaction_uuid=credit, cents=-50_00, operation="CREDIT")

    made = match_gateway(caisse_id=ain, now=NOW)

    assert made == 2


def test_a_cancellation_answers_what_jo_tells(ain):
    transaction = paid(debt())
    refund(transaction, transaction.uuid, vads_trans_status="CANCELLED")
    with caisse_scope(ain):
        jt_of(transaction)
        gateway_line(
            ain,
            "JO",
            -transaction.amount_cents,
            transaction_uuid=transaction.uuid,
            operation="CANCEL",
        )

    made = match_gateway(caisse_id=ain, now=NOW)

    assert made == 2


def refund(transaction, uuid, **fields):
    told(transaction.payment, uuid, **fields)
