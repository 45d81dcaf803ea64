"""Each wrong field gives its numeric code, on the page and in the back office."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from payzen_sandbox.models import Payment, RejectedForm
from payzen_sandbox.protocol.dictionary import MANDATORY
from payzen_sandbox.protocol.instants import to_vads
from payzen_sandbox.protocol.signature import sign
from payzen_sandbox.tests.journey import shop, signed_form, unsigned_form

pytestmark = pytest.mark.django_db
LONG = "x" * 2000


def code_of(client, form):
    """The code of a refused form, as shown and as kept; None if it was taken."""
    response = client.post(reverse("entry"), form)
    if response.status_code == 303:
        return None
    assert response.status_code == 400
    kept = RejectedForm.objects.order_by("-pk")[0]
    assert f"<strong>{kept.code}</strong>" in response.content.decode()
    assert kept.reason in response.content.decode().replace("&#x27;", "'")
    return kept.code


WRONG_VALUES = [
    ("01", "vads_version", "V1"),
    ("02", "vads_site_id", "99999999"),
    ("03", "vads_trans_id", "12345"),
    ("03", "vads_trans_id", "12-456"),
    ("03", "vads_trans_id", "900000"),
    ("04", "vads_trans_date", "20260230120000"),
    ("04", "vads_trans_date", "2026"),
    ("05", "vads_validation_mode", "2"),
    ("06", "vads_capture_delay", "-1"),
    ("07", "vads_payment_config", "TRIPLE"),
    ("07", "vads_payment_config", "MULTI:first=1000;count=3"),
    ("08", "vads_payment_cards", "ONEY;PAYPAL"),
    ("09", "vads_amount", "0"),
    ("09", "vads_amount", "0100"),
    ("09", "vads_amount", "10,00"),
    ("09", "vads_amount", "1234567890123"),
    ("10", "vads_currency", "EUR"),
    ("10", "vads_currency", "999"),
    ("11", "vads_ctx_mode", "PROD"),
    ("12", "vads_language", "xx"),
    ("13", "vads_order_id", "2026/12"),
    ("13", "vads_order_id", "été"),
    ("13", "vads_order_id", "x" * 65),
    ("14", "vads_order_info", "<b>"),
    ("14", "vads_order_info2", LONG),
    ("15", "vads_cust_email", "nobody"),
    ("16", "vads_cust_id", LONG),
    ("20", "vads_cust_zip", LONG),
    ("21", "vads_cust_city", LONG),
    ("22", "vads_cust_country", "FRA"),
    ("23", "vads_cust_phone", LONG),
    ("24", "vads_url_success", "shop.example"),
    ("25", "vads_url_refused", "ftp://shop.example/"),
    ("27", "vads_url_cancel", "javascript:alert(1)"),
    ("28", "vads_url_return", "/relative/"),
    ("28", "vads_url_return", "http://a;script-src https://evil.example/"),
    ("28", "vads_url_return", "http://user:word@shop.example/"),
    ("28", "vads_url_return", "http://[::1/"),
    ("29", "vads_url_error", "http://"),
    ("31", "vads_contrib", LONG),
    ("33", "vads_url_check", "nowhere"),
    ("34", "vads_redirect_success_timeout", "301"),
    ("36", "vads_redirect_error_timeout", "soon"),
    ("46", "vads_page_action", "REGISTER"),
    ("47", "vads_action_mode", "SILENT"),
    ("48", "vads_return_mode", "PUT"),
    ("50", "vads_threeds_mpi", "9"),
    ("71", "vads_available_languages", "fr;xx"),
    ("91", "vads_ext_info_reference", "x" * 256),
    ("92", "vads_cust_status", "ALIEN"),
    ("104", "vads_cust_first_name", LONG),
    ("105", "vads_cust_last_name", LONG),
]


@pytest.mark.parametrize(("code", "name", "value"), WRONG_VALUES)
def test_a_wrong_value_gives_the_code_of_its_field(client, code, name, value):
    assert code_of(client, signed_form(**{name: value})) == code
    assert RejectedForm.objects.get().field == name
    assert not Payment.objects.exists()


@pytest.mark.parametrize("name", MANDATORY)
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_or_empty_mandatory_field_is_code_70(client, name, value):
    form = signed_form()
    form.pop(name)
    if value is not None:
        form[name] = value

    assert code_of(client, form) == "70"


def test_a_form_without_anything_is_code_70(client):
    assert code_of(client, {}) == "70"


def test_a_tampered_form_is_code_00(client):
    assert code_of(client, {**signed_form(), "vads_amount": "1"}) == "00"


@pytest.mark.parametrize("value", ["two\nlines", "a\rb", 'a "quoted" word'])
def test_what_cannot_be_signed_is_code_00(client, value):
    assert code_of(client, signed_form(vads_order_info=value)) == "00"


def test_the_other_algorithm_is_code_204(client):
    fields = unsigned_form()
    fields["signature"] = sign(fields, key=shop().key_test, algorithm="SHA-1")

    assert code_of(client, fields) == "204"


def test_a_trans_id_serves_once_a_day_whatever_its_case(client):
    assert code_of(client, signed_form(vads_trans_id="aBc123")) is None
    assert code_of(client, signed_form(vads_trans_id="AbC123")) == "03"


def test_a_trans_id_serves_again_the_next_utc_day_and_in_another_shop(client, configure):
    configure(date_past_minutes=3 * 24 * 60)
    yesterday = to_vads(datetime.now(tz=UTC) - timedelta(days=1))
    assert code_of(client, signed_form(vads_trans_id="000001")) is None

    assert code_of(client, signed_form(vads_trans_id="000001", vads_trans_date=yesterday)) is None


@pytest.mark.parametrize(("minutes", "code"), [(-59, None), (-61, "04"), (149, None), (151, "04")])
def test_the_date_must_be_near_now(client, minutes, code):
    sent_at = to_vads(datetime.now(tz=UTC) + timedelta(minutes=minutes))

    assert code_of(client, signed_form(vads_trans_date=sent_at)) == code


def test_the_date_window_is_a_setting(client, configure):
    configure(date_past_minutes=5)
    sent_at = to_vads(datetime.now(tz=UTC) - timedelta(minutes=10))

    assert code_of(client, signed_form(vads_trans_date=sent_at)) == "04"


def test_in_production_the_buyer_learns_nothing_but_the_back_office_does(client):
    response = client.post(reverse("entry"), signed_form(vads_ctx_mode="PRODUCTION"))

    assert response.status_code == 400
    assert "Erreur" not in response.content.decode()
    assert RejectedForm.objects.get().code == "11"


def test_optional_fields_may_be_empty_and_unknown_ones_pass(client):
    form = signed_form(
        vads_payment_cards="", vads_capture_delay="", vads_validation_mode="", vads_new_field="é+&"
    )

    assert code_of(client, form) is None
    assert Payment.objects.get().fields["vads_new_field"] == "é+&"


def test_json_may_hold_double_quotes(client):
    assert code_of(client, signed_form(vads_acquirer_transient_data='{"a": 1}')) is None


@pytest.mark.parametrize(
    "url", ["http://[::1]:8000/a", "https://shop.example", "http://a:1/?b=c;d"]
)
def test_these_return_urls_are_right(client, url):
    assert code_of(client, signed_form(vads_url_return=url)) is None


def test_a_form_by_get_is_tolerated(client):
    response = client.get(reverse("entry"), signed_form())

    assert response.status_code == 303
