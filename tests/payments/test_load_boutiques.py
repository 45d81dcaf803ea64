"""The TEST shops of the local sandbox: the same keys on both sides, never in PRODUCTION."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from caf_portal.data_file import DataFileRefused
from caf_portal.database.scope import national_scope
from payments.models import Boutique
from payments.services.boutiques import (
    BOUTIQUES_FILE,
    OnlyInTest,
    OtherShopInService,
    load_boutiques,
)

pytestmark = pytest.mark.django_db
SANDBOX = Path(__file__).resolve().parents[2] / "payzen_sandbox"


def test_each_fund_has_the_shop_that_the_sandbox_knows(national):
    sandbox = {
        (shop["site_id"], shop["key_test"], shop["rest_password"], shop["algorithm"])
        for shop in json.loads((SANDBOX / "shops.json").read_text())
    }
    ours = {
        (shop.site_id, shop.key, shop.rest_password, shop.algorithm)
        for shop in Boutique.objects.filter(mode="TEST", platform="PAYZEN")
    }

    assert len(ours) == 101
    assert ours == sandbox


def test_a_fund_uses_the_other_platform_with_an_account_that_the_sandbox_knows(national):
    known = {row["numcli"] for row in json.loads((SANDBOX / "payfip/clients.json").read_text())}
    ours = Boutique.objects.in_service().filter(platform="PAYFIP")

    assert {shop.site_id for shop in ours} == known == {"900974"}
    assert Boutique.objects.in_service().count() == 101


def test_a_fund_whose_platform_was_chosen_by_hand_keeps_it(national):
    reunion = Boutique.objects.filter(caisse__code="974")
    reunion.filter(platform="PAYFIP").update(active=False)
    reunion.filter(platform="PAYZEN").update(active=True)

    load_boutiques()

    assert reunion.get(active=True).platform == "PAYZEN"


def test_a_fund_that_came_before_the_other_platform_keeps_its_own(national):
    reunion = Boutique.objects.filter(caisse__code="974")
    reunion.filter(platform="PAYFIP").delete()
    reunion.update(active=True)

    assert load_boutiques().created == 1

    assert reunion.get(platform="PAYFIP").active is False


def test_the_secrets_are_encrypted_at_rest(national):
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, rest_password FROM payments_boutique WHERE key <> ''")
        stored = cursor.fetchall()

    assert len(stored) == 101
    assert all(key.startswith("gAAAA") and word.startswith("gAAAA") for key, word in stored)


def test_loading_again_writes_nothing(national):
    loaded = load_boutiques()

    assert (loaded.created, loaded.updated) == (0, 0)


def test_a_changed_key_is_corrected(national, tmp_path):
    path = tmp_path / "boutiques.csv"
    path.write_text(BOUTIQUES_FILE.read_text().replace("8a0babece70d5dcb", "00000000deadbeef"))

    loaded = load_boutiques(path=path)

    assert (loaded.created, loaded.updated) == (0, 1)
    assert Boutique.objects.get(site_id="90000011").key == "00000000deadbeef"


def test_a_shop_in_production_is_left_as_it_is(national, tmp_path):
    test_shop = Boutique.objects.get(site_id="90000011")
    live = Boutique.objects.create(
        caisse_id=test_shop.caisse_id,
        site_id="90000011",
        mode="PRODUCTION",
        key="secret",
        rest_password="secret",
        active=False,
    )
    path = tmp_path / "boutiques.csv"
    path.write_text(BOUTIQUES_FILE.read_text().replace("8a0babece70d5dcb", "00000000deadbeef"))

    load_boutiques(path=path)

    live.refresh_from_db()
    assert (live.key, live.rest_password) == ("secret", "secret")


@override_settings(PAYZEN_MODE="PRODUCTION")
def test_a_portal_in_production_refuses_them(national):
    with pytest.raises(OnlyInTest):
        load_boutiques()


def test_another_test_shop_of_the_fund_is_not_replaced(national):
    Boutique.objects.filter(site_id="90000011").update(site_id="12345678")

    with pytest.raises(OtherShopInService, match="already uses TEST shop 12345678"):
        load_boutiques()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("90000011,011", "9000011,011", "line 5, field site_id: '9000011' is not eight digits"),
        ("90000011,011", "90000011,999", "line 5, field caisse: no fund '999'"),
        ("90000028,028", "90000028,011", "a fund has two shops"),
        ("PAYFIP,900974", "PAYFIP,90974", "field site_id: '90974' is not six digits"),
        ("PAYZEN,90000011", "PAYPAL,90000011", "line 5, field platform: 'PAYPAL' is unknown"),
        ("HMAC-SHA-256,yes", "HMAC-SHA-256,oui", "line 5, field in_service: 'oui' is unknown"),
        (",HMAC-SHA-256", ",MD5", "line 5, field algorithm: 'MD5' is unknown"),
        ("8a0babece70d5dcb", "", "line 5, field key_test: the value is missing"),
    ],
)
def test_a_bad_file_is_refused_by_line_and_field(national, tmp_path, old, new, said):
    path = tmp_path / "boutiques.csv"
    path.write_text(BOUTIQUES_FILE.read_text().replace(old, new, 1))

    with pytest.raises(DataFileRefused, match=said):
        load_boutiques(path=path)


def test_the_command_says_why_it_refuses():
    with override_settings(PAYZEN_MODE="PRODUCTION"), pytest.raises(CommandError, match="not TEST"):
        call_command("load_boutiques")
    with national_scope():
        assert Boutique.objects.count() == 102
