"""Starting a payment: what is refused, what is written, what goes to the bank."""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from allocataires.session import Debtor
from allocataires.states import CreanceState
from caf_portal.database.scope import caisse_scope, national_scope
from payments.gateways.payzen.signature import is_authentic
from payments.models import Boutique, Payment, Redirection
from payments.services import departing, starting
from payments.services.departing import hand_over
from payments.services.starting import start_payment
from payments.status import Cause, PaymentStatus
from payments.workflow import transition
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.payments.factories import NOW, debtor_of, open_payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory(initial_cents=240_00)


def start(creance, cents, *, debtor=None, shares=None, now=NOW):
    with caisse_scope(creance.caisse_id):
        return start_payment(
            debtor=debtor or debtor_of(creance),
            shares={creance.public_id: cents} if shares is None else shares,
            email="",
            langue="fr",
            now=now,
        )


def test_a_part_of_a_debt_makes_an_open_payment(creance):
    payment = start(creance, 100_50)

    assert (payment.status, payment.amount_cents) == ("OPEN", 100_50)
    with caisse_scope(creance.caisse_id):
        assert payment.affectations.get().amount_cents == 100_50


def test_one_euro_is_enough(creance):
    assert start(creance, 1_00).amount_cents == 1_00


@pytest.mark.parametrize(
    ("cents", "error"),
    [
        (99, starting.AmountBelowMinimum),
        (0, starting.AmountBelowMinimum),
        (-5, starting.AmountBelowMinimum),
        (240_01, starting.AmountAboveBalance),
        (10**14, starting.AmountAboveBalance),
    ],
)
def test_an_amount_out_of_bounds_is_refused_and_nothing_is_written(creance, cents, error):
    with pytest.raises(error):
        start(creance, cents)

    with national_scope():
        assert not Payment.objects.exists()


def test_no_debt_chosen_is_refused(creance):
    with pytest.raises(starting.NothingToPay):
        start(creance, 0, shares={})


def test_a_debt_that_does_not_exist_is_refused(creance):
    with pytest.raises(starting.UnknownCreance):
        start(creance, 0, shares={uuid4(): 5_00})


def test_another_persons_debt_is_refused(creance):
    with national_scope():
        other = AllocataireFactory()
    stranger = Debtor(caisse_id=other.caisse_id, allocataire_id=other.pk)

    with pytest.raises(starting.UnknownCreance):
        start(creance, 5_00, debtor=stranger)


def test_a_letter_pays_its_own_debt_and_no_other(creance):
    with national_scope():
        second = CreanceFactory(allocataire=creance.allocataire)
    by_letter = Debtor(creance.caisse_id, creance.allocataire_id, creance_id=creance.pk)

    assert start(creance, 5_00, debtor=by_letter).channel == "LETTRE"
    with pytest.raises(starting.UnknownCreance):
        start(second, 5_00, debtor=by_letter)


@pytest.mark.parametrize("state", [CreanceState.TRANSFEREE, CreanceState.SURENDETTEMENT])
def test_a_debt_followed_elsewhere_is_refused_with_its_reason(state):
    with national_scope():
        creance = CreanceFactory(state=state)

    with pytest.raises(starting.CreanceNotPayable) as refused:
        start(creance, 5_00)
    assert str(refused.value) == str(creance.online_payment.reason)


def test_a_fund_without_a_shop_says_so(creance):
    with caisse_scope(creance.caisse_id):
        Boutique.objects.filter(caisse_id=creance.caisse_id).update(active=False)

    with pytest.raises(starting.ShopMissing):
        start(creance, 5_00)


def test_an_open_attempt_is_offered_instead_of_a_second_one(creance):
    first = start(creance, 5_00)

    with pytest.raises(starting.PaymentAlreadyOpen) as refused:
        start(creance, 6_00, now=NOW + timedelta(minutes=14))
    assert refused.value.payment == first


def test_an_attempt_left_long_ago_no_longer_blocks(creance):
    start(creance, 5_00)

    assert start(creance, 6_00, now=NOW + timedelta(minutes=16)).status == "OPEN"


def test_an_attempt_that_the_bank_holds_blocks_as_long_as_it_lasts(creance):
    first = start(creance, 5_00)
    with caisse_scope(creance.caisse_id):
        transition(first, PaymentStatus.PENDING, now=NOW, cause=Cause.POLL)

    with pytest.raises(starting.PaymentAlreadyOpen):
        start(creance, 6_00, now=NOW + timedelta(days=2))


