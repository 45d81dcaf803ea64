"""Agents ask, decide and follow refunds in their pages."""

import pytest

from caf_portal.database.scope import national_scope
from payments.models import Payment, Refund
from payments.timeline import timeline_of
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered, national_agent
from tests.payments.pages import text_of
from tests.payments.refunds import approve, ask, pay, send, take, two_agents

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid():
    with national_scope():
        creance = CreanceFactory()
    return pay(creance)


@pytest.fixture
def agents():
    return two_agents()


def page_of(paid, site="agents"):
    return f"/{site}/payments/payment/{paid.payment.pk}/change/"


def ask_page(paid, site="agents"):
    return f"/{site}/payments/refund/demander/{paid.transaction.pk}/"


def refund_page(refund, end="change", site="agents"):
    return f"/{site}/payments/refund/{refund.pk}/{end}/"


def only_refund():
    with national_scope():
        return Refund.objects.get()


def test_the_page_of_a_payment_says_what_may_be_given_back_and_offers_it(paid, agents):
    page = entered(agents[0]).get(page_of(paid))

    assert "240,00 € peuvent encore être rendus" in text_of(page)
    assert ask_page(paid) in page.content.decode()


def test_a_payment_without_money_offers_nothing(agents):
    with national_scope():
        creance = CreanceFactory()
    refused = pay(creance, status="REFUSED")

    page = text_of(entered(agents[0]).get(page_of(refused)))

    assert "Rendre de l’argent" not in page


def test_an_agent_asks_and_another_one_approves(paid, agents):
    asker, decider = (entered(agent) for agent in agents)
    form = asker.get(ask_page(paid))
    assert 'value="240,00"' in form.content.decode()

    asked = asker.post(
        ask_page(paid), {"amount": "40,50", "reason": "payé deux fois", "stated_cents": "24000"}
    )
    assert asked.headers["Location"] == page_of(paid)
    refund = only_refund()
    assert (refund.amount_cents, refund.reason) == (40_50, "payé deux fois")

    mine, theirs = (client.get(refund_page(refund)) for client in (asker, decider))
    assert "Approuver" not in text_of(mine)
    assert "une autre personne doit décider" in text_of(mine)
    assert "Approuver" in text_of(theirs)

    decider.post(refund_page(refund, "approuver"))
    assert only_refund().status == "SENDING"
    with paid.platform.listening():
        assert send(refund) == "DONE"
    after = text_of(decider.get(page_of(paid)))
    assert "40,50 € rendus" in after
    assert "199,50 € peuvent encore être rendus" in after


def test_whoever_asked_is_refused_even_without_the_button(paid, agents):
    refund = ask(agents[0], paid, 40_00)

    answer = entered(agents[0]).post(refund_page(refund, "approuver"), follow=True)

    assert "Une autre personne que celle qui l’a demandé doit décider." in text_of(answer)
    assert only_refund().status == "ASKED"


def test_another_agent_rejects(paid, agents):
    refund = ask(agents[0], paid, 40_00)

    entered(agents[1]).post(refund_page(refund, "rejeter"))

    refund = only_refund()
    assert (refund.status, refund.decided_by) == ("REJECTED", agents[1])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("beaucoup", "Écrivez un montant en euros"),
        ("-5", "Écrivez un montant en euros"),
        ("0", "doit être compris entre"),
        ("240,01", "doit être compris entre"),
    ],
)
def test_an_amount_that_makes_no_sense_is_said(paid, agents, typed, said):
    answer = entered(agents[0]).post(
        ask_page(paid), {"amount": typed, "reason": "erreur", "stated_cents": "24000"}
    )

    assert said in text_of(answer)
    with national_scope():
        assert not Refund.objects.exists()


def test_an_agent_who_looked_too_long_is_told_what_is_left_and_may_go_on(paid, agents):
    ask(agents[1], paid, 100_00)
    client = entered(agents[0])
    late = {"amount": "140", "reason": "erreur", "stated_cents": "24000"}

    answer = client.post(ask_page(paid), late)

    assert "Le reste remboursable a changé" in text_of(answer)
    assert 'name="stated_cents" value="14000"' in answer.content.decode()


def test_a_duplicate_on_the_suspense_account_is_offered_beside_the_good_payment(paid, agents):
    twin = take(paid.payment, paid.platform)

    page = entered(agents[0]).get(page_of(paid))

    assert ask_page(paid) in page.content.decode()
    assert ask_page(twin) in page.content.decode()
    assert "déduite d’aucune dette" in text_of(page)


def test_the_list_is_filtered_by_status(paid, agents):
    refund = ask(agents[0], paid, 40_00)
    client = entered(agents[1])

    asked = client.get("/agents/payments/refund/?status__exact=ASKED").content.decode()
    done = client.get("/agents/payments/refund/?status__exact=DONE").content.decode()

    assert refund_page(refund) in asked
    assert refund_page(refund) not in done


def test_a_national_administrator_may_ask_and_decide(paid):
    with national_scope():
        one, other = national_agent("une"), national_agent("autre")
    entered(one).post(
        ask_page(paid, "national"), {"amount": "1", "reason": "geste", "stated_cents": "24000"}
    )

    entered(other).post(refund_page(only_refund(), "approuver", "national"))

    assert only_refund().status == "SENDING"


def test_an_agent_of_another_fund_finds_nothing(paid, agents):
    refund = ask(agents[0], paid, 40_00)
    with national_scope():
        stranger = entered(agent_of("331"))

    assert stranger.get(ask_page(paid)).status_code == 404
    assert stranger.post(refund_page(refund, "approuver")).status_code == 404
    assert stranger.get(refund_page(refund)).status_code == 302
    assert only_refund().status == "ASKED"


def test_a_decision_is_not_taken_by_a_link(paid, agents):
    refund = ask(agents[0], paid, 40_00)

    assert entered(agents[1]).get(refund_page(refund, "approuver")).status_code == 405


def test_the_platform_is_asked_at_an_agents_request(paid, agents):
    answer = entered(agents[0]).post(
        f"/agents/payments/payment/{paid.payment.pk}/interroger/", follow=True
    )

    assert "La plateforme est interrogée" in text_of(answer)
    assert paid.reload().check_requested_at is not None


def test_the_story_of_a_payment_tells_its_refund_to_the_journal(paid, agents):
    refund = approve(agents[1], ask(agents[0], paid, 240_00))
    with paid.platform.listening():
        send(refund)

    with national_scope():
        steps = timeline_of(Payment.objects.get(pk=paid.payment.pk))
    story = [
        step.kind for step in steps[steps.index(next(s for s in steps if s.kind == "refund")) :]
    ]
    assert story.count("refund") == 3
    assert {"move", "mouvement", "ecriture", "message"} <= set(story)
    titles = " ".join(str(step.title) for step in steps)
    assert "Remboursement demandé : 240,00" in titles
    assert "Remboursement approuvé" in titles
