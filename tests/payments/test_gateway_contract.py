"""The contract of a gateway, the same checks for each platform: what the portal relies on."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
import responses

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Ecriture
from payments.gateways.base import (
    Gateway,
    GatewayError,
    GatewayRefused,
    GatewayTimeout,
    GatewayUnreachable,
    GiveBackRequest,
)
from payments.gateways.choose import gateway_of
from payments.models import Boutique, Payment, Redirection
from payments.services.departing import hand_over
from payments.services.polling import Target, check_payment
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.payments.factories import NOW, open_payment
from tests.payments.gateway_contract import PayFiPRig, PayZenRig, Rig

LATER = NOW + timedelta(minutes=5)
MEMBERS = {name for name in vars(Gateway) if name[0] != "_"} | set(Gateway.__annotations__)
SILENCES = [
    (requests.ReadTimeout(), GatewayTimeout),
    (requests.ConnectTimeout(), GatewayTimeout),
    (requests.ConnectionError(), GatewayUnreachable),
    (requests.TooManyRedirects(), GatewayUnreachable),
    ((503, "<html>maintenance</html>"), GatewayUnreachable),
    ((200, "<html>a proxy</html>"), GatewayUnreachable),
    ((200, ""), GatewayUnreachable),
]

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[PayZenRig, PayFiPRig])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield request.param(mock)


@pytest.fixture
def payment(rig: Rig) -> Payment:
    with national_scope():
        person = AllocataireFactory(caisse=Caisse.objects.get(code=rig.caisse))
        creance = CreanceFactory(allocataire=person)
    return open_payment(creance)


@pytest.fixture
def gateway(payment: Payment) -> Gateway:
    with caisse_scope(payment.caisse_id):
        return gateway_of(Boutique.objects.in_service().get(caisse_id=payment.caisse_id))


def ask(payment, *, now=LATER):
    return check_payment(Target(payment.pk, payment.caisse_id), now=now)


def references(payment):
    with caisse_scope(payment.caisse_id):
        return Payment.objects.get(pk=payment.pk).gateway_references


def ecritures(payment):
    with caisse_scope(payment.caisse_id):
        return Ecriture.objects.count()


def test_it_offers_all_that_the_protocol_names(gateway):
    assert len(MEMBERS) >= 8
    assert [name for name in MEMBERS if not hasattr(gateway, name)] == []
    assert gateway.terms.name


def test_a_departure_is_an_address_and_fields_without_anything_personal(payment):
    form = hand_over(payment=payment, now=NOW)

    with caisse_scope(payment.caisse_id):
        person = Payment.objects.get(pk=payment.pk).allocataire
        private = (person.nom, person.prenom, person.numero)
    said = " ".join([form.url, *(value for _name, value in form.fields)])
    assert urlsplit(form.url).scheme in {"http", "https"}
    # A form of method GET would lose a query that its address has already.
    assert form.method == "POST" or not urlsplit(form.url).query
    assert form.fields
    assert [word for word in private if word in said] == []


def test_each_departure_is_new_and_what_names_it_is_kept(payment):
    forms = [hand_over(payment=payment, now=NOW) for _ in range(2)]

    assert forms[0].fields != forms[1].fields
    with caisse_scope(payment.caisse_id):
        assert Redirection.objects.filter(payment=payment).count() == 3
    named = [form.reference for form in forms if form.reference]
    assert references(payment)[-len(named) :] == named if named else references(payment) == []


@pytest.mark.parametrize(
    ("how", "status"), [("paid", "PAID"), ("refused", "REFUSED"), ("abandoned", "ABANDONED")]
)
def test_each_end_is_understood(rig, payment, how, status):
    rig.ends(payment, how)

    assert ask(payment) == status
    assert ecritures(payment) == (1 if how == "paid" else 0)


def test_the_same_money_told_twice_is_booked_once(rig, payment, gateway):
    rig.ends(payment, "paid")

    first, second = (
        gateway.reports_of_order(payment.reference, references(payment)) for _ in range(2)
    )

    assert first == second
    assert first[0].transaction_id is not None
    assert first[0].amount_cents == payment.amount_cents
    assert first[0].currency == "EUR"


def test_a_payment_after_a_refusal_is_money(rig, payment):
    rig.ends(payment, "refused")
    hand_over(payment=payment, now=LATER)
    rig.ends(payment, "paid")

    assert ask(payment, now=LATER + timedelta(minutes=1)) == "PAID"


def test_nothing_known_leaves_a_young_attempt_open_and_ends_an_old_one(payment, gateway):
    assert ask(payment) == "OPEN"

    late = NOW + gateway.terms.finishes_within + timedelta(seconds=1)
    assert ask(payment, now=late) == "EXPIRED"


def test_another_amount_is_held(rig, payment):
    rig.ends(payment, "paid", amount_cents=100)

    assert ask(payment) == "HELD"


def test_an_answer_about_another_order_is_not_booked(rig, payment, gateway):
    rig.ends(payment, "paid")
    rig.speaks_of_another_order()

    with pytest.raises(GatewayUnreachable):
        gateway.reports_of_order(payment.reference, references(payment))
    assert ask(payment) is None
    assert ecritures(payment) == 0


@pytest.mark.parametrize(("failure", "error"), SILENCES, ids=lambda each: str(each)[:40])
def test_a_silence_has_a_type_and_changes_nothing(rig, payment, gateway, failure, error):
    rig.ends(payment, "paid")
    rig.fails(failure)

    with pytest.raises(error):
        gateway.reports_of_order(payment.reference, references(payment))
    with pytest.raises(error):
        gateway.check_access()
    assert ask(payment, now=NOW + timedelta(days=1)) is None


def test_errors_never_repeat_what_was_sent(rig, payment, gateway):
    rig.fails(requests.ConnectionError("personne@example.org testpassword_"))

    with pytest.raises(GatewayError) as error:
        gateway.reports_of_order(payment.reference, references(payment) or ["0" * 36])
    assert "personne" not in repr(error.value)
    assert "testpassword" not in repr(error.value)


def test_its_access_works_or_is_refused_with_a_code(rig, gateway):
    gateway.check_access()
    rig.forgets_the_shop()

    with pytest.raises(GatewayRefused) as refused:
        gateway.check_access()
    assert refused.value.code


def test_what_it_cannot_do_is_a_refusal_and_never_a_silence(rig, payment, gateway):
    rig.forgets_the_shop()
    request = GiveBackRequest(payment.public_id, 100, 100, "")

    with pytest.raises((GatewayError, requests.ConnectionError)) as error:
        gateway.give_back(request)
    assert isinstance(error.value, GatewayError)


def test_an_announcement_is_read_or_refused(gateway):
    with pytest.raises(ValueError, match=r"."):
        gateway.departure_announced(b"\xff")
