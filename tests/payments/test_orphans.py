"""Money that no attempt explains, given back at the platform: an agent says so, with the proof."""

from uuid import UUID, uuid4

import pytest

from caf_portal.database.scope import national_scope
from comptabilite.models import Anomalie, Ecriture, Ligne
from payments.models import Refund, Transaction
from payments.services.invariants import find_breaches
from payments.services.notifications import receive_notification
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import NOW, open_payment, signed_body
from tests.payments.pages import text_of

FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment():
    with national_scope():
        creance = CreanceFactory()
    return open_payment(creance)


@pytest.fixture
def agent():
    with national_scope():
        return entered(agent_of("011"))


def say(payment, uuid, **changes):
    """The platform speaks of an order that is none of ours."""
    fields = {"vads_order_id": "FACTURE-7", "vads_trans_uuid": uuid, **changes}
    body = signed_body(payment, **{"vads_trans_status": "CAPTURED", **fields})
    return receive_notification(body=body, content_type=FORM, now=NOW)


def credit(payment, cents, uuid=None):
    return say(
        payment,
        uuid or uuid4().hex,
        vads_operation_type="CREDIT",
        vads_effective_amount=str(cents),
        vads_url_check_src="MERCH_BO",
    )


@pytest.fixture
def orphan(payment):
    """240 euros of an order that nobody knows, on the suspense account."""
    uuid = uuid4().hex
    assert say(payment, uuid) == "SUSPENSE"
    with national_scope():
        return Transaction.objects.get(uuid=UUID(hex=uuid))


def page(orphan):
    return f"/agents/payments/transaction/{orphan.pk}/change/"


def record(client, orphan, proof, note="Rendu dans le guichet, dossier 12"):
    return client.post(
        f"/agents/payments/transaction/{orphan.pk}/rendue/",
        {"proof": proof.pk if proof else "", "note": note},
        follow=True,
    )


def proofs():
    with national_scope():
        return list(Transaction.objects.filter(operation="CREDIT").order_by("pk"))


def balance_of_suspense():
    with national_scope():
        lines = Ligne.objects.filter(compte__number="471")
        return sum(line.credit_cents - line.debit_cents for line in lines)


def still_open():
    with national_scope():
        return list(Anomalie.objects.still_open().values_list("kind", flat=True).order_by("kind"))


def test_the_anomaly_leads_to_the_money_which_says_what_to_do(agent, orphan):
    with national_scope():
        anomaly = Anomalie.objects.get(kind="UNKNOWN_ORDER")

    there = agent.get(f"/agents/comptabilite/anomalie/{anomaly.pk}/change/")

    assert page(orphan) in there.content.decode()
    said = text_of(agent.get(page(orphan)))
    assert "Somme qu’aucun paiement n’explique" in said
    assert "n’a encore annoncé aucun remboursement" in said


def test_money_given_back_there_is_recorded_with_its_proof(agent, payment, orphan):
    assert credit(payment, 240_00) == "SUSPENSE"
    assert still_open() == ["BACK_OFFICE_OPERATION", "UNKNOWN_ORDER"]
    (proof,) = proofs()
    assert proof.uuid.hex in text_of(agent.get(page(orphan)))

    answer = record(agent, orphan, proof)

    assert "C’est enregistré" in text_of(answer)
    assert balance_of_suspense() == 0
    assert still_open() == []
    with national_scope():
        refund = Refund.objects.get()
        assert (refund.payment, refund.amount_cents, refund.status) == (None, 240_00, "DONE")
        assert refund.asked_by.username == agent.get(page(orphan)).wsgi_request.user.username
        assert Ecriture.objects.get(source_id=refund.public_id).event == "SUSPENSE_REFUND"
        settled = Anomalie.objects.get(kind="UNKNOWN_ORDER")
        assert "dossier 12" in settled.settled_note
    assert "Somme qu’aucun paiement n’explique" not in text_of(answer)
    assert find_breaches() == []
    refunds = agent.get(f"/agents/payments/refund/{refund.pk}/change/")
    assert page(orphan) in refunds.content.decode()
    assert agent.get("/agents/payments/refund/").status_code == 200


def test_a_part_given_back_leaves_the_rest_before_an_agent(agent, payment, orphan):
    credit(payment, 100_00)

    record(agent, orphan, proofs()[0])

    assert balance_of_suspense() == 140_00
    assert still_open() == ["UNKNOWN_ORDER"]
    assert find_breaches() == []


def test_a_proof_serves_once_and_for_no_more_than_what_is_left(agent, payment, orphan):
    credit(payment, 200_00)
    credit(payment, 100_00)
    first, second = proofs()
    record(agent, orphan, first)

    for proof in (first, second):
        assert "Choisissez une preuve" in text_of(record(agent, orphan, proof))

    assert balance_of_suspense() == 40_00
    with national_scope():
        assert Refund.objects.count() == 1


def test_a_refused_refund_proves_nothing(agent, payment, orphan):
    uuid = uuid4().hex
    say(
        payment,
        uuid,
        vads_operation_type="CREDIT",
        vads_trans_status="REFUSED",
        vads_effective_amount="24000",
    )

    assert "Choisissez une preuve" in text_of(record(agent, orphan, proofs()[0]))
    assert balance_of_suspense() == 240_00


def test_money_cancelled_before_its_remittance_proves_it_by_itself(agent, payment):
    uuid = uuid4().hex
    say(payment, uuid, vads_trans_status="AUTHORISED")
    say(payment, uuid, vads_trans_status="CANCELLED", vads_url_check_src="MERCH_BO")
    with national_scope():
        cancelled = Transaction.objects.get(uuid=UUID(hex=uuid))

    record(agent, cancelled, cancelled)

    assert balance_of_suspense() == 0
    with national_scope():
        assert Refund.objects.get().kind == "CANCELLATION"
    assert still_open() == []
    assert find_breaches() == []


def test_what_was_done_must_be_written(agent, payment, orphan):
    credit(payment, 240_00)

    assert "écrivez ce qui a été fait" in text_of(record(agent, orphan, proofs()[0], note=" "))
    assert balance_of_suspense() == 240_00


def test_an_agent_of_another_fund_sees_and_settles_nothing(payment, orphan):
    credit(payment, 240_00)
    with national_scope():
        stranger = entered(agent_of("331", login="ailleurs"))

    assert stranger.get(page(orphan)).status_code in {302, 404}
    assert record(stranger, orphan, proofs()[0]).status_code == 404
    assert balance_of_suspense() == 240_00


def test_money_of_a_payment_of_ours_is_not_settled_here(agent, payment):
    uuid = uuid4().hex
    receive_notification(
        body=signed_body(payment, vads_trans_uuid=uuid), content_type=FORM, now=NOW
    )
    with national_scope():
        debit = Transaction.objects.get(uuid=UUID(hex=uuid))

    said = agent.get(page(debit))

    assert "Somme qu’aucun paiement n’explique" not in text_of(said)
    assert payment.reference in text_of(said)


def test_a_transaction_is_found_by_the_platforms_identifier(agent, orphan):
    listed = agent.get("/agents/payments/transaction/", {"q": orphan.uuid.hex})

    assert page(orphan) in listed.content.decode()
