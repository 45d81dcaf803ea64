"""Load mode: a whole payment in one request, only when the environment says so."""

import pytest

from payzen_sandbox.models import Payment
from payzen_sandbox.protocol.signature import is_authentic
from payzen_sandbox.tests.journey import CHALLENGE, REFUSED, shop, signed_form, unsigned_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(configure, listener):
    configure(load_mode=True, notification_url=listener.url)
    return listener


def test_without_the_variable_there_is_no_such_page(client, listener):
    assert client.post("/load/", signed_form()).status_code == 404
    assert not Payment.objects.exists()


def test_one_request_pays_and_tells(client, loaded):
    answer = client.post("/load/", signed_form()).json()

    (told,) = loaded.calls
    assert (answer["trans_status"], answer["trans_uuid"]) == ("AUTHORISED", told["vads_trans_uuid"])
    assert answer["fields"] == told
    assert (answer["notification"]["outcome"], answer["notification"]["http_status"]) == (
        "DELIVERED",
        200,
    )
    assert is_authentic(told, key=shop().key_test, algorithm=shop().algorithm)
    assert Payment.objects.get().state == "ACCEPTED"


@pytest.mark.parametrize(("card", "status"), [(REFUSED, "REFUSED"), (CHALLENGE, "AUTHORISED")])
def test_the_card_can_be_chosen_and_no_code_is_asked(client, loaded, card, status):
    answer = client.post("/load/", {**signed_form(), "load_card": card}).json()

    assert answer["trans_status"] == status


def test_a_wrong_form_or_card_is_said(client, loaded):
    wrong = client.post("/load/", {**unsigned_form(), "signature": "x"})
    assert (wrong.status_code, wrong.json()) == (400, {"error": "00", "field": "signature"})
    assert client.post("/load/", {**signed_form(), "load_card": "1"}).status_code == 400
    assert loaded.calls == []
