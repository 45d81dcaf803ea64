"""Shops saved from an old page, with a damaged secret, or changed twice: no error of ours."""

from datetime import timedelta

import pytest
import responses
from django.db import connection

from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie
from payments.gateways.payzen.signature import sign
from payments.models import Boutique
from payments.services.notifications import receive_notification
from payments.services.shop_drift import check_shops
from payments.services.shop_settings import change_signature
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import entered, national_agent
from tests.payments.factories import NOW, body_of, notification_fields, open_payment

pytestmark = pytest.mark.django_db
PAGE = "/national/payments/boutique/{}/change/"
ANSWERS = {
    "algorithm": "HMAC-SHA-256",
    "active": "on",
    "return_mode": "NONE",
    "key": "",
    "rest_password": "",
}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def client():
    with national_scope():
        return entered(national_agent())


@pytest.fixture
def shop() -> Boutique:
    with national_scope():
        return Boutique.objects.get(site_id="90000011")


@pytest.fixture
def other(shop) -> Boutique:
    """A second shop of the same fund, out of service."""
    with national_scope():
        return Boutique.objects.create(
            caisse=shop.caisse,
            site_id="91111111",
            mode=shop.mode,
            key="une-cle",
            rest_password="mot",
            active=False,
        )


def test_a_second_shop_ticked_into_service_is_told_so_and_changes_nothing(client, shop, other):
    response = client.post(PAGE.format(other.pk), ANSWERS)

    assert response.status_code == 200
    assert "déjà une boutique en service" in response.content.decode()
    with national_scope():
        assert Boutique.objects.get(pk=shop.pk).active
        assert not Boutique.objects.get(pk=other.pk).active


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("threeds", "9"),
        ("validation_mode", "x"),
        ("return_mode", "PUT"),
        ("capture_delay_days", "366"),
        ("capture_delay_days", "99999999999999999999"),
        ("redirect_success_seconds", "301"),
        ("redirect_error_seconds", "-1"),
        ("payment_cards", "C" * 121),
        ("algorithm", "MD5"),
    ],
)
def test_a_setting_that_the_platform_does_not_know_is_refused_at_its_field(
    client, shop, field, value
):
    response = client.post(PAGE.format(shop.pk), {**ANSWERS, field: value})

    assert response.status_code == 200
    assert field in response.context["adminform"].form.errors


def damage(shop: Boutique) -> None:
    with national_scope(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE payments_boutique SET rest_password = 'gAAAAAdamaged' WHERE id = %s", [shop.pk]
        )


def test_a_secret_that_cannot_be_read_hides_no_other_shop_from_the_daily_check(shop):
    damage(shop)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add(responses.POST, "http://127.0.0.1:9/api-payment/V4/Charge/SDKTest", status=401)
        findings = check_shops(now=NOW)

    found = {finding.caisse_id for finding in findings}
    with national_scope():
        assert found == set(Caisse.objects.values_list("pk", flat=True))
        assert Anomalie.objects.filter(caisse=shop.caisse, kind="SHOP_DRIFT").exists()


def told_with(payment, key, algorithm):
    fields = notification_fields(payment)
    fields["signature"] = sign(fields, key=key, algorithm=algorithm)
    return str(
        receive_notification(body=body_of(fields), content_type=FORM, now=NOW + timedelta(hours=2))
    )


def test_key_then_algorithm_changed_the_same_day_keep_the_first_pair_for_a_day(shop):
    with national_scope():
        creance = CreanceFactory(caisse=shop.caisse)
    payment = open_payment(creance)
    first = shop.key, shop.algorithm
    with national_scope():
        changed = change_signature(boutique=shop, key="nouvelle-cle", algorithm="SHA-1", now=NOW)
        change_signature(
            boutique=changed,
            key="nouvelle-cle",
            algorithm="HMAC-SHA-256",
            now=NOW + timedelta(minutes=5),
        )

    assert told_with(payment, *first) == "APPLIED"
