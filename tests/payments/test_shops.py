"""Shops: their secrets, their signatures after a change, their opening, their daily check."""

import json
from datetime import timedelta

import pytest
import responses
from cryptography.fernet import Fernet
from django.db import DatabaseError, connection, transaction

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Agent, Caisse
from comptabilite.models import Anomalie
from payments.models import Boutique
from payments.services import shop_settings
from payments.services.key_rotation import rotate_field_keys
from payments.services.shop_drift import Drift, check_shops
from payments.services.shop_settings import (
    approve_opening,
    ask_opening,
    change_signature,
    check_keys,
)
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, body_of, notification_fields, open_payment, signed
from tests.payments.payfip_double import URL, payfip_at

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"
SDK_TEST = "http://127.0.0.1:9/api-payment/V4/Charge/SDKTest"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def shop(ain):
    with caisse_scope(ain):
        return Boutique.objects.get(caisse_id=ain)


def stored(shop):
    with national_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT key, rest_password FROM payments_boutique WHERE id = %s", [shop.pk])
        return cursor.fetchone()


def test_secrets_are_not_readable_in_the_database(shop):
    assert shop.key not in "".join(stored(shop))
    assert shop.rest_password not in "".join(stored(shop))


def test_rotation_writes_with_the_first_key_and_the_old_one_may_go(shop, settings):
    old, new = settings.FIELD_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    before = stored(shop)
    settings.FIELD_ENCRYPTION_KEYS = [new, old]

    assert rotate_field_keys() == 102

    settings.FIELD_ENCRYPTION_KEYS = [new]
    with national_scope():
        again = Boutique.objects.get(pk=shop.pk)
    assert (again.key, again.rest_password) == (shop.key, shop.rest_password)
    assert stored(shop) != before


@pytest.mark.parametrize(
    ("age", "status"), [(timedelta(hours=23), 200), (timedelta(hours=25), 403)]
)
def test_the_former_signature_is_good_for_a_day(client, shop, time_machine, age, status):
    time_machine.move_to(NOW, tick=False)
    with national_scope():
        creance = CreanceFactory()
    payment = open_payment(creance)
    body = body_of(signed(payment, notification_fields(payment)))
    with caisse_scope(shop.caisse_id):
        change_signature(boutique=shop, key="n" * 16, algorithm="HMAC-SHA-256", now=NOW - age)

    assert client.post(IPN, body, content_type=FORM).status_code == status


def test_the_new_signature_is_good_at_once_and_the_forms_use_it(client, shop, time_machine):
    time_machine.move_to(NOW, tick=False)
    with caisse_scope(shop.caisse_id):
        change_signature(boutique=shop, key="n" * 16, algorithm="SHA-1", now=NOW)
    with national_scope():
        creance = CreanceFactory()
    payment = open_payment(creance)

    body = body_of(signed(payment, notification_fields(payment)))

    assert client.post(IPN, body, content_type=FORM).content == b"OK-APPLIED"


def test_saying_the_same_signature_again_does_not_forget_the_former_one(shop):
    with caisse_scope(shop.caisse_id):
        changed = change_signature(boutique=shop, key="n" * 16, algorithm="SHA-1", now=NOW)
        same = change_signature(
            boutique=changed, key="n" * 16, algorithm="SHA-1", now=NOW + timedelta(hours=1)
        )
    assert (same.former_key, same.signature_changed_at) == (shop.key, NOW)


@pytest.fixture
def production(ain, settings):
    settings.PAYZEN_MODE = "PRODUCTION"
    with national_scope():
        return Boutique.objects.create(
            caisse_id=ain,
            site_id="12345678",
            mode="PRODUCTION",
            key="k" * 16,
            rest_password="prodpassword_x",
            active=False,
        )


@pytest.fixture
def two_people(db):
    return Agent.objects.create(username="nat1"), Agent.objects.create(username="nat2")


def test_opening_for_real_money_takes_two_people_and_the_number_typed_again(production, two_people):
    first, second = two_people
    with national_scope():
        ask_opening(boutique=production, agent=first, now=NOW)
        with pytest.raises(shop_settings.SamePerson):
            approve_opening(boutique=production, agent=first, typed_number="12345678", now=NOW)
        with pytest.raises(shop_settings.NotConfirmed):
            approve_opening(boutique=production, agent=second, typed_number="1234567", now=NOW)
        opened = approve_opening(
            boutique=production, agent=second, typed_number=" 12345678 ", now=NOW
        )
    assert (opened.active, opened.opened_by) == (True, second)


def test_nobody_asked_nobody_opens(production, two_people):
    with national_scope(), pytest.raises(shop_settings.ShopRefused):
        approve_opening(boutique=production, agent=two_people[0], typed_number="12345678", now=NOW)


def test_a_test_portal_does_not_open_a_production_shop(production, two_people, settings):
    settings.PAYZEN_MODE = "TEST"
    with national_scope(), pytest.raises(shop_settings.WrongMode):
        ask_opening(boutique=production, agent=two_people[0], now=NOW)


