"""Rights are granted and revoked by national administrators, and take effect at once."""

import pytest

from caf_portal.database.scope import national_scope
from caisses.models import Agent, Caisse, Habilitation
from caisses.models.habilitation import Role
from caisses.perms import rights_of
from caisses.services.habilitations import LastNationalRight, grant, revoke
from tests.caisses.factories import PASSWORD, agent_of, entered, national_agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    with national_scope():
        yield national_agent()


def fresh(agent: Agent) -> Agent:
    """The same agent at the next request: rights are kept for one request."""
    return Agent.objects.get(pk=agent.pk)


def test_a_right_is_granted_once(admin):
    agent = agent_of("011")
    ain = Caisse.objects.get(code="011")

    again = grant(agent=agent, role=Role.AGENT, caisse=ain, actor=admin)

    assert Habilitation.objects.filter(agent=agent).get() == again
    assert rights_of(fresh(agent)).caisse_ids == {ain.pk}


def test_a_revoked_right_is_gone_at_the_next_request(admin):
    agent = agent_of("011")

    revoke(habilitation=agent.habilitations.get(), actor=admin)

    assert not rights_of(fresh(agent)).any


def test_the_last_national_right_stays(admin):
    right = admin.habilitations.get()

    with pytest.raises(LastNationalRight):
        revoke(habilitation=right, actor=admin)

    assert rights_of(fresh(admin)).national


def test_a_national_right_may_go_while_another_active_administrator_remains(admin):
    other = national_agent("autre")

    revoke(habilitation=other.habilitations.get(), actor=admin)

    assert not rights_of(fresh(other)).any


def test_an_inactive_administrator_does_not_count_as_the_other_one(admin):
    other = national_agent("autre")
    Agent.objects.filter(pk=other.pk).update(is_active=False)

    with pytest.raises(LastNationalRight):
        revoke(habilitation=admin.habilitations.get(), actor=admin)


def test_the_admin_grants_by_the_agents_name(admin):
    Agent.objects.create_user("nouveau", password=PASSWORD)
    ain = Caisse.objects.get(code="011")
    fields = {"agent": "nouveau", "role": "COMPTABLE", "caisse": ain.pk}

    response = entered(admin).post("/national/caisses/habilitation/add/", fields)

    assert response.status_code == 302
    assert Habilitation.objects.filter(agent__username="nouveau", role=Role.COMPTABLE).exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"agent": "inconnu", "role": "AGENT"}, "Aucun agent actif"),
        ({"agent": "nationale", "role": "AGENT", "caisse": ""}, "Choisissez la caisse"),
        ({"agent": "nationale", "role": "NATIONAL", "caisse": "011"}, "n’a pas de caisse"),
    ],
)
def test_the_admin_says_why_a_right_cannot_be_granted(admin, fields, said):
    if fields.get("caisse"):
        fields = {**fields, "caisse": Caisse.objects.get(code=fields["caisse"]).pk}

    page = entered(admin).post("/national/caisses/habilitation/add/", fields).content.decode()

    assert said in page


def test_the_admin_revokes_and_keeps_the_last_national_right(admin):
    agent = agent_of("011")
    client = entered(admin)
    address = "/national/caisses/habilitation/{}/delete/"

    client.post(address.format(agent.habilitations.get().pk), {"post": "yes"})
    kept = client.post(
        address.format(admin.habilitations.get().pk), {"post": "yes"}, follow=True
    ).content.decode()

    assert not Habilitation.objects.filter(agent=agent).exists()
    assert "Il ne resterait aucun administrateur national" in kept
    assert rights_of(fresh(admin)).national


def test_an_agent_is_created_then_deactivated_and_never_deleted(admin):
    client = entered(admin)
    words = {
        "username": "embauche",
        "usable_password": "true",
        "password1": "une phrase assez longue",
        "password2": "une phrase assez longue",
        "habilitations-TOTAL_FORMS": 0,
        "habilitations-INITIAL_FORMS": 0,
    }

    created = client.post("/national/caisses/agent/add/", words)
    agent = Agent.objects.get(username="embauche")
    client.post(
        f"/national/caisses/agent/{agent.pk}/change/",
        {"username": "embauche", "last_name": "Exemple", **dict(list(words.items())[-2:])},
    )

    assert created.status_code == 302
    agent.refresh_from_db()
    assert (agent.is_active, agent.last_name, agent.is_staff) == (False, "Exemple", False)
    assert client.post(f"/national/caisses/agent/{agent.pk}/delete/").status_code == 403


def test_nobody_deactivates_himself(admin):
    words = {
        "username": admin.username,
        "habilitations-TOTAL_FORMS": 1,
        "habilitations-INITIAL_FORMS": 1,
    }

    page = entered(admin).post(f"/national/caisses/agent/{admin.pk}/change/", words)

    assert "Vous ne pouvez pas désactiver votre propre compte" in page.content.decode()
    assert fresh(admin).is_active
