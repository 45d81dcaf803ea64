"""A null character is no text: refused in an address or a form, forgotten in a cookie."""

import pytest
from django.test import Client
from django.urls import reverse

from caf_portal.database.scope import national_scope
from caisses.sites import BOTH_SITES
from tests.caisses.factories import agent_of, entered, national_agent

pytestmark = pytest.mark.django_db
SITES = {site.name: site for site in BOTH_SITES}
PUBLIC = (
    "/",
    "/payer/",
    "/payer/plusieurs-fois/",
    "/lien/abc/",
    "/agents/login/",
    "/national/login/",
    "/paiement/retour/7d0b1f1e-8f3a-4a35-8b3f-0d9a3a1f7c11/",
    "/nulle-part/",
)


def lists() -> list[tuple[str, str]]:
    """Each list of the two administrations, with each of its filters as parameters."""
    return [
        (
            site.name,
            reverse(f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_changelist"),
        )
        for site in BOTH_SITES
        for model in site._registry
    ]


def browser(site: str) -> Client:
    with national_scope():
        return entered(national_agent() if site == "national" else agent_of("011"))


@pytest.mark.parametrize(("site", "address"), lists())
@pytest.mark.parametrize(
    "parameter", ["q", "status", "status__exact", "mode__exact", "caisse", "o", "p"]
)
def test_a_filter_with_a_null_character_is_refused(site, address, parameter):
    response = browser(site).get(address, {parameter: "a\x00b"})

    assert response.status_code == 400
    assert "mal formée" in response.content.decode()


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_refuses_it_too(client, address):
    assert client.get(address, {"x": "\x00"}).status_code == 400
    assert client.get(address, {"\x00": "x"}).status_code == 400
    assert client.get(f"{address}%00/").status_code == 400


@pytest.mark.parametrize("address", ["/agents/login/", "/payer/", "/payer/confirmer/"])
def test_a_form_refuses_it_too(client, address):
    response = client.post(address, {"username": "a\x00", "password": "b", "choix": "\x00"})

    assert response.status_code == 400


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "django_language"])
def test_a_cookie_that_holds_one_is_as_if_it_were_not_there(client, settings, name):
    names = {"sessionid": settings.SESSION_COOKIE_NAME, "csrftoken": settings.CSRF_COOKIE_NAME}
    cookie = f'{names.get(name, settings.LANGUAGE_COOKIE_NAME)}="\\000aaaaaaaaaaaa"'

    for address in ("/", "/payer/", "/agents/"):
        assert client.get(address, headers={"cookie": cookie}).status_code in {200, 302}


def test_the_notification_still_reads_its_bytes(client):
    answer = client.post(
        "/paiement/ipn/", b"a=%00", content_type="application/x-www-form-urlencoded"
    )

    assert (answer.status_code, answer.content) == (400, b"KO-unreadable")
