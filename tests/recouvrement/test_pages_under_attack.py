"""Whatever a browser sends to the pages of plans, demandes and documents: told, never a crash."""

import pytest

from allocataires.models import Echeancier
from caf_portal.database.scope import national_scope
from recouvrement.models import Demande
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.sessions import enter, holder_of, person_of
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import NOW
from tests.recouvrement.demandes import ask
from tests.recouvrement.own_plans import dates_of, own_plan
from tests.recouvrement.test_plan_pages import fields_of

pytestmark = pytest.mark.django_db
NASTY = [
    *("a\x00b", "٣", "9" * 5000, "-1", "1e400", "0001-01-01", "9999-12-31", "²", ""),
    *("\u202e<script>", "\ufffe\U0001f4b6" * 500),
]
FINE = {200, 302, 400, 404, 405}


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def debts():
    with national_scope():
        person = AllocataireFactory()
        return [
            CreanceFactory(allocataire=person, nature="INK", initial_cents=240_00),
            CreanceFactory(allocataire=person, nature="IM3", initial_cents=100_00),
        ]


@pytest.fixture
def plan(debts):
    return own_plan(debts[0])


@pytest.fixture
def agent():
    with national_scope():
        return entered(agent_of("011"))


def altered(said, *names):
    """The same answers with one of them replaced by each nasty value in turn."""
    return [{**said, name: value} for name in names for value in NASTY]


def codes(send, page, answers):
    return {send(page, said).status_code for said in answers}


def test_a_change_of_dates_survives_anything(client, debts, plan):
    enter(client, person_of(debts[0]))
    before = dates_of(plan)
    page = f"/changer-echeancier/{plan.public_id}/"
    said = {"quoi": "DEPLACEE", "rang": "1", "date": "2026-12-08", "vu": "x"}
    answers = altered(said, *said)

    assert codes(client.get, page, answers) <= FINE
    assert codes(client.post, page, answers) <= FINE

    assert dates_of(plan) == before


def test_a_proposal_survives_anything(client, debts):
    enter(client, person_of(debts[0]))
    said = {"mensualite": "40", "jour": "6", "moyen": "DEMANDE", "debut": "", "conseil": ""}
    hidden = fields_of(client.get("/etaler/", said))
    agreed = {**said, **hidden, "accord": "on"}
    assert "choix" in hidden

    assert codes(client.get, "/etaler/", altered(said, *said)) <= FINE
    assert codes(client.post, "/etaler/accepter/", altered(agreed, *hidden)) <= FINE

    with national_scope():
        assert Echeancier.objects.count() <= 1, "one choice gives one plan"


def test_the_scale_survives_anything(client, debts):
    enter(client, person_of(debts[0]))
    said = {"foyer": "single", "enfants": "1", "ressources": "850"}
    answers = altered(said, *said, "prestations", "logement")

    assert codes(client.post, "/combien-par-mois/", answers) <= FINE


@pytest.mark.parametrize("name", ["message", "email"])
@pytest.mark.parametrize("value", NASTY)
def test_a_demande_survives_anything(client, debts, name, value):
    enter(client, person_of(debts[0]))
    page = f"/mes-creances/{debts[0].public_id}/demander"
    said = {"message": "Non.", "email": "", name: value}

    assert client.post(f"{page}/contestation/", said).status_code in FINE
    assert client.post(f"{page}/a%00b/", said).status_code in FINE


def test_a_statement_and_a_check_survive_anything(client, debts):
    enter(client, person_of(debts[0]))
    page = f"/mes-creances/{debts[0].public_id}/releve.pdf"

    assert codes(client.get, page, altered({}, "au")) <= FINE
    assert codes(client.post, "/verifier/", altered({}, "code")) <= FINE | {429}


@pytest.mark.parametrize("word", ["suspendre", "non-valeur", "mettre-en-demeure", "petit-montant"])
def test_an_agents_action_survives_anything(agent, debts, word):
    page = f"/agents/recouvrement/etape/dette/{debts[0].pk}/{word}/"
    said = {"reason": "Vu.", "on": "2026-11-20", "stated_cents": "24000"}

    assert codes(agent.post, page, altered(said, *said, "until_on")) <= FINE


@pytest.mark.parametrize("name", ["status", "amount", "reason", "stated_cents"])
def test_an_answer_survives_anything(agent, debts, name):
    page = f"/agents/recouvrement/demande/{ask(debts[0], 'REMISE').pk}/repondre/"
    said = {"status": "PARTIELLE", "amount": "1", "reason": "x", "stated_cents": "24000"}

    assert codes(agent.post, page, altered(said, name)) <= FINE


@pytest.mark.parametrize("end", ["changer", "decider"])
def test_an_agents_change_survives_anything(agent, plan, end):
    page = f"/agents/allocataires/echeancier/{plan.pk}/{end}/"
    said = {"quoi": "DEPLACEE", "rang": "1", "date": "2026-12-08", "vu": "x", "motif": "m"}

    assert codes(agent.post, page, altered({**said, "decision": "refuser"}, *said)) <= FINE


def test_a_letter_reaches_nothing_of_the_other_debt(client, debts, plan):
    demande = ask(debts[0], "RECOURS")
    enter(client, holder_of(debts[1]))
    debt, mine = f"/mes-creances/{debts[0].public_id}", f"/remboursement-etale/{plan.public_id}"
    read = [f"{debt}/releve.pdf", f"{debt}/quittance.pdf", f"{mine}/", f"{mine}/echeancier.pdf"]
    both = [
        f"/demandes/{demande.public_id}/retirer/",
        f"{debt}/demander/contestation/",
        f"{mine}/arreter/",
        f"/changer-echeancier/{plan.public_id}/",
    ]

    assert {client.get(page).status_code for page in read + both} == {404}
    assert {client.post(page).status_code for page in [*both, f"{mine}/payer/1/"]} == {404}
    with national_scope():
        assert Demande.objects.get().status == "DEPOSEE"
        assert Echeancier.objects.get().status == "ACTIVE"