def test_the_form_is_signed_and_says_nothing_of_the_person(creance):
    payment = open_payment(creance, email="")
    form = hand_over(payment=payment, now=NOW)
    with caisse_scope(creance.caisse_id):
        boutique = payment.boutique
        person = creance.allocataire
    fields = dict(form.fields)

    assert is_authentic(fields, key=boutique.key, algorithm=boutique.algorithm)
    assert fields["vads_amount"] == "24000"
    assert fields["vads_currency"] == "978"
    assert fields["vads_trans_date"] == "20261120093000"
    assert fields["vads_order_id"] == payment.reference
    assert urlsplit(fields["vads_url_return"]).path == f"/paiement/retour/{payment.public_id}/"
    sent = " ".join(fields.values())
    assert "vads_cust_email" not in fields
    for private in (person.numero, person.nom, person.prenom, creance.nature):
        assert private not in sent


def test_inv15_only_the_address_that_the_person_gave_is_sent(creance):
    payment = open_payment(creance, email="moi@example.org", email_shared=True)
    fields = dict(hand_over(payment=payment, now=NOW).fields)

    personal = {name for name in fields if name.startswith("vads_cust_")}
    assert personal == {"vads_cust_email"}


def test_inv15_an_address_that_the_person_keeps_to_the_fund_is_not_sent(creance):
    payment = open_payment(creance, email="moi@example.org")
    fields = dict(hand_over(payment=payment, now=NOW).fields)

    assert payment.email == "moi@example.org"
    assert "moi@example.org" not in fields.values()
    assert {name for name in fields if name.startswith("vads_cust_")} == set()


def test_each_departure_has_a_trans_id_of_its_own(creance):
    payment = open_payment(creance)
    forms = [dict(hand_over(payment=payment, now=NOW).fields) for _ in range(3)]

    assert [form["vads_trans_id"] for form in forms] == ["000001", "000002", "000003"]
    assert {form["vads_order_id"] for form in forms} == {payment.reference}


def test_the_sequence_starts_again_at_midnight_utc_and_not_in_paris(creance):
    before = NOW.replace(hour=23, minute=59)
    payment = start(creance, 5_00, now=before)
    for instant in (before, before + timedelta(minutes=2)):
        hand_over(payment=payment, now=instant)
    with caisse_scope(creance.caisse_id):
        rows = list(Redirection.objects.order_by("pk").values_list("trans_id", "utc_on__day"))

    assert rows == [("000000", 20), ("000000", 21)]


def test_a_finished_payment_does_not_leave_again(creance):
    payment = open_payment(creance)
    with caisse_scope(creance.caisse_id):
        transition(payment, PaymentStatus.REFUSED, now=NOW, cause=Cause.POLL)
    with pytest.raises(starting.PaymentRefused):
        hand_over(payment=payment, now=NOW)


def test_references_are_readable_and_differ():
    references = {starting.new_reference(NOW) for _ in range(500)}

    assert len(references) == 500
    assert all(reference.startswith("P261120-") for reference in references)
    assert not {letter for reference in references for letter in reference[8:]} & set("01OIL")


def test_an_attempt_leaves_so_many_times_and_uses_up_no_shops_day(creance, monkeypatch):
    monkeypatch.setattr(departing, "MOST_DEPARTURES", 3)
    payment = open_payment(creance)
    for _ in range(2):
        hand_over(payment=payment, now=NOW)

    with pytest.raises(starting.TooManyDepartures):
        hand_over(payment=payment, now=NOW + timedelta(minutes=1))

    with caisse_scope(creance.caisse_id):
        assert Redirection.objects.count() == 3
        # It still ends in its time, so that another attempt may be made.
        assert Payment.objects.get().last_form_at == NOW


def test_while_the_bank_decides_nobody_leaves_with_a_second_card(creance):
    payment = open_payment(creance)
    with caisse_scope(creance.caisse_id):
        transition(payment, PaymentStatus.PENDING, now=NOW, cause=Cause.NOTIFICATION)

    with pytest.raises(starting.PaymentRefused):
        hand_over(payment=payment, now=NOW)


def test_a_debt_is_tried_so_many_times_a_day_and_kindly_no_more(creance, settings):
    settings.PAYMENT_ATTEMPTS_PER_DAY = 2
    first = open_payment(creance)
    open_payment(creance, now=NOW + timedelta(minutes=20))

    with pytest.raises(starting.TooManyAttempts, match="Réessayez demain"):
        open_payment(creance, now=NOW + timedelta(minutes=40))

    with caisse_scope(creance.caisse_id):
        assert Payment.objects.count() == 2
        other = CreanceFactory(allocataire=creance.allocataire)
    assert open_payment(other, now=NOW + timedelta(minutes=40)) != first
    # 9:30 UTC in November: Paris's midnight is at 23:00 UTC, and a new day is a new start.
    with pytest.raises(starting.TooManyAttempts):
        open_payment(creance, now=NOW + timedelta(hours=13, minutes=29))
    assert open_payment(creance, now=NOW + timedelta(hours=13, minutes=31))
