"""The 101 demonstration shops follow the rule from which the portal derives the same keys."""

import hashlib

from payzen_sandbox.protocol.signature import ALGORITHMS
from payzen_sandbox.shops import find_shop, shops_of_the_file


def test_there_is_one_shop_for_each_of_the_101_funds():
    assert len(shops_of_the_file()) == 101
    assert len({shop.name for shop in shops_of_the_file().values()}) == 101


def test_keys_and_passwords_follow_the_rule():
    for site_id, shop in shops_of_the_file().items():
        key = hashlib.sha256(f"cle de demonstration {site_id}".encode()).hexdigest()[:16]
        password = hashlib.sha256(f"mot de passe de demonstration {site_id}".encode()).hexdigest()
        assert site_id.startswith("90000")
        assert len(site_id) == 8
        assert shop.key_test == key
        assert shop.rest_password == f"testpassword_{password[:32]}"
        assert shop.algorithm in ALGORITHMS
        assert shop.attempts_allowed == 3


def test_an_unknown_shop_is_none():
    assert find_shop("99999999") is None
