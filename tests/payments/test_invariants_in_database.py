"""Invariants 4, 5, 8, 9, 10 of payments: PostgreSQL refuses, past every Python check."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Ecriture
from payments.models import (
    Affectation,
    Notification,
    NotificationOutcome,
    Payment,
    PaymentLog,
    Redirection,
    Transaction,
)
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.payments.factories import NOW, open_payment, signed_body

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def payment():
    with national_scope():
        creance = CreanceFactory()
    return open_payment(creance)


@pytest.fixture
def scope(payment):
    with caisse_scope(payment.caisse_id):
        yield


def refused(match):
    return pytest.raises(DatabaseError, match=match)


def check_deferred():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def new_payment(payment, **changes):
    values = {
        "caisse_id": payment.caisse_id,
        "boutique_id": payment.boutique_id,
        "allocataire_id": payment.allocataire_id,
        "reference": uuid4().hex,
        "amount_cents": 500,
        "channel": "COMPTE",
        "created_at": NOW,
        "last_form_at": NOW,
    }
    return Payment(**{**values, **changes})


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("cents", [0, -100, 99])
def test_inv05_a_payment_below_one_euro_is_refused(payment, cents):
    with refused("inv05_payment_at_least_one_euro"), transaction.atomic():
        Payment.objects.bulk_create([new_payment(payment, amount_cents=cents)])


@pytest.mark.usefixtures("scope")
def test_inv05_a_payment_without_affectation_is_refused_at_commit(payment):
    with refused("inv05"), transaction.atomic():
        Payment.objects.bulk_create([new_payment(payment)])
        check_deferred()


@pytest.mark.usefixtures("scope")
def test_inv05_an_affectation_too_many_is_refused_at_commit(payment):
    other = CreanceFactory(allocataire=payment.allocataire)
    with refused("inv05"), transaction.atomic():
        Affectation.objects.bulk_create(
            [
                Affectation(
                    caisse_id=payment.caisse_id, payment=payment, creance=other, amount_cents=1
                )
            ]
        )
        check_deferred()


@pytest.mark.usefixtures("scope")
def test_inv05_affectations_do_not_change(payment):
    with refused("inv05|permission"), transaction.atomic():
        Affectation.objects.update(amount_cents=1)


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("column", ["amount_cents", "caisse_id", "reference"])
def test_inv05_what_was_asked_does_not_change(payment, column):
    with refused("permission denied"), transaction.atomic():
        Payment.objects.update(**{column: 7})


@pytest.mark.usefixtures("scope")
def test_inv10_a_trans_id_serves_once_a_day_upper_and_lower_case_alike(payment):
    first = Redirection.objects.get()
    with refused("inv10_trans_id_once_a_day"), transaction.atomic():
        Redirection.objects.bulk_create(
            [
                Redirection(
                    caisse_id=first.caisse_id,
                    boutique_id=first.boutique_id,
                    payment=payment,
                    trans_id=first.trans_id,
                    utc_on=first.utc_on,
                    issued_at=NOW,
                )
            ]
        )


def test_inv10_the_index_ignores_case():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname = 'inv10_trans_id_once_a_day'"
        )
        (definition,) = cursor.fetchone()
    assert "UNIQUE" in definition
    assert "upper((trans_id)" in definition


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("trans_id", ["900000", "abcdef", "12345", "1234567"])
def test_inv10_a_trans_id_of_the_platforms_range_or_of_another_shape_is_refused(payment, trans_id):
    first = Redirection.objects.get()
    with refused("inv10|too long"), transaction.atomic():
        Redirection.objects.bulk_create(
            [
                Redirection(
                    caisse_id=first.caisse_id,
                    boutique_id=first.boutique_id,
                    payment=payment,
                    trans_id=trans_id,
                    utc_on=first.utc_on,
                    issued_at=NOW,
                )
            ]
        )


@pytest.mark.parametrize("model", [Notification, NotificationOutcome, PaymentLog, Redirection])
def test_inv09_what_was_received_and_judged_does_not_change(client, payment, model):
    client.post(
        "/paiement/ipn/",
        signed_body(payment),
        content_type="application/x-www-form-urlencoded",
    )
    with caisse_scope(payment.caisse_id):
        assert model.objects.exists()
        for change in (
            lambda: model.objects.update(caisse_id=1),
            lambda: model.objects.all()._raw_delete("default"),
        ):
            with refused("inv|permission denied"), transaction.atomic():
                change()


def test_inv04_a_transaction_is_kept_once_and_booked_once(client, payment):
    client.post(
        "/paiement/ipn/",
        signed_body(payment),
        content_type="application/x-www-form-urlencoded",
    )
    with caisse_scope(payment.caisse_id):
        kept = Transaction.objects.get()
        with refused("inv04_transaction_once"), transaction.atomic():
            kept.pk = None
            Transaction.objects.bulk_create([kept])
        booked = Ecriture.objects.get()
        with refused("inv04_ecriture_booked_once"), transaction.atomic():
            booked.pk, booked.public_id = None, uuid4()
            Ecriture.objects.bulk_create([booked])


def test_inv08_nothing_joins_the_rows_of_two_funds(payment):
    with national_scope():
        other = Caisse.objects.exclude(pk=payment.caisse_id).order_by("code").first()
        stranger = CreanceFactory(allocataire=AllocataireFactory(caisse=other))
        mixed = [
            (Payment, new_payment(payment, allocataire_id=stranger.allocataire_id)),
            (Payment, new_payment(payment, caisse_id=other.pk)),
            (
                Affectation,
                Affectation(
                    caisse_id=payment.caisse_id, payment=payment, creance=stranger, amount_cents=1
                ),
            ),
            (
                Affectation,
                Affectation(caisse_id=other.pk, payment=payment, creance=stranger, amount_cents=1),
            ),
            (
                PaymentLog,
                PaymentLog(
                    caisse_id=other.pk,
                    payment=payment,
                    from_status="OPEN",
                    to_status="PAID",
                    cause="POLL",
                    at=NOW,
                ),
            ),
        ]
        for model, row in mixed:
            with pytest.raises(IntegrityError, match=r"inv0[68]"), transaction.atomic():
                model.objects.bulk_create([row])
