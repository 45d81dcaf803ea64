"""Agents' actions on a debt: their conditions, their line of history, and what the page says."""

from datetime import UTC, date, datetime, timedelta

import pytest

from allocataires.models import Etape
from allocataires.nomenclature import MouvementType as M
from allocataires.states import CreanceState as S
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models.habilitation import Role
from payments.services.invariants import find_breaches
from recouvrement.agent_actions import RULES, Action
from recouvrement.services.agent_moves import (
    ActionRefused,
    Order,
    act_on_debt,
    possible_actions,
)
from tests.allocataires.states import put_in_state
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import NOW
from tests.payments.pages import text_of
from tests.recouvrement.demandes import answer, ask, debt, fresh, history, move

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture
def agent():
    with national_scope():
        return agent_of("011")


@pytest.fixture
def accountant():
    with national_scope():
        return agent_of("011", login="comptable", role=Role.COMPTABLE)


def act(agent, creance, action, *, reason="Vu le dossier.", on=TODAY, stated=None, **how):
    now = how.pop("now", NOW)
    with caisse_scope(creance.caisse_id):
        cents = fresh(creance).balance_cents if stated is None else stated
        order = Order(Action(action), reason, on, cents, **how)
        return act_on_debt(agent=agent, creance_id=creance.pk, order=order, now=now)


def refused(creance, match):
    """Nothing has changed when the block ends."""

    class Check:
        def __enter__(self):
            self.before = (fresh(creance).state, fresh(creance).balance_cents, history(creance))
            self.raising = pytest.raises(ActionRefused, match=match)
            return self.raising.__enter__()

        def __exit__(self, *error):
            swallowed = self.raising.__exit__(*error)
            after = (fresh(creance).state, fresh(creance).balance_cents, history(creance))
            assert after == self.before
            return swallowed

    return Check()


@pytest.mark.parametrize(
    ("action", "state", "until_on"),
    [
        ("suspendre", S.SUSPENDUE, None),
        ("mettre-en-demeure", S.MISE_EN_DEMEURE, date(2026, 12, 21)),
        ("transferer", S.TRANSFEREE, None),
        ("surendettement", S.SURENDETTEMENT, None),
    ],
)
def test_an_action_moves_the_debt_and_keeps_who_why_and_when(agent, action, state, until_on):
    creance = debt("RSA")

    act(agent, creance, action)

    with national_scope():
        etape = Etape.objects.get()
        assert (etape.to_state, etape.cause, etape.agent) == (state, "AGENT", agent)
        assert (etape.note, etape.on, etape.until_on) == ("Vu le dossier.", TODAY, until_on)
    assert fresh(creance).state == state
    assert fresh(creance).balance_cents == 240_00
    assert find_breaches() == []


def test_a_suspension_may_have_an_end_that_the_person_reads(agent):
    creance = debt("PF")

    act(agent, creance, "suspendre", until_on=date(2027, 1, 31))

    with national_scope():
        assert Etape.objects.get().until_on == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("action", "kind", "state", "fields"),
    [
        ("annuler", M.ANNULATION, S.ANNULEE, {}),
        ("petit-montant", M.PETIT_MONTANT, S.PETIT_MONTANT, {"initial_cents": 76_99}),
        ("non-valeur", M.NON_VALEUR, S.NON_VALEUR, {"implanted_on": date(2025, 11, 20)}),
    ],
)
def test_an_end_posts_its_movement_on_what_is_left(accountant, action, kind, state, fields):
    creance = debt("RSA", **fields)
    left = creance.balance_cents

    act(accountant, creance, action)

    with national_scope():
        last = creance.mouvements.order_by("rank").last()
        assert (last.kind, last.amount_cents, last.balance_after_cents) == (kind, left, 0)
        assert last.source_id == Etape.objects.get().source_id
    assert fresh(creance).state == state
    assert history(creance) == [(state, "AGENT")]
    assert find_breaches() == []


@pytest.mark.parametrize("stopped", [S.SUSPENDUE, S.SURENDETTEMENT, S.TRANSFEREE, S.PRESCRITE])
def test_what_was_stopped_may_be_resumed(agent, stopped):
    creance = debt("RSA")
    move(creance, stopped)

    act(agent, creance, "reprendre")

    assert fresh(creance).state == S.EN_RECOUVREMENT


