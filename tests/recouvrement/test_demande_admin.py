"""Agents find what waits, the oldest first, read the debt and answer on one page."""

from datetime import timedelta

import pytest

from allocataires.models import MoisCreance
from caf_portal.database.scope import national_scope
from recouvrement.models import Demande
from tests.caisses.factories import agent_of, entered, national_agent
from tests.payments.factories import NOW
from tests.payments.pages import text_of
from tests.recouvrement.demandes import answer, ask, debt, fresh

pytestmark = pytest.mark.django_db
LIST = "/agents/recouvrement/demande/"


@pytest.fixture
def agent(time_machine):
    time_machine.move_to(NOW, tick=False)
    with national_scope():
        return agent_of("011")


def page_of(demande, end="change", site="agents"):
    return f"/{site}/recouvrement/demande/{demande.pk}/{end}/"


def shown(browser, query=""):
    return [row.pk for row in browser.get(LIST + query).context["cl"].result_list]


def kept(demande):
    with national_scope():
        return Demande.objects.get(pk=demande.pk)


def test_the_list_is_what_waits_the_oldest_first(agent):
    young = ask(debt("RSA"))
    old = ask(debt("RSA"), now=NOW - timedelta(days=12))
    done = answer(agent, ask(debt("RSA")), "REJETEE")
    browser = entered(agent)

    assert shown(browser) == [old.pk, young.pk]
    assert shown(browser, "?suite=closes") == [done.pk]
    assert set(shown(browser, "?suite=toutes")) == {old.pk, young.pk, done.pk}
    page = text_of(browser.get(LIST))
    assert "12 jours" in page
    assert "08/01/2027" in page, "the last day to answer the older one"


def test_the_page_shows_the_debt_its_months_and_its_history(agent):
    creance = debt("RSA")
    with national_scope():
        MoisCreance.objects.create(
            caisse=creance.caisse,
            creance=creance,
            month_on=creance.period_start_on,
            paid_cents=500_00,
            due_cents=260_00,
        )
    demande = ask(creance, message="J’avais tout déclaré.")
    browser = entered(agent)

    for end in ("change", "repondre"):
        page = text_of(browser.get(page_of(demande, end)))
        assert "J’avais tout déclaré." in page
        assert "janvier 2026 500,00 € 260,00 € 240,00 €" in page
        assert "Dette enregistrée" in page
        assert "Contestée" in page


def test_an_agent_answers_in_part(agent):
    creance = debt("RSA")
    demande = ask(creance, "REMISE")
    said = {"status": "PARTIELLE", "amount": "100,50", "reason": "Vu.", "stated_cents": "24000"}

    done = entered(agent).post(page_of(demande, "repondre"), said, follow=True)

    assert "La réponse est enregistrée" in text_of(done)
    assert (kept(demande).status, kept(demande).decided_by) == ("PARTIELLE", agent)
    assert fresh(creance).balance_cents == 139_50


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"status": ""}, "Ce champ est obligatoire"),
        ({"reason": ""}, "Ce champ est obligatoire"),
        ({"status": "PARTIELLE"}, "Écrivez un montant en euros"),
        ({"status": "PARTIELLE", "amount": "beaucoup"}, "Écrivez un montant en euros"),
        ({"status": "PARTIELLE", "amount": "240"}, "En partie : le montant"),
        ({"status": "REJETEE", "amount": "10"}, "Un montant ne se dit que pour"),
        ({"status": "RETIREE"}, "choix valide"),
        ({"stated_cents": "20000"}, "Le reste dû a changé entre-temps"),
    ],
)
def test_a_refused_answer_says_why_and_changes_nothing(agent, said, words):
    creance = debt("RSA")
    demande = ask(creance, "REMISE")
    whole = {"status": "ACCEPTEE", "amount": "", "reason": "Vu.", "stated_cents": "24000"}

    response = entered(agent).post(page_of(demande, "repondre"), {**whole, **said})

    assert response.status_code == 200
    assert words in text_of(response)
    assert kept(demande).status == "DEPOSEE"
    assert fresh(creance).balance_cents == 240_00


def test_after_a_change_the_page_states_the_new_balance_for_the_next_try(agent):
    demande = ask(debt("RSA"), "REMISE")
    said = {"status": "ACCEPTEE", "reason": "Vu.", "stated_cents": "20000"}

    form = entered(agent).post(page_of(demande, "repondre"), said).context["form"]

    assert form["stated_cents"].value() == "24000"


def test_what_was_answered_is_not_answered_again(agent):
    demande = answer(agent, ask(debt("RSA")), "REJETEE")
    said = {"status": "ACCEPTEE", "reason": "Vu.", "stated_cents": "24000"}

    again = entered(agent).post(page_of(demande, "repondre"), said, follow=True)

    assert "n’attend plus de réponse" in text_of(again)
    assert kept(demande).status == "REJETEE"
    assert "Répondre à cette demande" not in text_of(entered(agent).get(page_of(demande)))


def test_another_fund_neither_reads_nor_answers(agent):
    demande = ask(debt("RSA"))
    with national_scope():
        stranger = entered(agent_of("331"))
        national = entered(national_agent())
    said = {"status": "REJETEE", "reason": "Vu.", "stated_cents": "24000"}

    assert shown(stranger) == []
    assert stranger.get(page_of(demande, "repondre")).status_code == 404
    assert stranger.post(page_of(demande, "repondre"), said).status_code == 404
    assert kept(demande).status == "DEPOSEE"
    assert national.get(page_of(demande, "repondre", site="national")).status_code == 200
