"""A shop's settings changed in the back office: keys, algorithm and its 24 hours, modes."""

import pytest
from django.test import Client
from django.urls import reverse

from payzen_sandbox.models import ShopSettings
from payzen_sandbox.protocol.signature import HMAC_SHA_256, SHA_1, is_authentic, sign
from payzen_sandbox.shops import find_shop
from payzen_sandbox.tests.journey import SITE_ID, pay, shop, unsigned_form
from payzen_sandbox.tests.office import advance, post, set_shop
from payzen_sandbox.tests.test_rest import basic, call

pytestmark = pytest.mark.django_db


def taken(client, algorithm, key=None):
    """Whether a form signed so is accepted."""
    fields = unsigned_form()
    signature = sign(fields, key=key or shop().key_test, algorithm=algorithm)
    return client.post(reverse("entry"), {**fields, "signature": signature}).status_code == 303


def test_both_algorithms_are_accepted_for_24_hours_after_a_change(client):
    assert (taken(client, HMAC_SHA_256), taken(client, SHA_1)) == (True, False)

    set_shop(client, algorithm=SHA_1)
    assert (taken(client, HMAC_SHA_256), taken(client, SHA_1)) == (True, True)

    advance(client, days=1)
    assert (taken(client, HMAC_SHA_256), taken(client, SHA_1)) == (False, True)


def test_the_24_hours_can_be_ended(client):
    set_shop(client, algorithm=SHA_1)
    set_shop(client, double_acceptance=False)

    assert (taken(client, HMAC_SHA_256), taken(client, SHA_1)) == (False, True)


def test_setting_the_same_algorithm_again_changes_nothing(client):
    assert set_shop(client, algorithm=HMAC_SHA_256)["former_algorithm"] == ""


def test_notifications_are_signed_with_the_new_algorithm_at_once(client, listener):
    set_shop(client, algorithm=SHA_1)

    pay(client)

    assert is_authentic(listener.calls[0], key=shop().key_test, algorithm=SHA_1)


def test_a_new_key_serves_at_once_and_the_old_one_no_more(client):
    key = set_shop(client, new_key=True)["key_test"]

    assert (len(key), key == shop().key_test) == (16, False)
    assert not taken(client, HMAC_SHA_256)
    assert taken(client, HMAC_SHA_256, key=key)


def test_a_new_rest_password_serves_at_once(client):
    set_shop(client, rest_password="testpassword_another1")

    old = call(client, "Charge/SDKTest", {"value": "x"})
    new = basic(SITE_ID, "testpassword_another1")
    assert old.status_code == 401
    assert call(client, "Charge/SDKTest", {"value": "x"}, authorization=new).status_code == 200


def test_the_shops_validation_and_capture_delay_follow(client, listener):
    set_shop(client, validation_mode="1", capture_delay_days=20)

    payment = pay(client)

    assert payment.transactions.get().status == "WAITING_AUTHORISATION_TO_VALIDATE"


def test_clearing_restores_what_the_file_says(client):
    set_shop(client, new_key=True, capture_delay_days=3)

    assert post(client, f"shops/{SITE_ID}", {"clear": True}).status_code == 200

    assert find_shop(SITE_ID) == shop()


@pytest.mark.parametrize(
    ("scope", "body"),
    [
        (SITE_ID, {"algorithm": "MD5"}),
        (SITE_ID, {"key_test": "short"}),
        (SITE_ID, {"rest_password": "prodpassword_x"}),
        (SITE_ID, {"validation_mode": 1}),
        (SITE_ID, {"capture_delay_days": 366}),
        (SITE_ID, {"fee_fixed_cents": 1001}),
        (SITE_ID, {"fee_basis_points": 2.5}),
        (SITE_ID, {"refunds_allowed": 1}),
        (SITE_ID, {"batch_amount": "half"}),
        (SITE_ID, {"rules": {"party": {"on": True}}}),
        (SITE_ID, {"rules": {"cancellation": {"on": 1}}}),
        (SITE_ID, {"rules": {"cancellation": {"url": "ftp://x"}}}),
        (SITE_ID, {"rules": {"cancellation": {"format": "xml"}}}),
        (SITE_ID, {"rules": []}),
        (SITE_ID, {"name": "x"}),
        ("all", {"new_key": True}),
        ("all", {"key_test": "1122334455667788"}),
    ],
)
def test_a_wrong_setting_changes_nothing(client, scope, body):
    assert post(client, f"shops/{scope}", {"capture_delay_days": 3, **body}).status_code == 400
    assert not ShopSettings.objects.exists()


def test_an_unknown_shop_is_404(client):
    assert post(client, "shops/99999999", {}).status_code == 404
    assert client.get("/boutiques/99999999/").status_code == 404
    assert client.post("/back-office/shops/99999999/", {"new_key": "1"}).status_code == 404


def form_of_the_page(**changes):
    form = {"algorithm": HMAC_SHA_256, "capture_delay_days": "0", "batch_amount": "total"}
    for name in find_shop(SITE_ID).rules:
        form |= {f"{name}-format": "form", f"{name}-url": "", f"{name}-on": "on"}
    return {**form, **changes}


def test_the_page_changes_settings_and_rules(client):
    url = reverse("change_shop", args=[SITE_ID])

    form = form_of_the_page(
        **{"algorithm": SHA_1, "cancellation-format": "v4", "cancellation-retry": "on"},
        fee_fixed_cents="5",
        fee_basis_points="25",
    )
    client.post(url, form)

    changed = find_shop(SITE_ID)
    assert (changed.algorithm, changed.former_algorithm) == (SHA_1, HMAC_SHA_256)
    assert changed.refunds_allowed is False
    assert (changed.fee_fixed_cents, changed.fee_basis_points) == (5, 25)
    rule = changed.rules["cancellation"]
    assert (rule.on, rule.format, rule.retry) == (True, "v4", True)
    page = client.get(reverse("shop", args=[SITE_ID])).content.decode()
    assert "encore accepté pendant 24 heures" in page
    client.post(url, {"end_double": "1"})
    assert "encore accepté" not in client.get(reverse("shop", args=[SITE_ID])).content.decode()
    client.post(url, {"clear": "1"})
    assert find_shop(SITE_ID) == shop()


def test_the_page_says_what_is_wrong_and_wants_a_token(client):
    url = reverse("change_shop", args=[SITE_ID])

    answer = client.post(url, form_of_the_page(capture_delay_days="soon"))

    assert answer.status_code == 400
    assert "capture_delay_days" in answer.content.decode()
    assert Client(enforce_csrf_checks=True).post(url, {"new_key": "1"}).status_code == 403
