"""A platform that only announces: what is posted makes us ask, and nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest
import requests
import responses

from caf_portal.database.scope import NOTHING, ScopeOpen, caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie, Ecriture
from payments.gateways.base import EXPIRE_AFTER
from payments.gateways.payzen.signature import sign
from payments.models import Notification, NotificationOutcome, Payment
from payments.services.announcements import judge_announcement
from payments.services.departing import hand_over
from payments.services.notifications import finish_notifications
from payments.services.polling import Target, check_payment
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.payments.factories import NOW, body_of, notification_fields, open_payment, signed_body
from tests.payments.payfip_double import payfip_at

FORM = "application/x-www-form-urlencoded"
SOON = NOW + timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def payfip():
    with (
        responses.RequestsMock(assert_all_requests_are_fired=False) as mock,
        payfip_at(mock) as double,
    ):
        yield double


@pytest.fixture
def payment(payfip, time_machine):
    time_machine.move_to(NOW, tick=False)
    with national_scope():
        person = AllocataireFactory(caisse=Caisse.objects.get(code="974"))
        creance = CreanceFactory(allocataire=person)
    return open_payment(creance)


def address(payment, *, code="974"):
    return f"/paiement/annonce/{code}/{payment.public_id}/"


def announce(client, payment, body, **more):
    return client.post(address(payment, **more), body, content_type=FORM)


def status_of(payment):
    with national_scope():
        return Payment.objects.get(pk=payment.pk).status


def kept():
    with national_scope():
        return list(Notification.objects.values_list("body", flat=True))


def outcomes():
    with national_scope():
        return list(NotificationOutcome.objects.values_list("outcome", flat=True))


def test_the_address_is_given_to_the_platform_at_each_departure(payment, payfip):
    asked = payfip.operations[payfip.last]

    assert asked["urlnotif"] == f"http://testserver{address(payment)}"
    assert asked["urlredirect"] == f"http://testserver/paiement/retour/{payment.public_id}/"


def test_an_announcement_is_kept_and_answered_without_asking_anybody(client, payment, payfip):
    payfip.end("P")
    asked = len(payfip.asked)

    answer = announce(client, payment, f"idOp={payfip.last}")

    assert (answer.status_code, answer.content) == (200, b"OK")
    assert [bytes(body).decode() for body in kept()] == [payfip.last]
    assert len(payfip.asked) == asked
    assert status_of(payment) == "OPEN"
    with national_scope():
        assert Payment.objects.get().check_requested_at == NOW


def test_an_announcement_by_get_is_the_same(client, payment, payfip):
    assert client.get(f"{address(payment)}?idop={payfip.last}").status_code == 200
    assert len(kept()) == 1


def test_the_sweep_asks_and_books(client, payment, payfip):
    payfip.end("P")
    announce(client, payment, f"idop={payfip.last}")

    assert finish_notifications(now=SOON) == 1

    assert status_of(payment) == "PAID"
    assert outcomes() == ["APPLIED"]
    with national_scope():
        assert Ecriture.objects.count() == 1
    assert finish_notifications(now=SOON) == 0


def test_what_does_not_fit_names_the_platform_that_said_it(client, payment, payfip):
    payfip.end("P")
    payfip.told = {"montant": "100"}
    announce(client, payment, f"idop={payfip.last}")

    finish_notifications(now=SOON)

    with national_scope():
        told = Anomalie.objects.get()
    assert told.kind == "AMOUNT_MISMATCH"
    assert "PayFiP annonce 100 centimes" in told.detail
    assert "PayZen" not in told.detail


def test_what_is_posted_is_not_believed(client, payment, payfip):
    announce(client, payment, f"idop={payfip.last}&resultrans=P&montant=24000")

    assert finish_notifications(now=SOON) == 0
    assert status_of(payment) == "OPEN"


def test_the_same_announcement_is_kept_once_while_it_waits(client, payment, payfip):
    for _ in range(5):
        assert announce(client, payment, f"idop={payfip.last}").status_code == 200

    assert len(kept()) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (f"idop={uuid4()}", 404),
        ("idop=", 400),
        ("", 400),
        (b"\xff\xfe", 400),
        ("idop=" + "a" * 10_000, 400),
    ],
    ids=range(5),
)
def test_a_departure_that_is_not_ours_is_refused(client, payment, body, status):
    assert announce(client, payment, body).status_code == status
    assert kept() == []


def test_another_payment_or_another_fund_is_refused(client, payment, payfip):
    body = f"idop={payfip.last}"
    with national_scope():
        neighbour = CreanceFactory(
            allocataire=AllocataireFactory(caisse=Caisse.objects.get(code="974"))
        )
    other = open_payment(neighbour)

    assert announce(client, other, body).status_code == 404
    assert announce(client, payment, body, code="011").status_code == 404
    assert announce(client, payment, body, code="000").status_code == 404
    assert client.put(address(payment), body).status_code == 405
    assert kept() == []


def test_a_fund_whose_platform_tells_takes_no_announcement(client):
    with national_scope():
        creance = CreanceFactory()
    payment = open_payment(creance)

    assert announce(client, payment, "idop=x", code="011").status_code == 404


@pytest.mark.parametrize("failure", [requests.ReadTimeout(), requests.ConnectionError()])
def test_a_platform_that_is_down_is_asked_again_later(client, payment, payfip, failure):
    payfip.end("P")
    announce(client, payment, f"idop={payfip.last}")
    payfip.failure = failure
    assert finish_notifications(now=SOON) == 0
    assert (status_of(payment), outcomes()) == ("OPEN", [])

    payfip.failure = None

    assert finish_notifications(now=SOON + timedelta(minutes=1)) == 1
    assert status_of(payment) == "PAID"


def test_nothing_to_say_is_asked_again_until_it_is_too_late(client, payment, payfip):
    announce(client, payment, f"idop={payfip.last}")

    assert finish_notifications(now=SOON) == 0
    assert outcomes() == []
    assert finish_notifications(now=NOW + timedelta(hours=3)) == 1
    assert outcomes() == ["IGNORED"]


def test_money_that_comes_after_the_attempt_expired_is_booked(client, payment, payfip):
    target = Target(payment.pk, payment.caisse_id)
    assert check_payment(target, now=NOW + EXPIRE_AFTER * 2) == "OPEN"
    assert check_payment(target, now=NOW + timedelta(hours=3)) == "EXPIRED"
    payfip.end("V")

    announce(client, payment, f"idop={payfip.last}")
    finish_notifications(now=NOW + timedelta(hours=4))

    assert status_of(payment) == "PAID"


def test_a_second_departure_paid_as_well_is_held_for_an_agent(client, payment, payfip):
    first = payfip.last
    hand_over(payment=payment, now=SOON)
    payfip.end("P", idop=first)
    announce(client, payment, f"idop={first}")
    finish_notifications(now=SOON)
    payfip.end("P")

    announce(client, payment, f"idop={payfip.last}")
    finish_notifications(now=SOON + timedelta(minutes=1))

    assert status_of(payment) == "PAID"
    with national_scope():
        assert Anomalie.objects.get().kind == "SECOND_PAYMENT"
        assert Ecriture.objects.count() == 2


def test_nobody_is_asked_inside_a_scope(client, payment, payfip):
    announce(client, payment, f"idop={payfip.last}")
    check_payment(Target(payment.pk, payment.caisse_id), now=SOON)
    payfip.end("P")
    finish_notifications(now=SOON)

    assert set(payfip.asked) == {"creerPaiementSecurise", "recupererDetailPaiementSecurise"}
    assert payfip.scopes == {NOTHING}


def test_asking_inside_a_scope_is_refused(client, payment, payfip):
    announce(client, payment, f"idop={payfip.last}")
    with national_scope():
        notification = Notification.objects.select_related("boutique").get()

    with caisse_scope(payment.caisse_id), pytest.raises(ScopeOpen):
        judge_announcement(notification, now=SOON)
    with caisse_scope(payment.caisse_id), pytest.raises(ScopeOpen):
        hand_over(payment=payment, now=SOON)


def test_a_shop_without_a_key_believes_no_signed_message(client, payment):
    forged = notification_fields(payment)
    forged["signature"] = sign(forged, key="", algorithm="HMAC-SHA-256")

    for body in (signed_body(payment), body_of(forged)):
        assert client.post("/paiement/ipn/", body, content_type=FORM).status_code == 404
    assert (kept(), status_of(payment)) == ([], "OPEN")
