"""Agents read plans and stop what remains of them."""

import pytest

from caf_portal.database.scope import national_scope
from payments.services.stopping import PlanNotStopped
from payments.timeline import timeline_of
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered, national_agent
from tests.payments.pages import text_of
from tests.payments.plans import refuse, running_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(client):
    with national_scope():
        creance = CreanceFactory(initial_cents=100_00)
    plan = running_plan(client, creance)
    refuse(client, plan, 2)
    return plan


@pytest.fixture
def agent():
    with national_scope():
        return agent_of("011", login="agent")


def address(payment, end="change", site="agents"):
    return f"/{site}/allocataires/echeancier/{payment.echeancier_id}/{end}/"


@pytest.mark.parametrize("site", ["agents", "national"])
def test_the_list_says_what_was_promised_and_what_came_in(payment, agent, site):
    with national_scope():
        reader = agent if site == "agents" else national_agent()

    page = text_of(entered(reader).get(f"/{site}/allocataires/echeancier/"))

    assert payment.reference in page
    assert "100,00 €" in page
    assert "33,33 €" in page


def test_the_page_of_a_plan_has_its_dues(payment, agent):
    page = text_of(entered(agent).get(address(payment)))

    assert "Payée par carte à son échéance" in page
    assert "Refusée, à payer autrement" in page
    assert "Arrêter ce qui reste à débiter" in page


def test_the_page_of_the_payment_shows_the_plan_and_its_story(payment, agent):
    page = text_of(entered(agent).get(f"/agents/payments/payment/{payment.pk}/change/"))

    assert "Échéances : promis, encaissé" in page
    assert "Échéance 2 : Refusée, à payer autrement" in page
    assert "Anomalie : Échéance refusée par la banque" in page
    assert "Message préparé : Échéance refusée" in page
    with national_scope():
        payment.refresh_from_db()
        kinds = [step.kind for step in timeline_of(payment)]
    assert kinds.count("mouvement") == 1
    assert kinds.count("ecriture") == 1


def test_a_refused_due_is_on_the_work_list(payment, agent):
    page = text_of(entered(agent).get("/agents/comptabilite/anomalie/?suite=ouvertes"))

    assert "Échéance refusée par la banque" in page


def test_stopping_is_asked_first(payment, agent):
    page = text_of(entered(agent).get(address(payment, "arreter")))

    assert "33,33 € sont encaissés" in page
    assert "33,34 € encore à débiter" in page


def test_stopping_is_done_outside_any_transaction_and_said(payment, agent, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "payments.admin.echeancier.stop_plan", lambda target, **how: asked.append((target, how))
    )

    answer = entered(agent).post(address(payment, "arreter"), follow=True)

    assert asked[0][0].payment_id == payment.pk
    assert asked[0][1]["cause"] == "AGENT"
    assert "L’échéancier est arrêté" in text_of(answer)


def test_a_platform_that_refuses_is_said(payment, agent, monkeypatch):
    def fail(*_args, **_how):
        raise PlanNotStopped("1 left")

    monkeypatch.setattr("payments.admin.echeancier.stop_plan", fail)

    answer = entered(agent).post(address(payment, "arreter"), follow=True)

    assert "La plateforme n’a pas tout annulé" in text_of(answer)


def test_an_agent_of_another_fund_sees_nothing_and_stops_nothing(payment, monkeypatch):
    monkeypatch.setattr("payments.admin.echeancier.stop_plan", pytest.fail)
    with national_scope():
        stranger = agent_of("131", login="ailleurs")
    client = entered(stranger)

    assert payment.reference not in text_of(client.get("/agents/allocataires/echeancier/"))
    assert client.get(address(payment, "arreter")).status_code == 404
    assert client.post(address(payment, "arreter")).status_code == 404
