"""French first, English on request, and a switch that cannot be used to send people away."""

import pytest
from django.test import Client
from django.urls import reverse

SWITCH = reverse("allocataires:set_language")
HOME = reverse("allocataires:home")
LEGAL = reverse("allocataires:legal")

pytestmark = pytest.mark.usefixtures("db")


def test_french_is_the_language_of_who_asks_for_neither(client: Client) -> None:
    html = client.get(HOME, headers={"Accept-Language": "de"}).content.decode()

    assert '<html lang="fr">' in html
    assert "Rembourser une dette" in html


def test_a_browser_in_english_reads_english(client: Client) -> None:
    html = client.get(HOME, headers={"Accept-Language": "en-GB,en;q=0.9"}).content.decode()

    assert '<html lang="en">' in html
    assert "Repay a debt" in html


def test_the_switch_changes_the_language_and_goes_back_to_the_page(client: Client) -> None:
    response = client.post(SWITCH, {"language": "en", "next": LEGAL})

    assert response.headers["Location"] == LEGAL
    assert '<html lang="en">' in client.get(HOME).content.decode()
    client.post(SWITCH, {"language": "fr"})
    assert '<html lang="fr">' in client.get(HOME).content.decode()


@pytest.mark.parametrize("language", ["de", "", "../../etc"])
def test_a_language_we_do_not_have_changes_nothing(client: Client, language: str) -> None:
    client.post(SWITCH, {"language": language})

    assert client.cookies == {}
    assert '<html lang="fr">' in client.get(HOME).content.decode()


@pytest.mark.parametrize("next_page", ["https://example.org/", "//example.org", "javascript:x"])
def test_the_switch_sends_nobody_elsewhere(client: Client, next_page: str) -> None:
    response = client.post(SWITCH, {"language": "en", "next": next_page})

    assert response.headers["Location"] == HOME


def test_the_switch_is_a_form_and_not_a_link(client: Client) -> None:
    assert client.get(SWITCH).status_code == 405


def test_the_switch_offers_the_other_language_and_comes_back_here(client: Client) -> None:
    html = client.get(LEGAL).content.decode()

    assert 'name="language" value="en" lang="en">English</button>' in html
    assert f'name="next" value="{LEGAL}"' in html
