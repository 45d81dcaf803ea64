"""The form says what the shop, the fund and the payer's language ask for, and nothing else."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from eopayment.systempayv2 import PARAMETERS
from hypothesis import given
from hypothesis import strategies as st

from caf_portal.database.scope import caisse_scope, national_scope
from payments.gateways.choose import shop_of
from payments.gateways.departures import FormRequest
from payments.gateways.payzen.cleaning import clean, unaltered
from payments.gateways.payzen.form import build_form
from payments.gateways.payzen.shop import FormSettings, Shop
from payments.gateways.payzen.signature import is_authentic
from payments.models import Boutique, Payment
from payments.services.departing import hand_over
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, open_payment

URL = "https://secure.payzen.eu/vads-payment/"
#: Everything that a shop may choose (sheet A.5), as eight fields of the form.
CHOSEN = FormSettings(
    payment_cards="CB;VISA;MASTERCARD",
    theme_config="RESPONSIVE_MODEL=caf;SIMPLIFIED_DISPLAY=true",
    threeds="3",
    validation_mode="0",
    capture_delay_days=2,
    return_mode="GET",
    redirect_success_seconds=5,
    redirect_error_seconds=0,
)
SHOP = Shop("90000011", "TEST", "HMAC-SHA-256", "1122334455667788", "testpassword_x", form=CHOSEN)
REQUEST = FormRequest(
    order_reference="P261120-7KQ2M9TX",
    payment_id=UUID("3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
    amount_cents=5124,
    trans_id="000001",
    issued_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    email="personne@example.org",
    langue="fr",
    return_url="https://portail.example/paiement/retour/1/",
    cancel_url="https://portail.example/paiement/retour/1/?annule=1",
    success_url="https://portail.example/paiement/retour/1/?issue=succes",
    refused_url="https://portail.example/paiement/retour/1/?issue=refus",
    error_url="https://portail.example/paiement/retour/1/?issue=erreur",
    shop_name="CAF de l'Ain",
    shop_url="https://portail.example/",
    success_message="Vous allez revenir.",
    refused_message="Rien n’a été débité.",
    langues=("fr", "en"),
)
#: Rules of another client of the platform; its own SHA-1 signature and payment modes apart.
RULES = [rule for rule in PARAMETERS if rule.name not in {"signature", "vads_payment_config"}]
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=300)


def fields_of(request=REQUEST, shop=SHOP):
    return dict(build_form(request, shop=shop, url=URL).fields)


def test_every_choice_of_the_shop_is_sent():
    fields = fields_of()

    assert fields["vads_payment_cards"] == "CB;VISA;MASTERCARD"
    assert fields["vads_theme_config"] == "RESPONSIVE_MODEL=caf;SIMPLIFIED_DISPLAY=true"
    assert fields["vads_threeds_mpi"] == "3"
    assert fields["vads_validation_mode"] == "0"
    assert fields["vads_capture_delay"] == "2"
    assert fields["vads_return_mode"] == "GET"
    # Zero is a delay, not an absence.
    assert fields["vads_redirect_success_timeout"] == "5"
    assert fields["vads_redirect_error_timeout"] == "0"


def test_what_a_shop_did_not_choose_is_left_to_the_platform():
    fields = fields_of(shop=replace(SHOP, form=FormSettings()))

    chosen = {"payment_cards", "theme_config", "threeds_mpi", "validation_mode", "capture_delay"}
    assert {f"vads_{name}" for name in chosen} & set(fields) == set()
    assert fields["vads_return_mode"] == "NONE"
    assert "" not in fields.values()


def test_the_fund_the_languages_and_each_way_back_are_said():
    fields = fields_of()

    assert fields["vads_shop_name"] == "CAF de l'Ain"
    assert fields["vads_shop_url"] == "https://portail.example/"
    assert fields["vads_available_languages"] == "fr;en"
    assert fields["vads_ext_info_paiement"] == str(REQUEST.payment_id)
    ends = ("return", "cancel", "success", "refused", "error")
    back = [fields[f"vads_url_{end}"] for end in ends]
    assert len(set(back)) == 5


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_another_client_of_the_platform_finds_each_field_right(rule):
    fields = fields_of()

    assert rule.name in fields or not rule.needed
    if rule.ptype == "an;":
        assert fields[rule.name].replace(";", "").isalnum()
    elif rule.name in fields:
        assert rule.check_value(fields[rule.name])


@pytest.mark.parametrize(
    "email", ["", "a+vads@example.org", '"a b"@example.org', f"{'a' * 150}@example.org"]
)
def test_an_address_that_the_platform_cannot_take_stays_with_us(email):
    assert "vads_cust_email" not in fields_of(replace(REQUEST, email=email))


@given(ANYTHING, st.integers(1, 300))
def test_a_clean_value_can_be_signed_and_sent(value, limit):
    kept = clean(value, limit=limit)

    assert len(kept) <= limit
    assert kept == kept.strip()
    assert set(kept) & set('\r\n\t"<>+\x00') == set()
    assert len(kept.splitlines()) <= 1
    kept.encode("utf-8")
    assert clean(kept, limit=limit) == kept


@given(st.text(st.characters(categories=("L", "M", "N")), max_size=60))
def test_letters_and_accents_are_left_as_they_are(value):
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, value)
        assert clean(text, limit=len(text) or 1) == text


@given(ANYTHING, st.integers(1, 300))
def test_what_would_be_changed_is_not_sent_at_all(value, limit):
    assert unaltered(value, limit=limit) in {value, ""}


@given(ANYTHING, ANYTHING, ANYTHING)
def test_whatever_is_written_the_form_is_signed_as_the_browser_will_send_it(name, message, theme):
    request = replace(REQUEST, shop_name=name, success_message=message)
    shop = replace(SHOP, form=replace(CHOSEN, theme_config=theme))

    fields = fields_of(request, shop)

    # A browser writes line breaks of its own and sends nothing that is not UTF-8.
    sent = {key: "\r\n".join(value.splitlines()) for key, value in fields.items()}
    sent = {key: value.encode("utf-8").decode("utf-8") for key, value in sent.items()}
    assert is_authentic(sent, key=shop.key, algorithm=shop.algorithm)
    assert sum(value.count("+") for name, value in fields.items() if name != "signature") == 0


@pytest.mark.django_db
def test_the_form_of_a_departure_speaks_for_its_fund_in_the_payers_language():
    with national_scope():
        creance = CreanceFactory()
    payment = open_payment(creance)
    with caisse_scope(payment.caisse_id):
        Boutique.objects.filter(pk=payment.boutique_id).update(
            payment_cards="CB", capture_delay_days=0, redirect_success_seconds=3
        )
        payment = Payment.objects.select_related("boutique", "caisse").get(pk=payment.pk)
        shop = shop_of(payment.boutique)
        person = creance.allocataire
    fields = dict(hand_over(payment=payment, now=NOW).fields)

    assert fields["vads_shop_name"] == payment.caisse.nom
    assert fields["vads_payment_cards"] == "CB"
    assert fields["vads_capture_delay"] == "0"
    assert fields["vads_redirect_success_timeout"] == "3"
    assert "votre Caf" in fields["vads_redirect_success_message"]
    assert fields["vads_url_refused"].endswith(f"/paiement/retour/{payment.public_id}/?issue=refus")
    assert fields["vads_available_languages"] == "fr;en"
    assert is_authentic(fields, key=shop.key, algorithm=shop.algorithm)
    said = " ".join(fields.values())
    assert person.numero not in said
    assert person.nom not in said
