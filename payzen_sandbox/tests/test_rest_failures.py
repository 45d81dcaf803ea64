"""The REST API out of order, as asked: for how many calls, before or after the act."""

import time

import pytest
from django.test import Client

from payzen_sandbox.models import RestFault
from payzen_sandbox.tests.journey import pay
from payzen_sandbox.tests.office import post
from payzen_sandbox.tests.test_rest import answer, call

pytestmark = pytest.mark.django_db
SDK_TEST = ("Charge/SDKTest", {"value": "x"})


def ask(client, **asked):
    response = post(client, "rest-faults", asked)
    assert response.status_code == 200, response.content
    return response.json()


def status(client, service="Charge/SDKTest", body=None):
    return call(client, service, body or {"value": "x"}).status_code


def test_a_failure_serves_once_unless_more_is_asked(client):
    told = ask(client, kind="http_500")

    assert told == {
        "scope": "all",
        "service": "all",
        "kind": "http_500",
        "seconds": 0,
        "done": False,
        "times": 1,
    }
    assert [status(client), status(client)] == [500, 200]
    ask(client, kind="http_500", times=2)
    assert [status(client) for _call in range(3)] == [500, 500, 200]


def test_a_standing_failure_stands_until_cleared(client):
    ask(client, kind="cut", times=0)
    assert [status(client) for _call in range(3)] == [502, 502, 502]

    assert post(client, "rest-faults", {"clear": True}).json() == {"cleared": True}

    assert status(client) == 200


@pytest.mark.parametrize(("carried_out", "expected"), [(False, "AUTHORISED"), (True, "CANCELLED")])
def test_the_act_is_done_or_not_and_the_caller_cannot_know(client, listener, carried_out, expected):
    transaction = pay(client).transactions.get()
    ask(client, kind="http_500", service="Transaction/Cancel", done=carried_out)

    assert status(client, "Transaction/Cancel", {"uuid": transaction.uuid}) == 500

    transaction.refresh_from_db()
    assert transaction.status == expected


def test_a_failure_is_of_its_service_and_shop(client):
    ask(client, kind="http_500", service="Order/Get")
    ask(client, kind="http_500", scope="90000028")

    assert status(client) == 200
    assert RestFault.objects.count() == 2


def test_the_failure_of_a_service_comes_before_that_of_all(client):
    ask(client, kind="cut", times=0)
    ask(client, kind="http_500", service="Charge/SDKTest")

    assert [status(client), status(client)] == [500, 502]


def test_a_late_answer_is_right(client):
    ask(client, kind="late", seconds=1)
    started = time.monotonic()

    assert answer(client, *SDK_TEST)["value"] == "x"

    assert time.monotonic() - started >= 1


def test_a_time_out_is_a_silence_then_a_cut(client):
    ask(client, kind="timeout", seconds=1)
    started = time.monotonic()

    assert status(client) == 502

    assert time.monotonic() - started >= 1


def test_bad_credentials_come_first(client):
    ask(client, kind="http_500")

    assert call(client, *SDK_TEST, authorization="none").status_code == 401
    assert RestFault.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "explode"},
        {"kind": []},
        {"kind": "late", "seconds": 121},
        {"kind": "late", "seconds": "1"},
        {"kind": "cut", "done": 1},
        {"kind": "cut", "times": -1},
        {"kind": "cut", "scope": "99999999"},
        {"kind": "cut", "service": ""},
        {"kind": "cut", "party": True},
    ],
)
def test_what_is_not_a_failure_is_refused(client, body):
    assert post(client, "rest-faults", body).status_code == 400
    assert not RestFault.objects.exists()


def test_the_page_asks_and_clears(client):
    url = "/back-office/rest-faults/"
    form = {"scope": "all", "service": "Order/Get", "kind": "late", "seconds": "5", "times": "0"}
    client.post(url, form)
    fault = RestFault.objects.get()
    assert (fault.kind, fault.seconds, fault.done) == ("late", 5, True)
    assert "Réponse juste, mais tardive" in client.get("/back-office/switches/").content.decode()

    wrong = client.post(url, {**form, "seconds": "soon"}, follow=True)
    assert "<code>seconds</code>" in wrong.content.decode()
    client.post(url, {"clear": "1"})

    assert not RestFault.objects.exists()
    assert Client(enforce_csrf_checks=True).post(url, form).status_code == 403
