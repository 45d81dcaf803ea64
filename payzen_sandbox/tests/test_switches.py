"""The switches, by JSON and by form."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from payzen_sandbox.faults import FAULT_NAMES
from payzen_sandbox.models import FaultRule
from payzen_sandbox.views.switches import FAULT_LABELS

pytestmark = pytest.mark.django_db
URL = "/back-office/switches/"


def post_json(client, body):
    return client.post(URL, json.dumps(body), content_type="application/json")


def test_the_address_is_the_documented_one():
    assert reverse("switches") == URL


def test_json_sets_and_clears_faults_without_a_token():
    client = Client(enforce_csrf_checks=True)

    answer = post_json(client, {"scope": "90000011", "next_payment_only": True, "drop": True})

    assert answer.json() == {
        "scope": "90000011",
        "next_payment_only": True,
        "faults": {"drop": True},
    }
    assert post_json(client, {"clear": True}).json() == {"cleared": True}
    assert not FaultRule.objects.exists()


def test_setting_again_replaces_and_setting_nothing_removes(client):
    post_json(client, {"drop": True})
    post_json(client, {"delay_seconds": 5})
    assert FaultRule.objects.get().faults == {"delay_seconds": 5}

    post_json(client, {})

    assert not FaultRule.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"explode": True},
        {"drop": 1},
        {"delay_seconds": True},
        {"delay_seconds": -1},
        {"delay_seconds": 3601},
        {"scope": "99999999", "drop": True},
        {"scope": ["all"], "drop": True},
        {"next_payment_only": "yes", "drop": True},
        [],
    ],
)
def test_what_is_not_a_set_of_faults_is_refused(client, body):
    assert post_json(client, body).status_code == 400
    assert not FaultRule.objects.exists()


def test_text_that_is_not_json_is_refused(client):
    assert client.post(URL, "{", content_type="application/json").status_code == 400


def test_the_form_sets_and_clears_faults(client):
    client.post(URL, {"scope": "all", "duplicate": "on", "delay_seconds": "3"})
    assert FaultRule.objects.get().faults == {"duplicate": True, "delay_seconds": 3}
    assert "duplicate" in client.get(URL).content.decode()

    client.post(URL, {"clear": "1"})

    assert not FaultRule.objects.exists()


def test_a_wrong_delay_in_the_form_is_said(client):
    response = client.post(URL, {"scope": "all", "delay_seconds": "soon"})

    assert response.status_code == 400
    assert "delay_seconds" in response.content.decode()


def test_a_form_of_another_site_is_refused():
    client = Client(enforce_csrf_checks=True)

    assert client.post(URL, {"drop": "on"}).status_code == 403
    assert client.post(URL, '{"drop": true}', content_type="text/plain").status_code == 403


def test_every_fault_has_its_tick_box():
    assert set(FAULT_LABELS) == set(FAULT_NAMES) - {"delay_seconds", "trans_status"}
