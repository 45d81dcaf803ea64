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
SANDBOX_FILE = Path(__file__).resolve().parents[2] / "payzen_sandbox" / "shops.json"


def test_each_fund_has_the_shop_that_the_sandbox_knows(national):
    sandbox = {
        (shop["site_id"], shop["key_test"], shop["rest_password"], shop["algorithm"])
        for shop in json.loads(SANDBOX_FILE.read_text())
    }
    ours = {
        (shop.site_id, shop.key, shop.rest_password, shop.algorithm)
        for shop in Boutique.objects.filter(mode="TEST", active=True)
    }

    assert len(ours) == 101
    assert ours == sandbox


def test_the_secrets_are_encrypted_at_rest(national):
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, rest_password FROM payments_boutique")
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
        ("90000011,011", "9000011,011", "line 4, field site_id: '9000011' is not eight digits"),
        ("90000011,011", "90000011,999", "line 4, field caisse: no fund '999'"),
        ("90000028,028", "90000028,011", "a fund has two shops"),
        (",HMAC-SHA-256", ",MD5", "line 4, field algorithm: 'MD5' is unknown"),
        ("8a0babece70d5dcb", "", "line 4, field key_test: the value is missing"),
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
        assert Boutique.objects.count() == 101
