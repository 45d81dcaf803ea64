"""The secrets of a shop are written in the admin and never shown."""

import json

import pytest
import responses

from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from payments.models import Boutique
from tests.caisses.factories import agent_of, entered, national_agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    with national_scope():
        return entered(national_agent())


@pytest.fixture
def shop() -> Boutique:
    with national_scope():
        return Boutique.objects.get(site_id="90000011")


def read_again(shop: Boutique) -> Boutique:
    with national_scope():
        return Boutique.objects.get(pk=shop.pk)


def test_no_page_shows_a_secret(client, shop):
    pages = [
        client.get(address).content.decode()
        for address in (
            "/national/payments/boutique/",
            f"/national/payments/boutique/{shop.pk}/change/",
            f"/national/payments/boutique/{shop.pk}/history/",
        )
    ]

    for page in pages:
        assert shop.key not in page
        assert shop.rest_password not in page
    assert 'type="password"' in pages[1]


def test_an_empty_secret_keeps_the_one_that_is_there(client, shop):
    client.post(
        f"/national/payments/boutique/{shop.pk}/change/",
        {
            "algorithm": "SHA-1",
            "active": "on",
            "return_mode": "NONE",
            "key": "",
            "rest_password": "",
        },
    )

    after = read_again(shop)
    assert after.algorithm == "SHA-1"
    assert (after.key, after.rest_password) == (shop.key, shop.rest_password)


def test_a_new_secret_replaces_the_old_one_and_the_history_does_not_say_it(client, shop):
    address = f"/national/payments/boutique/{shop.pk}/"

    client.post(
        f"{address}change/",
        {
            "algorithm": "HMAC-SHA-256",
            "active": "on",
            "return_mode": "NONE",
            "key": "nouvelle-cle",
            "rest_password": "",
        },
    )

    assert read_again(shop).key == "nouvelle-cle"
    assert "nouvelle-cle" not in client.get(f"{address}history/").content.decode()


def test_a_refused_form_does_not_send_the_secret_back(client, shop):
    page = client.post(
        "/national/payments/boutique/add/",
        {"caisse": shop.caisse_id, "site_id": "court", "key": "secret-saisi"},
    ).content.decode()

    assert "secret-saisi" not in page


def form_says(client, shop, **changes):
    return client.post(
        f"/national/payments/boutique/{shop.pk}/change/",
        {"algorithm": shop.algorithm, "active": "on", "return_mode": "NONE", **changes},
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("payment_cards", "CB, VISA"),
        ("payment_cards", "CB;;VISA"),
        ("payment_cards", "cb"),
        ("theme_config", "SIMPLIFIED_DISPLAY"),
        ("theme_config", "SIMPLIFIED_DISPLAY=true;"),
        ("theme_config", 'SECURE_MESSAGE="un"'),
    ],
)
def test_what_would_have_every_form_refused_is_not_kept(client, shop, name, value):
    page = form_says(client, shop, **{name: value})

    assert "points-virgules" in page.content.decode()
    assert getattr(read_again(shop), name) == ""


def test_cards_and_theme_are_kept_as_the_platform_wants_them(client, shop):
    theme = "SIMPLIFIED_DISPLAY=true;SUCCESS_FOOTER_MSG_RETURN=Revenir à la Caf"

    form_says(client, shop, payment_cards="CB;VISA;E-CARTEBLEUE", theme_config=theme)

    after = read_again(shop)
    assert (after.payment_cards, after.theme_config) == ("CB;VISA;E-CARTEBLEUE", theme)


def test_a_shop_keeps_its_fund_number_and_mode(client, shop):
    other = Caisse.objects.get(code="331")

    client.post(
        f"/national/payments/boutique/{shop.pk}/change/",
        {
            "caisse": other.pk,
            "site_id": "11111111",
            "mode": "PRODUCTION",
            "algorithm": "SHA-1",
            "active": "on",
        },
    )

    after = read_again(shop)
    assert (after.caisse_id, after.site_id, after.mode) == (shop.caisse_id, "90000011", "TEST")


def test_a_shop_is_never_deleted_and_agents_do_not_see_shops(client, shop):
    with national_scope():
        agent = entered(agent_of("011"))

    deleted = client.post(f"/national/payments/boutique/{shop.pk}/delete/", {"post": "yes"})

    assert deleted.status_code == 403
    assert agent.get("/agents/payments/boutique/").status_code == 404
    assert agent.get("/national/payments/boutique/").status_code == 302


SDK_TEST = "http://127.0.0.1:9/api-payment/V4/Charge/SDKTest"


@pytest.fixture
def platform():
    def echo(request):
        value = json.loads(request.body)["value"]
        return 200, {}, json.dumps({"status": "SUCCESS", "answer": {"value": value}})

    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback("POST", SDK_TEST, callback=echo)
        yield mock


@pytest.fixture
def closed_shop(shop):
    with national_scope():
        Boutique.objects.filter(pk=shop.pk).update(active=False)
    return shop


def test_the_keys_can_be_checked_and_the_platform_is_asked(client, shop, platform):
    answer = client.post(f"/national/payments/boutique/{shop.pk}/verifier/", follow=True)

    assert "La plateforme accepte ces clés." in answer.content.decode()
    assert len(platform.calls) == 1


@pytest.mark.usefixtures("platform")
def test_a_shop_is_opened_by_another_person_who_types_its_number(client, closed_shop):
    address = f"/national/payments/boutique/{closed_shop.pk}"
    with national_scope():
        second = entered(national_agent("deuxieme"))

    client.post(f"{address}/demander/")
    alone = client.post(f"{address}/ouvrir/", {"number": closed_shop.site_id}, follow=True)
    assert "Une autre personne" in alone.content.decode()
    mistyped = second.post(f"{address}/ouvrir/", {"number": "1"}, follow=True)
    assert "Tapez le numéro" in mistyped.content.decode()
    assert read_again(closed_shop).active is False

    second.post(f"{address}/ouvrir/", {"number": closed_shop.site_id})

    assert read_again(closed_shop).active is True


def test_a_shop_whose_keys_do_not_work_is_not_opened(client, closed_shop):
    address = f"/national/payments/boutique/{closed_shop.pk}"

    answer = client.post(f"{address}/demander/", follow=True)

    assert "La plateforme n’a pas répondu" in answer.content.decode()
    assert read_again(closed_shop).opening_asked_by is None


def test_a_tick_does_not_open_a_shop_of_real_money(client, closed_shop):
    with national_scope():
        real = Boutique.objects.create(
            caisse_id=closed_shop.caisse_id,
            site_id="12345678",
            mode="PRODUCTION",
            key="k" * 16,
            rest_password="x",
            active=False,
        )

    answer = client.post(
        f"/national/payments/boutique/{real.pk}/change/",
        {"algorithm": "HMAC-SHA-256", "active": "on", "return_mode": "NONE"},
    )

    assert "il faut deux personnes" in answer.content.decode()
    assert read_again(real).active is False


def test_an_agent_of_a_fund_opens_nothing(closed_shop):
    with national_scope():
        agent = entered(agent_of("011"))

    for word in ("verifier", "demander", "ouvrir"):
        answer = agent.post(f"/national/payments/boutique/{closed_shop.pk}/{word}/")
        assert answer.status_code in {302, 403}
    assert read_again(closed_shop).active is False
