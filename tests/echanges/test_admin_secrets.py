"""Agents make keys and subscriptions; secrets are shown once, to who may equip the fund."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from django.test import Client

from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from echanges.models import Abonnement, CleApi
from tests.caisses.factories import agent_of, entered, national_agent
from tests.echanges.api.keys import calling, new_key
from tests.echanges.happenings import a_stop
from tests.echanges.receiver import Receiver, listening

pytestmark = pytest.mark.django_db
KEYS, SUBSCRIPTIONS = "/agents/echanges/cleapi/", "/agents/echanges/abonnement/"
SECRET = re.compile(r'<input id="secret"[^>]* value="([^"]+)"')


def caisse(code: str = "011") -> int:
    return Caisse.objects.get(code=code).pk


@pytest.fixture
def accountant() -> Client:
    with national_scope():
        return entered(agent_of("011", login="comptable", role=Role.COMPTABLE))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as each:
        yield each


def new_key_form(**changes: Any) -> dict[str, Any]:
    return {"caisse": caisse(), "label": "Logiciel de dettes", "may_write": "on", **changes}


def test_a_key_is_made_shown_once_and_works(accountant: Client):
    response = accountant.post(f"{KEYS}add/", new_key_form())

    (token,) = SECRET.findall(response.content.decode())
    assert "no-store" in response.headers["Cache-Control"]
    assert calling(token).get("/api/v1/evenements/").status_code == 200
    with national_scope():
        cle = CleApi.objects.get()
    for page in (KEYS, f"{KEYS}{cle.pk}/change/", f"{KEYS}{cle.pk}/history/"):
        assert token.split(".")[1] not in accountant.get(page).content.decode()


def test_a_national_administrator_makes_a_key_of_any_fund():
    with national_scope():
        client = entered(national_agent())

    response = client.post(
        "/national/echanges/cleapi/add/", new_key_form(caisse=caisse("331"), may_write="")
    )

    (token,) = SECRET.findall(response.content.decode())
    assert token.startswith("331-")
    with national_scope():
        assert CleApi.objects.get().may_write is False


def test_an_ordinary_agent_makes_no_key_and_may_revoke_one():
    cle, token = new_key("011")
    with national_scope():
        client = entered(agent_of("011", login="simple"))

    assert client.get(f"{KEYS}add/").status_code == 403
    assert client.post(f"{KEYS}add/", new_key_form()).status_code == 403
    client.post(f"{KEYS}{cle.pk}/revoquer/")

    assert calling(token).get("/api/v1/evenements/").json()["code"] == "key_revoked"
    with national_scope():
        assert CleApi.objects.count() == 1


def test_inv13_an_accountant_makes_no_key_of_another_fund(accountant: Client):
    response = accountant.post(f"{KEYS}add/", new_key_form(caisse=caisse("331")))

    assert response.status_code == 200
    assert SECRET.findall(response.content.decode()) == []
    with national_scope():
        assert not CleApi.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"label": ""}, "obligatoire"),
        ({"expires_on": "2020-01-01"}, "Ce jour est passé."),
        ({"expires_on": "demain"}, "date valide"),
        ({"caisse": ""}, "obligatoire"),
    ],
)
def test_a_form_that_is_not_right_says_why_and_makes_nothing(accountant, changes, words):
    response = accountant.post(f"{KEYS}add/", new_key_form(**changes))

    assert words in response.content.decode()
    with national_scope():
        assert not CleApi.objects.exists()


def test_a_subscription_is_made_stopped_and_given_another_secret(accountant, receiver):
    made = accountant.post(f"{SUBSCRIPTIONS}add/", {"caisse": caisse(), "url": receiver.url})
    (secret,) = SECRET.findall(made.content.decode())
    with national_scope():
        abonnement = Abonnement.objects.get()
    page = f"{SUBSCRIPTIONS}{abonnement.pk}/"

    accountant.post(f"{page}arreter/")
    with national_scope():
        stopped = not Abonnement.objects.get().active
    accountant.post(f"{page}activer/")
    (other,) = SECRET.findall(accountant.post(f"{page}secret/").content.decode())

    assert stopped
    assert abonnement.secret == secret != other
    with national_scope():
        assert Abonnement.objects.get().active
        assert Abonnement.objects.get().secret == other
    assert other not in accountant.get(f"{page}change/").content.decode()


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "ftp://x.example/", "n’importe quoi", ""])
def test_an_address_that_will_not_do_says_why_and_is_not_kept(accountant, url):
    response = accountant.post(f"{SUBSCRIPTIONS}add/", {"caisse": caisse(), "url": url})

    assert "errorlist" in response.content.decode()
    with national_scope():
        assert not Abonnement.objects.exists()


def test_the_secret_is_encrypted_at_rest_and_follows_the_newest_key(
    accountant, receiver, settings, capsys
):
    accountant.post(f"{SUBSCRIPTIONS}add/", {"caisse": caisse(), "url": receiver.url})
    with national_scope():
        secret = Abonnement.objects.get().secret
    newest = Fernet.generate_key().decode()
    former = settings.FIELD_ENCRYPTION_KEYS

    settings.FIELD_ENCRYPTION_KEYS = [newest, *former]
    call_command("rotate_field_keys")

    assert "1 subscription(s)" in capsys.readouterr().out
    settings.FIELD_ENCRYPTION_KEYS = [newest]
    with national_scope(), connection.cursor() as cursor:
        assert Abonnement.objects.get().secret == secret
        cursor.execute("SELECT secret FROM echanges_abonnement")
        assert secret not in cursor.fetchone()[0]


def test_events_are_downloaded_as_a_file(accountant: Client):
    a_stop()
    asked = {"caisse": caisse(), "apres": "0", "format": "csv"}

    page = accountant.get("/agents/echanges/evenementsortant/")
    response = accountant.post("/agents/echanges/evenementsortant/fichier/", asked)

    assert "/agents/echanges/evenementsortant/fichier/" in page.content.decode()
    assert accountant.get("/agents/echanges/evenementsortant/fichier/").status_code == 200
    content = b"".join(response.streaming_content).decode()
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="evenements-011-0-1.csv"'
    )
    assert content.count("\n") == 3


@pytest.mark.parametrize("asked", [{"apres": "-1"}, {"apres": "x"}, {"format": "xls"}, {}])
def test_a_download_that_makes_no_sense_or_of_another_fund_is_refused(accountant, asked):
    a_stop("331")
    asked = {"caisse": caisse("331") if not asked else caisse(), "apres": "0", **asked}

    response = accountant.post(
        "/agents/echanges/evenementsortant/fichier/", {"format": "csv", **asked}
    )

    assert "errorlist" in response.content.decode()
