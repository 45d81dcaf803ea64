"""The buyer's way back: address, mode, data, automatic return."""

import html
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse

from payzen_sandbox.protocol.signature import is_authentic
from payzen_sandbox.services.returning import way_back
from payzen_sandbox.tests.journey import (
    ACCEPTED,
    LATE,
    REFUSED,
    TECHNICAL_ERROR,
    pay,
    result_page,
    shop,
    start,
)

pytestmark = pytest.mark.django_db
URLS = {
    f"vads_url_{name}": f"http://shop.example/{name}/"
    for name in ("success", "refused", "cancel", "error", "return")
}


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (ACCEPTED, "success"),
        (LATE, "success"),
        (REFUSED, "refused"),
        (TECHNICAL_ERROR, "error"),
    ],
)
def test_each_outcome_has_its_url(client, listener, number, name):
    payment = pay(client, number, **URLS)

    assert f'href="http://shop.example/{name}/"' in result_page(client, payment)


def test_without_own_url_the_default_of_the_form_then_of_the_shop(client, listener):
    of_form = pay(client, vads_url_return="http://shop.example/back/")
    of_shop = pay(client)

    assert way_back(of_form).url == "http://shop.example/back/"
    assert way_back(of_shop).url == "http://shop.example/"


@pytest.mark.parametrize("mode", [None, "", "NONE"])
def test_by_default_nothing_is_sent_to_the_return_url(client, listener, mode):
    payment = pay(client, vads_return_mode=mode, **URLS)

    assert way_back(payment).url == "http://shop.example/success/"
    assert way_back(payment).fields == {}


def check_data(fields, payment):
    assert is_authentic(fields, key=shop().key_test, algorithm=shop().algorithm)
    assert fields["vads_trans_uuid"] == payment.transactions.get().uuid
    assert not {"vads_hash", "vads_url_check_src"} & set(fields)


def test_get_appends_signed_data_to_the_url(client, listener):
    payment = pay(
        client,
        vads_return_mode="GET",
        vads_url_return="http://shop.example/back/?step=1",
        vads_return_get_params="extra=yes",
        vads_order_info="",
    )

    link = re.search(r'href="(http://shop\.example/back/[^"]+)"', result_page(client, payment))
    query = dict(parse_qsl(urlsplit(html.unescape(link[1])).query, keep_blank_values=True))

    assert (query.pop("step"), query.pop("extra"), query["vads_order_info"]) == ("1", "yes", "")
    check_data(query, payment)


def test_post_is_a_form_with_signed_data(client, listener):
    payment = pay(
        client,
        vads_return_mode="POST",
        vads_url_success="http://shop.example:8000/back/",
        vads_return_post_params="extra=yes",
        vads_order_info="été <>"[:4] + "& 'x'",
    )

    page = result_page(client, payment)
    form = re.search(
        r'<form method="post" action="http://shop.example:8000/back/".*?</form>', page, re.S
    )
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
    fields = {name: html.unescape(value) for name, value in hidden}

    assert fields.pop("extra") == "yes"
    check_data(fields, payment)


def test_after_cancelling_in_post_mode_a_page_carries_the_form(client, listener):
    payment = start(client, vads_return_mode="POST", **URLS)

    response = client.post(reverse("cancel", args=[payment.public_id]))

    assert response.headers["Location"] == reverse("result", args=[payment.public_id])
    page = result_page(client, payment)
    assert "Paiement annulé" in page
    assert 'action="http://shop.example/cancel/"' in page
    assert 'name="vads_trans_status" value="ABANDONED"' in page


def test_the_page_policy_lets_forms_go_to_the_shop_and_nowhere_else(client, listener):
    payment = start(client, vads_url_return="http://shop.example:8000/back/")

    policy = client.get(reverse("method", args=[payment.public_id])).headers[
        "Content-Security-Policy"
    ]

    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self';")
    assert policy.endswith("form-action 'self' http://shop.example:8000")


def test_the_automatic_return_is_only_for_who_asks(client, listener):
    plain = result_page(client, pay(client))
    timed = result_page(client, pay(client, vads_redirect_success_timeout="5"))
    refused = result_page(client, pay(client, REFUSED, vads_redirect_success_timeout="5"))

    assert "<script" not in plain + refused
    assert 'data-return="5"' in timed
    assert "return.js" in timed
    assert "http-equiv" not in timed