def test_inv16_the_database_wants_two_people_for_production(production, two_people):
    first, _second = two_people
    with national_scope():
        for values in (
            {"active": True},
            {"active": True, "opened_by": first},
            {"active": True, "opened_by": first, "opening_asked_by": first},
        ):
            with pytest.raises(DatabaseError, match="inv16"), transaction.atomic():
                Boutique.objects.filter(pk=production.pk).update(**values)


def echo(request):
    value = json.loads(request.body)["value"]
    answer = {"status": "SUCCESS", "mode": "TEST", "answer": {"value": value}}
    return 200, {}, json.dumps(answer)


def refusal(_request):
    answer = {"errorCode": "INT_905", "errorMessage": "bad credentials"}
    return 401, {}, json.dumps({"status": "ERROR", "answer": answer})


@pytest.fixture
def platform():
    with (
        responses.RequestsMock(assert_all_requests_are_fired=False) as mock,
        payfip_at(mock),
    ):
        yield mock


def test_keys_that_the_platform_refuses_are_told(shop, platform):
    platform.add_callback("POST", SDK_TEST, callback=refusal)
    with pytest.raises(shop_settings.KeysDoNotWork, match="INT_905"):
        check_keys(boutique=shop)


def test_101_shops_as_they_should_be_find_nothing(platform):
    platform.add_callback("POST", SDK_TEST, callback=echo)

    assert check_shops(now=NOW) == []
    assert len(platform.calls) == 101


def test_what_drifts_is_one_line_of_its_fund_however_long_it_lasts(ain, shop, platform):
    platform.add_callback("POST", SDK_TEST, callback=echo)
    with caisse_scope(ain):
        change_signature(boutique=shop, key="n" * 16, algorithm="SHA-1", now=NOW)

    first, again = check_shops(now=NOW), check_shops(now=NOW + timedelta(days=3))

    assert (
        [(f.caisse_id, f.drift) for f in first]
        == [(ain, Drift.OLD_ALGORITHM)]
        == [(f.caisse_id, f.drift) for f in again]
    )
    with national_scope():
        assert list(Anomalie.objects.values_list("caisse_id", "kind")) == [(ain, "SHOP_DRIFT")]


def test_a_shop_that_is_put_right_settles_its_line_and_drifts_anew_on_another(ain, shop, platform):
    platform.add_callback("POST", SDK_TEST, callback=echo)
    days = [NOW + timedelta(days=each) for each in range(3)]
    for day, algorithm in zip(days, ["SHA-1", "HMAC-SHA-256", "SHA-1"], strict=True):
        with caisse_scope(ain):
            change_signature(boutique=shop, key="n" * 16, algorithm=algorithm, now=day)
        check_shops(now=day)

    with caisse_scope(ain):
        lines = Anomalie.objects.filter(kind="SHOP_DRIFT").order_by("occurrence")
        told = list(lines.values_list("opened_at", "settled_at", "settled_by"))
    assert told == [(days[0], days[1], None), (days[2], None, None)]


def test_a_platform_that_does_not_answer_puts_nothing_right(ain, shop, platform):
    first = Caisse.objects.order_by("code").first().pk
    answers = iter([refusal])

    def first_refused(request):
        return next(answers, echo)(request)

    platform.add_callback("POST", SDK_TEST, callback=first_refused)
    check_shops(now=NOW)
    platform.reset()

    check_shops(now=NOW + timedelta(days=1))

    with caisse_scope(first):
        lines = Anomalie.objects.still_open().filter(kind="SHOP_DRIFT").order_by("subject")
        assert list(lines.values_list("subject", flat=True)) == ["KEYS_REFUSED", "NOT_ASKED"]


def test_refused_keys_a_silent_platform_and_a_missing_shop_are_told_apart(ain, shop, platform):
    answers = iter([refusal])

    def first_refused(request):
        return next(answers, echo)(request)

    platform.add_callback("POST", SDK_TEST, callback=first_refused)
    last = Caisse.objects.order_by("-code").first().pk
    with caisse_scope(last):
        Boutique.objects.filter(caisse_id=last).update(active=False)

    found = {(f.caisse_id, f.drift) for f in check_shops(now=NOW)}

    first = Caisse.objects.order_by("code").first().pk
    assert found == {(first, Drift.KEYS_REFUSED), (last, Drift.NO_SHOP)}


def test_each_fund_is_asked_about_at_its_own_platform(platform):
    platform.add_callback("POST", SDK_TEST, callback=echo)

    check_shops(now=NOW)

    assert sum(call.request.url == URL for call in platform.calls) == 1


def test_an_account_that_payfip_does_not_know_is_told(platform):
    platform.add_callback("POST", SDK_TEST, callback=echo)
    with national_scope():
        Boutique.objects.filter(platform="PAYFIP").update(site_id="900975")

    (finding,) = check_shops(now=NOW)

    assert (finding.drift, finding.detail.count("900975")) == (Drift.KEYS_REFUSED, 1)


def test_an_unreachable_platform_is_not_taken_for_refused_keys(platform):
    findings = check_shops(now=NOW)

    assert {f.drift for f in findings} == {Drift.NOT_ASKED}
