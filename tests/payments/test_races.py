"""Two at once, over real connections; each race has the control that shows it is one."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from allocataires.models import Creance, Mouvement
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Ecriture
from payments.models import Affectation, Payment
from payments.services import booking, starting
from payments.services.invariants import find_breaches
from payments.services.starting import PaymentAlreadyOpen, start_payment
from payments.services.waiting import request_check
from relation_usager.models import Message
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, debtor_of, open_payment, signed_body

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"
#: Long enough for the other thread to reach the same place, short enough for a test.
PAUSE = 0.3

pytestmark = pytest.mark.usefixtures("committed_db")


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run the works in threads of their own; an exception is a result like another."""
    results: list[object] = [None] * len(works)

    def run(place: int) -> None:
        try:
            results[place] = works[place]()
        except Exception as error:  # noqa: BLE001 - handed back to the test, which looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def post(body):
    return Client(raise_request_exception=True).post(IPN, body, content_type=FORM).content.decode()


def slow_after_the_lock(monkeypatch):
    real = booking.remember_transaction

    def slow(**kwargs):
        time.sleep(PAUSE)
        return real(**kwargs)

    monkeypatch.setattr(booking, "remember_transaction", slow)


def without_lock(boutique, reference):
    rows = Affectation.objects.filter(payment__boutique=boutique, payment__reference=reference)
    return tuple(rows.select_related("payment", "creance__allocataire").order_by("creance_id"))


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory()


@pytest.fixture
def payment(creance):
    return open_payment(creance)


def test_without_the_lock_two_notifications_do_collide(monkeypatch, payment):
    slow_after_the_lock(monkeypatch)
    monkeypatch.setattr(booking, "_locked", without_lock)
    body = signed_body(payment)

    results = at_once(lambda: post(body), lambda: post(body))

    assert any(isinstance(result, IntegrityError) for result in results)


def test_two_notifications_at_once_book_once(monkeypatch, payment):
    slow_after_the_lock(monkeypatch)
    body = signed_body(payment)

    results = at_once(lambda: post(body), lambda: post(body))

    assert sorted(map(str, results)) == ["OK-ALREADY_APPLIED", "OK-APPLIED"]
    with national_scope():
        assert Ecriture.objects.count() == 1
        assert Mouvement.objects.filter(kind="CARTE").count() == 1
        assert Message.objects.count() == 1
    assert find_breaches() == []


def test_two_different_transactions_at_once_post_one_and_hold_the_other(monkeypatch, payment):
    slow_after_the_lock(monkeypatch)
    bodies = [signed_body(payment), signed_body(payment)]

    results = at_once(*(lambda body=body: post(body) for body in bodies))

    assert sorted(map(str, results)) == ["OK-APPLIED", "OK-SUSPENSE"]
    assert find_breaches() == []


def test_return_and_notification_at_the_same_instant_confirm_once(monkeypatch, payment):
    slow_after_the_lock(monkeypatch)
    body = signed_body(payment)

    def come_back():
        time.sleep(PAUSE / 2)
        with caisse_scope(payment.caisse_id):
            request_check(payment=payment, cancelled=True, now=NOW)

    results = at_once(lambda: post(body), come_back)

    assert results == ["OK-APPLIED", None]
    with national_scope():
        kept = Payment.objects.get()
        assert kept.status == "PAID"
        assert kept.check_requested_at == NOW
        assert Message.objects.count() == 1


def start(creance):
    with caisse_scope(creance.caisse_id):
        time.sleep(PAUSE / 10)
        return start_payment(
            debtor=debtor_of(creance),
            shares={creance.public_id: 100_00},
            email="",
            langue="fr",
            now=NOW,
        )


def test_without_the_lock_two_clicks_do_make_two_payments(monkeypatch, creance):
    pause_between_look_and_write(monkeypatch)
    monkeypatch.setattr(starting, "_locked_creances", lambda debtor, shares: [creance_of(shares)])

    results = at_once(lambda: start(creance), lambda: start(creance))

    assert all(isinstance(result, Payment) for result in results)


def test_two_clicks_at_once_make_one_payment_and_offer_it(monkeypatch, creance):
    pause_between_look_and_write(monkeypatch)

    results = at_once(lambda: start(creance), lambda: start(creance))

    offered = [result for result in results if isinstance(result, PaymentAlreadyOpen)]
    made = [result for result in results if isinstance(result, Payment)]
    assert (len(made), len(offered)) == (1, 1)
    assert offered[0].payment == made[0]


def pause_between_look_and_write(monkeypatch):
    real = starting._refuse_open_attempt

    def slow(creances, *, now):
        real(creances, now=now)
        time.sleep(PAUSE)

    monkeypatch.setattr(starting, "_refuse_open_attempt", slow)


def creance_of(shares):
    return Creance.objects.get(public_id__in=shares)
