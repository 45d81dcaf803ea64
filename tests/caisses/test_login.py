"""Agents log in apart from debtors, and from nowhere near their sessions."""

import pytest
from django.test import Client, override_settings

from allocataires.session import Debtor
from caf_portal.database.scope import national_scope
from caisses.models import Agent
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, person_of
from tests.caisses.factories import PASSWORD, agent_of, entered, national_agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> Agent:
    with national_scope():
        return agent_of("011")


def log_in(client: Client, site: str, agent: Agent, password: str = PASSWORD):
    credentials = {"username": agent.username, "password": password}
    return client.post(f"/{site}/login/", credentials)


def test_the_login_page_is_in_french(client):
    page = client.get("/agents/login/").content.decode()

    assert '<html lang="fr"' in page
    assert "Nom d’utilisateur" in page
    assert "⚠undefined" not in page


def test_an_agent_enters_and_lands_on_the_home_page(client, agent):
    response = log_in(client, "agents", agent)

    assert response.status_code == 302
    assert response.url == "/agents/"
    assert client.get("/agents/").status_code == 200


def test_a_debtors_session_does_not_survive_an_agents_login(client, agent):
    with national_scope():
        creance = CreanceFactory()
    enter(client, person_of(creance))
    before = client.session.session_key

    log_in(client, "agents", agent)

    assert "debtor" not in client.session
    assert client.session.session_key != before


def test_an_agents_session_does_not_survive_a_debtors_identification(agent):
    client = entered(agent)
    with national_scope():
        creance = CreanceFactory()
        person = creance.allocataire
        reference = str(creance.reference(caisse=creance.caisse, allocataire=person))
    born = person.naissance_on
    typed = {
        "reference": reference,
        "birth_on_day": born.day,
        "birth_on_month": born.month,
        "birth_on_year": born.year,
    }

    client.post("/identification/", typed)

    assert Debtor(**client.session["debtor"]).allocataire_id == person.pk
    assert "_auth_user_id" not in client.session
    assert client.get("/agents/").status_code == 302


def test_a_debtor_is_no_agent_anywhere(client):
    with national_scope():
        creance = CreanceFactory()
    enter(client, person_of(creance))

    for address in ("/agents/", "/national/", "/agents/payments/payment/"):
        assert client.get(address).status_code == 302
    assert client.get("/api/v1/payments/").status_code == 403


def test_a_wrong_password_and_a_right_without_access_read_the_same(client, agent):
    wrong = log_in(client, "agents", agent, password="faux").context["form"].errors
    barred = log_in(client, "national", agent).context["form"].errors

    assert str(wrong) == str(barred)
    assert "_auth_user_id" not in client.session


def test_an_agent_without_a_right_does_not_enter(client):
    agent = Agent.objects.create_user("personne", password=PASSWORD)

    assert log_in(client, "agents", agent).status_code == 200
    assert "_auth_user_id" not in client.session


def test_django_flags_open_nothing(client):
    """``is_staff`` and ``is_superuser`` are not rights here."""
    root = Agent.objects.create_user("root", password=PASSWORD, is_staff=True, is_superuser=True)

    assert log_in(client, "agents", root).status_code == 200
    assert entered(root).get("/agents/").status_code == 302
    assert entered(root).get("/api/v1/creances/").status_code == 403


def test_a_deactivated_agent_is_out_at_the_next_request(agent):
    client = entered(agent)
    assert client.get("/agents/").status_code == 200

    Agent.objects.filter(pk=agent.pk).update(is_active=False)

    assert client.get("/agents/").status_code == 302


def test_an_agent_of_a_fund_is_sent_away_from_the_national_site(agent):
    response = entered(agent).get("/national/caisses/agent/")

    assert response.status_code == 302
    assert response.url.startswith("/national/login/")


def test_a_national_administrator_enters_both_sites():
    with national_scope():
        client = entered(national_agent())

    assert client.get("/national/").status_code == 200
    assert client.get("/agents/").status_code == 200


@override_settings(AXES_FAILURE_LIMIT=3)
def test_after_too_many_wrong_passwords_the_right_one_is_refused_too(client, agent):
    for _ in range(3):
        response = log_in(client, "agents", agent, password="faux")

    assert response.status_code == 429
    assert "Trop d’essais" in response.content.decode()
    assert log_in(client, "agents", agent).status_code == 429
