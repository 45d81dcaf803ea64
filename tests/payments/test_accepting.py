"""An agent lets in money that waits for the fund's word."""

import json

import pytest
import requests
import responses

from caf_portal.database.scope import national_scope
from payments.services.invariants import find_breaches
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import open_payment
from tests.payments.pages import text_of
from tests.payments.refunds import LATER, pay

pytestmark = pytest.mark.django_db
VALIDATE = "http://127.0.0.1:9/api-payment/V4/Transaction/Validate"
CANCEL = "http://127.0.0.1:9/api-payment/V4/Transaction/Cancel"


@pytest.fixture
def waiting():
    with national_scope():
        creance = CreanceFactory()
    return pay(creance, status="AUTHORISED_TO_VALIDATE")


@pytest.fixture
def agent():
    with national_scope():
        return entered(agent_of("011"))


def page(waiting):
    return f"/agents/payments/payment/{waiting.payment.pk}/change/"


def accept(client, waiting):
    return client.post(f"/agents/payments/payment/valider/{waiting.transaction.pk}/", follow=True)


def give_up(client, waiting):
    return client.post(f"/agents/payments/payment/renoncer/{waiting.transaction.pk}/", follow=True)


def accepted(waiting):
    found = {**waiting.platform.find(waiting.uuid).as_json(), "detailedStatus": "AUTHORISED"}
    return {"status": "SUCCESS", "mode": "TEST", "answer": found}


@responses.activate
def test_money_that_waits_is_let_in_and_booked(agent, waiting):
    responses.post(VALIDATE, json=accepted(waiting))
    assert waiting.reload().status == "PENDING"
    assert "Valider l’encaissement de 240,00 €" in text_of(agent.get(page(waiting)))

    answer = accept(agent, waiting)

    assert "L’encaissement est validé." in text_of(answer)
    assert waiting.reload().status == "PAID"
    assert json.loads(responses.calls[0].request.body)["uuid"] == waiting.uuid
    assert "Valider l’encaissement" not in text_of(agent.get(page(waiting)))
    assert find_breaches() == []


@responses.activate
def test_a_platform_that_waits_for_nothing_says_so(agent, waiting):
    refused = {"errorCode": "PSP_011", "errorMessage": "wrong status"}
    responses.post(VALIDATE, json={"status": "ERROR", "mode": "TEST", "answer": refused})

    assert "n’a pas accepté" in text_of(accept(agent, waiting))
    assert waiting.reload().status == "PENDING"


@responses.activate
def test_a_time_out_is_not_taken_for_a_yes(agent, waiting):
    responses.post(VALIDATE, body=requests.ReadTimeout())

    assert "n’a pas répondu" in text_of(accept(agent, waiting))
    assert waiting.reload().status == "PENDING"


def test_an_agent_of_another_fund_lets_nothing_in(waiting):
    with national_scope():
        stranger = entered(agent_of("331"))

    assert accept(stranger, waiting).status_code == 404
    assert give_up(stranger, waiting).status_code == 404


@responses.activate
def test_money_that_never_comes_is_given_up_and_the_debt_can_be_paid_again(agent, waiting):
    found = {**waiting.platform.find(waiting.uuid).as_json(), "detailedStatus": "CANCELLED"}
    responses.post(CANCEL, json={"status": "SUCCESS", "mode": "TEST", "answer": found})
    assert "Annuler l’encaissement de 240,00 €" in text_of(agent.get(page(waiting)))

    answer = give_up(agent, waiting)

    assert "la dette peut être payée autrement" in text_of(answer)
    assert waiting.reload().status == "REFUSED"
    with national_scope():
        creance = waiting.payment.affectations.get().creance
    assert open_payment(creance, now=LATER).status == "OPEN"
    assert find_breaches() == []


@responses.activate
def test_money_that_was_promised_meanwhile_is_not_given_up(agent, waiting):
    responses.post(VALIDATE, json=accepted(waiting))
    accept(agent, waiting)

    assert "n’attend plus" in text_of(give_up(agent, waiting))
    assert waiting.reload().status == "PAID"
