"""Each due of a plan is booked when its own news comes, and only then."""

from uuid import uuid4

import pytest

from allocataires.models import Mouvement
from allocataires.nomenclature import MouvementType, Sens
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie, Ecriture, Ligne
from payments.models import Payment, Transaction
from payments.services.invariants import find_breaches
from relation_usager.models import Message
from relation_usager.services.rendering import render_message
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.payments.factories import NOW
from tests.payments.plans import (
    agreed_plan,
    dues_of,
    refuse,
    running_plan,
    standing,
    states_of,
    tell,
    uuid_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def creances():
    with national_scope():
        person = AllocataireFactory(numero="1234567")
        return [
            CreanceFactory(allocataire=person, nature="IN5", rang="001", initial_cents=50_00),
            CreanceFactory(allocataire=person, nature="IM3", rang="002", initial_cents=50_00),
        ]


def posted(payment):
    """What each due brought to each debt, in the order of the movements."""
    with caisse_scope(payment.caisse_id):
        ranks = {due.public_id: due.rank for due in dues_of(payment)}
        rows = Mouvement.objects.filter(kind="CARTE").order_by("pk").select_related("creance")
        return [(ranks.get(m.source_id), str(m.creance), m.amount_cents) for m in rows]


def booked(payment):
    """The amounts of the écritures, in order."""
    with caisse_scope(payment.caisse_id):
        lines = Ligne.objects.filter(debit_cents__gt=0).order_by("ecriture_id")
        return list(lines.values_list("debit_cents", flat=True))


def anomalies():
    with national_scope():
        return sorted(Anomalie.objects.values_list("kind", flat=True))


def messages():
    with national_scope():
        return list(Message.objects.order_by("pk").values_list("kind", flat=True))


def test_the_first_due_is_booked_for_its_own_amount_and_starts_the_plan(client, creances):
    payment = running_plan(client, *creances)

    assert standing(payment) == ("SCHEDULED", "ACTIVE")
    assert states_of(payment) == ["PAID", "PLANNED", "PLANNED"]
    assert posted(payment) == [(1, "IN5 001", 33_33)]
    assert booked(payment) == [33_33]
    with caisse_scope(payment.caisse_id):
        ecriture = Ecriture.objects.get()
        assert ecriture.source_id.hex == uuid_of(payment, 1)
        assert ecriture.label == f"Échéance 1/3 par carte {payment.reference}"
        assert Transaction.objects.get().amount_cents == 33_33
        assert Payment.objects.get().paid_at is None
    assert messages() == ["INSTALMENT_BOOKED"]
    assert find_breaches() == []


def test_all_in_the_debts_are_repaid_oldest_first_and_the_payment_is_paid(client, creances):
    payment = running_plan(client, *creances)

    assert tell(client, payment, 2) == "OK-APPLIED"
    assert standing(payment) == ("SCHEDULED", "ACTIVE")
    assert tell(client, payment, 3) == "OK-APPLIED"

    assert standing(payment) == ("PAID", "DONE")
    assert states_of(payment) == ["PAID"] * 3
    assert posted(payment) == [
        (1, "IN5 001", 33_33),
        (2, "IN5 001", 16_67),
        (2, "IM3 002", 16_66),
        (3, "IM3 002", 33_34),
    ]
    assert booked(payment) == [33_33, 33_33, 33_34]
    with caisse_scope(payment.caisse_id):
        for creance in creances:
            creance.refresh_from_db()
            assert creance.balance_cents == 0
    assert anomalies() == []
    assert find_breaches() == []


@pytest.mark.parametrize("rank", [1, 2])
def test_a_due_told_with_the_plans_total_is_booked_for_its_own_amount_and_asked_about(
    client, creances, rank
):
    payment = agreed_plan(*creances)
    for earlier in range(1, rank):
        tell(client, payment, earlier)

    assert tell(client, payment, rank, vads_effective_amount="") == "OK-APPLIED"

    assert booked(payment)[-1] == 33_33
    with caisse_scope(payment.caisse_id):
        assert Payment.objects.get().check_requested_at is not None
    assert find_breaches() == []


def test_a_due_told_with_its_own_amount_everywhere_is_understood_too(client, creances):
    payment = running_plan(client, *creances)

    assert tell(client, payment, 2, vads_amount="3333") == "OK-APPLIED"

    assert booked(payment) == [33_33, 33_33]


def test_after_a_refused_first_try_the_first_due_bears_another_number(client, creances):
    payment = agreed_plan(*creances)

    refuse(client, payment, 1, vads_trans_uuid=uuid4().hex)
    assert standing(payment) == ("REFUSED", "PROPOSED")
    assert tell(client, payment, 1, vads_sequence_number="2") == "OK-APPLIED"
    assert tell(client, payment, 2, vads_sequence_number="3") == "OK-APPLIED"

    assert standing(payment) == ("SCHEDULED", "ACTIVE")
    assert states_of(payment) == ["PAID", "PAID", "PLANNED"]
    assert find_breaches() == []


def test_a_due_without_its_date_is_known_by_its_distance_to_the_first(client, creances):
    payment = agreed_plan(*creances)
    tell(client, payment, 1, vads_sequence_number="4")

    answer = tell(client, payment, 3, vads_sequence_number="6", vads_presentation_date="")

    assert answer == "OK-APPLIED"
    assert states_of(payment) == ["PAID", "PLANNED", "PAID"]


def test_a_refused_first_due_starts_nothing(client, creances):
    payment = agreed_plan(*creances)

    refuse(client, payment, 1)
    for rank in (2, 3):
        refuse(client, payment, rank, vads_payment_error="101")

    assert standing(payment) == ("REFUSED", "PROPOSED")
    assert states_of(payment) == ["PLANNED"] * 3
    assert (anomalies(), messages()) == ([], [])
    assert find_breaches() == []


def test_a_due_of_a_try_that_failed_says_nothing_of_the_plan_that_started_after(client, creances):
    payment = agreed_plan(*creances)
    tell(client, payment, 1, vads_sequence_number="4")

    refuse(client, payment, 2, vads_trans_uuid=uuid4().hex, vads_payment_error="101")

    assert states_of(payment) == ["PAID", "PLANNED", "PLANNED"]
    assert anomalies() == []


def test_a_refused_due_is_said_to_the_person_and_to_the_agents_and_is_never_paid(client, creances):
    payment = running_plan(client, *creances)

    assert refuse(client, payment, 2) == "OK-APPLIED"

    assert standing(payment) == ("SCHEDULED", "ACTIVE")
    assert states_of(payment) == ["PAID", "REFUSED", "PLANNED"]
    assert booked(payment) == [33_33]
    assert anomalies() == ["REFUSED_INSTALMENT"]
    with national_scope():
        said = Message.objects.get(kind="INSTALMENT_REFUSED")
        mail = render_message(said)
        assert Anomalie.objects.get().amount_cents == 33_33
    assert f"/echeancier/{payment.echeancier.public_id}/" in mail.body
    assert "5 décembre 2026" in mail.body
    assert find_breaches() == []


def test_a_refused_due_told_ten_times_is_said_once(client, creances):
    payment = running_plan(client, *creances)

    for _ in range(10):
        refuse(client, payment, 2)

    assert anomalies() == ["REFUSED_INSTALMENT"]
    assert messages().count("INSTALMENT_REFUSED") == 1


def test_without_an_address_the_refusal_goes_to_the_one_on_file(client, creances):
    payment = running_plan(client, *creances, email="")

    refuse(client, payment, 2)

    with national_scope():
        (said,) = Message.objects.all()
        assert said.kind == "INSTALMENT_REFUSED"
        assert said.to_address == creances[0].allocataire.email


def test_the_bank_may_change_its_mind_about_a_refused_due(client, creances):
    payment = running_plan(client, *creances)
    refuse(client, payment, 2)

    assert tell(client, payment, 2, vads_trans_uuid=uuid4().hex) == "OK-APPLIED"

    assert states_of(payment) == ["PAID", "PAID", "PLANNED"]
    assert find_breaches() == []


def test_the_same_due_ten_times_is_booked_once(client, creances):
    payment = running_plan(client, *creances)

    answers = [tell(client, payment, 2) for _ in range(10)]

    assert answers == ["OK-APPLIED"] + ["OK-ALREADY_APPLIED"] * 9
    assert booked(payment) == [33_33, 33_33]


def test_two_transactions_for_one_due_keep_both_and_post_one(client, creances):
    payment = running_plan(client, *creances)
    tell(client, payment, 2)

    assert tell(client, payment, 2, vads_trans_uuid=uuid4().hex) == "OK-SUSPENSE"

    assert anomalies() == ["SECOND_PAYMENT"]
    assert sum(cents for _rank, _debt, cents in posted(payment)) == 66_66
    assert booked(payment) == [33_33, 33_33, 33_33]
    assert find_breaches() == []


def test_another_amount_for_a_due_is_held_and_the_due_is_not_paid(client, creances):
    payment = running_plan(client, *creances)

    assert tell(client, payment, 2, vads_effective_amount="3000") == "OK-SUSPENSE"

    assert anomalies() == ["AMOUNT_MISMATCH"]
    assert states_of(payment) == ["PAID", "PLANNED", "PLANNED"]
    assert standing(payment) == ("SCHEDULED", "ACTIVE")
    assert find_breaches() == []


def test_another_amount_for_the_first_due_holds_the_plan(client, creances):
    payment = agreed_plan(*creances)

    assert tell(client, payment, 1, vads_effective_amount="100") == "OK-SUSPENSE"

    assert standing(payment) == ("HELD", "PROPOSED")
    assert tell(client, payment, 2) == "OK-SUSPENSE"
    assert anomalies() == ["AMOUNT_MISMATCH", "UNKNOWN_INSTALMENT"]
    assert posted(payment) == []
    assert find_breaches() == []


def test_money_of_no_known_due_is_held(client, creances):
    payment = running_plan(client, *creances)

    answer = tell(
        client,
        payment,
        2,
        vads_presentation_date="20300101000000",
        vads_sequence_number="40",
    )

    assert answer == "OK-SUSPENSE"
    assert anomalies() == ["UNKNOWN_INSTALMENT"]
    assert find_breaches() == []


def test_a_debt_that_shrank_takes_what_it_can_the_others_the_rest_then_a_surplus(client, creances):
    first, second = creances
    payment = running_plan(client, first, second)
    with national_scope():
        withhold(first, 16_67)
        withhold(second, 30_00)

    tell(client, payment, 2)

    assert posted(payment) == [(1, "IN5 001", 33_33), (2, "IM3 002", 20_00)]
    assert anomalies() == ["SURPLUS"]
    with caisse_scope(payment.caisse_id):
        assert Anomalie.objects.get().amount_cents == 13_33
    assert booked(payment) == [33_33, 33_33]
    assert states_of(payment) == ["PAID", "PAID", "PLANNED"]
    assert find_breaches() == []


def test_a_due_cancelled_in_the_platforms_back_office_is_cancelled_here(client, creances):
    payment = running_plan(client, *creances)

    tell(client, payment, 3, vads_trans_status="CANCELLED", vads_url_check_src="MERCH_BO")

    assert states_of(payment) == ["PAID", "PLANNED", "CANCELLED"]
    assert standing(payment) == ("SCHEDULED", "ACTIVE")

    tell(client, payment, 2)

    assert standing(payment) == ("STOPPED", "STOPPED")
    assert "PLAN_STOPPED" in messages()
    assert find_breaches() == []


def test_a_due_told_before_the_first_one_is_booked_all_the_same(client, creances):
    payment = agreed_plan(*creances)

    assert tell(client, payment, 2) == "OK-APPLIED"
    assert tell(client, payment, 1) == "OK-APPLIED"

    assert standing(payment) == ("SCHEDULED", "ACTIVE")
    assert states_of(payment) == ["PAID", "PAID", "PLANNED"]
    assert find_breaches() == []


def test_waiting_dues_are_known_and_change_nothing(client, creances):
    payment = running_plan(client, *creances)

    assert tell(client, payment, 2, vads_trans_status="WAITING_AUTHORISATION") == (
        "OK-ALREADY_APPLIED"
    )

    with caisse_scope(payment.caisse_id):
        waiting = Transaction.objects.get(uuid=uuid_of(payment, 2))
        assert waiting.echeance.rank == 2
    assert states_of(payment) == ["PAID", "PLANNED", "PLANNED"]


def test_another_currency_is_never_booked(client, creances):
    payment = running_plan(client, *creances)

    assert tell(client, payment, 2, vads_currency="840") == "OK-SUSPENSE"

    assert anomalies() == ["CURRENCY_MISMATCH"]
    assert booked(payment) == [33_33]


def withhold(creance, cents):
    Mouvement.objects.create(
        caisse_id=creance.caisse_id,
        creance=creance,
        kind=MouvementType.RETENUE,
        sens=Sens.BAISSE,
        amount_cents=cents,
        value_on=NOW.date(),
        recorded_at=NOW,
    )