def test_a_debt_of_another_fund_is_not_resumed_here(agent):
    creance = debt("RSA")
    move(creance, S.MUTEE)

    with refused(creance, "ne peut pas être"):
        act(agent, creance, "reprendre")


@pytest.mark.parametrize("action", ["reprendre", "mettre-en-demeure", "contraindre"])
def test_nothing_is_claimed_while_a_demande_stops_it_by_law(agent, action):
    creance = debt("RSA")
    move(creance, S.MISE_EN_DEMEURE)
    ask(creance)

    with refused(creance, "répondez-y d’abord"):
        act(agent, creance, action)


def test_nothing_is_claimed_before_the_day_that_the_answer_said(agent):
    creance = debt("RSA")
    answer(agent, ask(creance), "REJETEE")

    with refused(creance, "Pas avant le 27 novembre 2026"):
        act(agent, creance, "reprendre")

    later = datetime(2026, 11, 27, 11, tzinfo=UTC)
    act(agent, creance, "reprendre", on=date(2026, 11, 27), now=later)
    assert fresh(creance).state == S.EN_RECOUVREMENT


def test_no_formal_notice_before_the_end_of_the_delay_to_rectify(agent):
    creance = debt("PF", notified_on=date(2026, 11, 3), state=S.NOTIFIEE)

    with refused(creance, "23 novembre 2026"):
        act(agent, creance, "mettre-en-demeure")


def test_a_contrainte_comes_a_month_after_the_formal_notice(agent):
    creance = debt("RSA")
    act(agent, creance, "mettre-en-demeure", on=date(2026, 10, 21))

    with refused(creance, "Pas avant le 24 novembre 2026"):
        act(agent, creance, "contraindre")

    later = datetime(2026, 11, 24, 11, tzinfo=UTC)
    etape = act(agent, creance, "contraindre", on=date(2026, 11, 24), now=later)
    assert etape.until_on == date(2026, 12, 9)


def test_only_rsa_goes_to_the_departement(agent):
    creance = debt("PPA")

    with refused(creance, "Seule une dette de RSA"):
        act(agent, creance, "transferer")


@pytest.mark.parametrize(("fraude", "years"), [(False, 2), (True, 5)])
def test_time_bars_a_debt_from_the_last_act_known(agent, fraude, years):
    creance = debt("PF", notified_on=date(2026 - years, 11, 21), fraude=fraude)

    with refused(creance, "Pas avant le 21 novembre 2026"):
        act(agent, creance, "prescrire")

    tomorrow = NOW + timedelta(days=1)
    act(agent, creance, "prescrire", on=date(2026, 11, 21), now=tomorrow)
    assert fresh(creance).state == S.PRESCRITE


def test_a_small_amount_is_under_the_threshold_of_its_year(agent):
    creance = debt("PF", initial_cents=28_00)

    with refused(creance, "moins de 28,00"):
        act(agent, creance, "petit-montant")


def test_a_year_without_a_ceiling_drops_nothing(agent):
    creance = debt("PF", initial_cents=5_00)
    later = datetime(2027, 3, 1, 11, tzinfo=UTC)

    with refused(creance, "n’est pas connu"):
        act(agent, creance, "petit-montant", on=date(2027, 3, 1), now=later)


def test_a_write_off_waits_a_year_and_for_the_accountant(agent, accountant):
    creance = debt("PF", implanted_on=date(2025, 11, 21))

    with refused(creance, "Pas avant le 21 novembre 2026"):
        act(accountant, creance, "non-valeur")
    tomorrow = NOW + timedelta(days=1)
    with refused(creance, "Seul un comptable"):
        act(agent, creance, "non-valeur", on=date(2026, 11, 21), now=tomorrow)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"reason": "  "}, "Écrivez pourquoi"),
        ({"on": date(2026, 11, 21)}, "avenir"),
        ({"on": date(2026, 5, 10)}, "notification"),
        ({"until_on": date(2026, 11, 19)}, "date de fin"),
    ],
)
def test_a_reason_and_possible_dates_are_needed(agent, how, words):
    creance = debt("PF")

    with refused(creance, words):
        act(agent, creance, "suspendre", **how)


