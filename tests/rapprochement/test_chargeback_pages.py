"""The page from which an accountant books a chargeback, reached from the work list."""

import pytest

from caf_portal.database.scope import national_scope
from caisses.models.habilitation import Role
from comptabilite.models import Anomalie
from rapprochement.models import SuiteImpaye
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.payments.pages import text_of
from tests.payments.refunds import pay
from tests.rapprochement.test_chargeback_by_accountant import given_back, refunded, waiting_impaye
from tests.rapprochement.test_chargebacks import balance, record, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory()


@pytest.fixture
def comptable():
    with national_scope():
        return agent_of("011", role=Role.COMPTABLE, login="comptable")


def page_of(impaye) -> str:
    return f"/agents/rapprochement/impaye/{impaye.pk}/enregistrer/"


def taken_beyond(creance):
    paid = pay(creance)
    refunded(paid, 40_00)
    record(told(paid, 240_00))
    return waiting_impaye()


def words(response) -> str:
    return text_of(response).replace("\xa0", " ")


def test_the_work_list_leads_to_the_page_and_the_page_tells_what_will_be_written(
    creance, comptable
):
    impaye = taken_beyond(creance)
    with national_scope():
        line = Anomalie.objects.get(kind="CHARGEBACK_TO_BOOK")
    browser = entered(comptable)

    work = browser.get(f"/agents/comptabilite/anomalie/{line.pk}/change/")
    shown = words(browser.get(page_of(impaye)))

    assert page_of(impaye) in work.content.decode()
    assert "settled_note" not in work.content.decode(), "words alone do not settle it"
    assert "La banque a repris 240,00 €" in shown
    assert "200,00 € repris sur le paiement" in shown
    assert "40,00 € au compte d’attente" in shown


def test_an_accountant_books_it_there_and_finds_it_booked(creance, comptable):
    impaye = taken_beyond(creance)
    browser = entered(comptable)

    answer = browser.post(
        page_of(impaye), {"note": "Avis n° 12", "stated_cents": "20000"}, follow=True
    )
    again = browser.post(
        page_of(impaye), {"note": "Avis n° 12", "stated_cents": "20000"}, follow=True
    )

    assert "Suite donnée" in words(answer)
    assert "Avis n° 12" in words(answer)
    assert "déjà enregistré" in words(again)
    with national_scope():
        assert SuiteImpaye.objects.count() == 1
    assert balance(creance) == 240_00


def test_what_changed_meanwhile_is_shown_again_before_it_is_written(creance, comptable):
    impaye = taken_beyond(creance)
    browser = entered(comptable)

    answer = browser.post(page_of(impaye), {"note": "x", "stated_cents": "24000"})

    assert "La situation a changé" in words(answer)
    assert 'value="20000"' in answer.content.decode()
    assert balance(creance) == 40_00


def test_an_agent_reads_the_page_and_books_nothing(creance, comptable):
    impaye = taken_beyond(creance)
    with national_scope():
        browser = entered(agent_of("011", login="agent"))

    shown = browser.get(page_of(impaye))
    answer = browser.post(page_of(impaye), {"note": "x", "stated_cents": "20000"})

    assert "Seule une personne habilitée comme comptable" in words(shown)
    assert 'name="note"' not in shown.content.decode()
    assert "Seule une personne habilitée comme comptable" in words(answer)
    assert balance(creance) == 40_00


def test_the_page_of_money_given_back_names_the_debts_that_are_paid_again(creance, comptable):
    paid = pay(creance)
    record(told(paid, 240_00))
    record(given_back(paid, 240_00))

    shown = words(entered(comptable).get(page_of(waiting_impaye())))

    assert "La banque a rendu 240,00 €" in shown
    assert f"{creance} : 240,00 €" in shown
    assert "La personne sera prévenue" in shown


def test_the_person_reads_on_the_payment_that_it_counts_again(creance, comptable):
    paid = pay(creance)
    record(told(paid, 240_00))
    record(given_back(paid, 240_00))
    impaye = waiting_impaye()
    browser = entered(comptable)
    browser.post(page_of(impaye), {"note": "x", "stated_cents": "24000"})

    timeline = words(browser.get(f"/agents/payments/payment/{paid.payment.pk}/change/"))

    assert "la banque a repris 240,00 €" in timeline
    assert "la banque a rendu 240,00 €" in timeline
