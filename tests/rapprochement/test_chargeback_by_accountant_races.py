"""Two accountants book the same chargeback at once, over real connections."""

from functools import partial

import pytest
from django.db import IntegrityError

from caf_portal.database.scope import national_scope
from caisses.models.habilitation import Role
from comptabilite.models import Ecriture
from payments.services.invariants import find_breaches
from rapprochement.models import SuiteImpaye
from rapprochement.services import chargeback_by_accountant
from rapprochement.services.chargeback_by_accountant import AlreadyBooked
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.refunds import pay
from tests.payments.test_races import at_once
from tests.payments.test_refund_races import slowly
from tests.rapprochement.test_chargeback_by_accountant import book, given_back
from tests.rapprochement.test_chargebacks import balance, record, told

pytestmark = pytest.mark.usefixtures("committed_db")


def both_book_what_came_back(monkeypatch):
    """Both read the line before either wrote."""
    with national_scope():
        creance = CreanceFactory()
        agents = [agent_of("011", login=f"comptable-{n}", role=Role.COMPTABLE) for n in (1, 2)]
    paid = pay(creance)
    record(told(paid, 240_00))
    record(given_back(paid, 240_00))
    slowly(monkeypatch, chargeback_by_accountant, "_refuse")
    works = [partial(book, agent, seen=240_00) for agent in agents]
    return creance, at_once(*works)


def test_two_accountants_at_once_book_it_once_and_one_is_told(monkeypatch):
    creance, results = both_book_what_came_back(monkeypatch)

    assert {type(each) for each in results} == {SuiteImpaye, AlreadyBooked}
    with national_scope():
        assert Ecriture.objects.filter(event="REPRESENTMENT").count() == 1
    assert balance(creance) == 0
    assert find_breaches() == []


def test_without_taking_turns_the_database_alone_stops_the_second(monkeypatch):
    monkeypatch.setattr(chargeback_by_accountant, "one_at_a_time", lambda *_words: None)

    _creance, results = both_book_what_came_back(monkeypatch)

    assert AlreadyBooked not in {type(each) for each in results}
    assert any(isinstance(each, IntegrityError) for each in results) or any(
        isinstance(each, chargeback_by_accountant.BookingRefused) for each in results
    )