def test_an_end_states_the_balance_that_the_agent_saw(agent):
    creance = debt("PF")

    with refused(creance, "240,00"):
        act(agent, creance, "annuler", stated=200_00)


def test_an_agent_of_another_fund_does_nothing():
    with national_scope():
        stranger = agent_of("331")
    creance = debt("PF")

    with refused(creance, "pas de droit"):
        act(stranger, creance, "suspendre")


@pytest.mark.parametrize("state", list(S))
def test_the_page_offers_exactly_what_the_table_of_moves_allows(agent, state):
    creance = debt("RSA")
    if state != S.EN_RECOUVREMENT:
        if state in {S.SOLDEE, S.REMISE, S.PETIT_MONTANT, S.ANNULEE, S.NON_VALEUR}:
            act(agent, creance, "annuler")
        else:
            move_by_road(creance, state)

    offered = {action.value for action in possible_actions(fresh(creance))}

    page = entered(agent).get(f"/agents/allocataires/creance/{creance.pk}/change/")
    shown = {action.value for action in Action if f"/{action.value}/" in page.content.decode()}
    assert shown == offered
    assert offered == set() or fresh(creance).balance_cents > 0


def move_by_road(creance, state):
    with national_scope():
        put_in_state(creance, state)


def test_every_action_has_its_rule():
    assert set(RULES) == set(Action)


def address(creance, action, site="agents"):
    return f"/{site}/allocataires/etape/dette/{creance.pk}/{action}/"


def said(creance, **fields):
    return {"reason": "Vu.", "on": "2026-11-20", "stated_cents": "24000", **fields}


def test_an_agent_acts_from_the_page_of_the_debt(agent, time_machine):
    time_machine.move_to(NOW, tick=False)
    creance = debt("RSA")
    browser = entered(agent)

    question = text_of(browser.get(address(creance, "transferer")))
    done = browser.post(
        address(creance, "transferer"), said(creance, reason="Paierie de l’Ain."), follow=True
    )

    assert "Qui suit la dette maintenant" in question
    assert "ses échéanciers par carte sont arrêtés" in question
    assert "C’est fait : la dette est « Transférée au département »" in text_of(done)
    assert "Paierie de l’Ain." in text_of(done)
    assert fresh(creance).state == S.TRANSFEREE


def test_a_refusal_is_a_sentence_and_changes_nothing(agent, time_machine):
    time_machine.move_to(NOW, tick=False)
    creance = debt("PPA")

    page = text_of(entered(agent).post(address(creance, "transferer"), said(creance)))

    assert "Seule une dette de RSA se transfère au département." in page
    assert history(creance) == []


@pytest.mark.parametrize("fields", [{"reason": ""}, {"on": "demain"}, {"stated_cents": "x"}])
def test_a_bad_form_changes_nothing(agent, fields):
    creance = debt("RSA")

    response = entered(agent).post(address(creance, "suspendre"), said(creance, **fields))

    assert response.status_code == 200
    assert response.context["form"].errors
    assert history(creance) == []


def test_another_fund_s_debt_and_an_unknown_action_are_not_found(time_machine):
    time_machine.move_to(NOW, tick=False)
    with national_scope():
        stranger = agent_of("331")
    creance = debt("RSA")
    browser = entered(stranger)

    assert browser.get(address(creance, "suspendre")).status_code == 404
    assert browser.post(address(creance, "suspendre"), said(creance)).status_code == 404
    assert browser.get(address(creance, "oublier")).status_code == 404
    assert history(creance) == []


def test_a_stop_by_an_agent_does_not_shorten_the_delay_after_an_answer(agent):
    """Suspended by hand while a demande waits, then rejected: the law's date still holds."""
    creance = debt("RSA")
    demande = ask(creance, "RECOURS")
    act(agent, creance, "suspendre")
    answer(agent, demande, "REJETEE")

    with refused(creance, "Pas avant le"):
        act(agent, creance, "reprendre")
