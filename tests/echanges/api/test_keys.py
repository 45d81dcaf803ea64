"""A fund's key opens that fund, until it is revoked or over, so many times a minute."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from caf_portal.database.scope import caisse_scope, national_scope
from echanges.models import CleApi
from echanges.services.keys import KeyRefused, recognise, revoke_key
from tests.caisses.factories import agent_of, entered
from tests.echanges.api.keys import NOW, calling, new_key

pytestmark = pytest.mark.django_db
EVENTS = "/api/v1/evenements/"


def test_a_key_opens_its_fund():
    _cle, token = new_key("011")

    response = calling(token).get(EVENTS)

    assert response.status_code == 200
    assert response.json() == {"next": None, "last_number": 0, "results": []}
    assert "no-store" in response.headers["Cache-Control"]


def test_only_a_digest_is_kept():
    cle, token = new_key()
    prefix, secret = token.split(".")

    with national_scope():
        row = CleApi.objects.values().get(pk=cle.pk)

    assert row["prefix"] == prefix
    assert prefix.startswith("011-")
    assert all(secret not in str(value) for value in row.values())


def test_without_a_key_the_answer_says_so():
    response = Client().get(EVENTS)

    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["WWW-Authenticate"] == "Bearer"
    body = response.json()
    assert (body["status"], body["code"], body["title"]) == (
        401,
        "not_authenticated",
        "Unauthorized",
    )


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "011-00000000." + "a" * 43,
        "999-00000000." + "a" * 43,
        "011-00000000",
        "é" * 20,
        "011-00000000." + "a" * 42 + "\u00e9",
    ],
)
def test_a_key_that_does_not_exist_is_refused(token: str):
    with pytest.raises(KeyRefused) as refused:
        recognise(token=token, now=NOW)

    assert refused.value.code == "key_unknown"


def test_another_secret_under_a_true_prefix_is_refused():
    _cle, token = new_key()
    other = token[:-1] + ("A" if token[-1] != "A" else "B")

    response = calling(other).get(EVENTS)

    assert (response.status_code, response.json()["code"]) == (401, "key_unknown")
    assert "Bearer" in response.json()["detail"]


def test_a_revoked_key_is_refused_with_its_reason():
    cle, token = new_key()
    with caisse_scope(cle.caisse_id):
        assert revoke_key(cle=cle, now=NOW)
        assert not revoke_key(cle=cle, now=NOW), "once"

    response = calling(token).get(EVENTS)

    assert (response.status_code, response.json()["code"]) == (401, "key_revoked")
    assert "révoquée" in response.json()["detail"]


def test_a_key_is_good_until_the_end_of_its_last_day_in_paris():
    last = NOW.date()
    _cle, token = new_key(expires_on=last)
    midnight = NOW.replace(hour=22, minute=59)

    recognise(token=token, now=midnight)
    with pytest.raises(KeyRefused) as refused:
        recognise(token=token, now=midnight + timedelta(minutes=1))

    assert refused.value.code == "key_expired"


def test_calls_are_counted_a_minute_and_a_key(settings):
    settings.API_CALLS_PER_MINUTE = 2
    _cle, token = new_key()
    _other, other = new_key(label="autre")

    answers = [calling(token).get(EVENTS) for _ in range(5)]
    beside = calling(other).get(EVENTS)

    codes = [answer.status_code for answer in answers]
    # A minute may begin in the middle of them.
    assert codes.count(429) in {1, 2, 3}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["code"] == "throttled"
    assert beside.status_code == 200


def test_its_last_use_is_known():
    cle, token = new_key()

    calling(token).get(EVENTS)

    with national_scope():
        cle.refresh_from_db()
    assert timezone.now() - cle.last_used_at < timedelta(minutes=1)


def test_an_agents_session_is_no_key():
    with national_scope():
        agent = agent_of("011", login="autre")

    assert entered(agent).get(EVENTS).status_code == 401


def test_a_key_is_no_agents_session():
    _cle, token = new_key()

    response = calling(token).get("/api/v1/payments/")

    assert (response.status_code, response.json()["code"]) == (403, "not_authenticated")


@pytest.mark.parametrize("name", ["/api/nulle-part/", "/api/v1/lots/pas-un-uuid/"])
def test_an_address_that_is_not_there_is_a_problem_and_not_a_page(name: str):
    response = Client().get(name)

    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "not_found"
