"""The first national administrator is created by a command that asks for the password."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from caf_portal.database.scope import national_scope
from caisses.management.commands import create_national_admin
from caisses.models import Agent
from caisses.perms import rights_of

GOOD = "un bon mot de passe 2026"

pytestmark = pytest.mark.django_db


def typed(monkeypatch, *passwords):
    answers = iter(passwords)
    monkeypatch.setattr(create_national_admin.getpass, "getpass", lambda _prompt: next(answers))


def test_the_person_may_log_in_and_see_every_fund(monkeypatch):
    typed(monkeypatch, GOOD, GOOD)

    call_command("create_national_admin", "premiere", verbosity=0)

    agent = Agent.objects.get()
    assert rights_of(agent).national
    client = Client()
    client.post("/national/login/", {"username": "premiere", "password": GOOD})
    assert client.get("/national/").status_code == 200


@pytest.mark.parametrize(
    ("username", "passwords", "why"),
    [
        ("premiere", (GOOD, GOOD + "!"), "differ"),
        ("premiere", ("court", "court"), "12"),
        ("pas un login !", (GOOD, GOOD), "utilisateur"),
        ("deja", (GOOD, GOOD), "exists already"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_created(monkeypatch, username, passwords, why):
    with national_scope():
        Agent.objects.create_user("deja")
    typed(monkeypatch, *passwords)

    with pytest.raises(CommandError, match=why):
        call_command("create_national_admin", username, verbosity=0)
    assert Agent.objects.count() == 1
