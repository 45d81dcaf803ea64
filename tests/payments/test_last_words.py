"""One question more when an attempt's pages are dead: what a lost notification hid is found."""

from datetime import timedelta

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie
from payments.models import Payment
from payments.services.invariants import find_breaches
from payments.services.last_words import ask_last_word, ended_to_ask
from payments.services.notifications import receive_notification
from payments.services.polling import Target
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, open_payment, signed_body
from tests.payments.rest_double import RestDouble

FORM = "application/x-www-form-urlencoded"
TOO_EARLY = NOW + timedelta(minutes=19)
DEAD = NOW + timedelta(minutes=21)

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform():
    double = RestDouble()
    with double.listening():
        yield double


@pytest.fixture
def payment():
    with national_scope():
        creance = CreanceFactory()
    return open_payment(creance)


def told(payment, **changes):
    receive_notification(body=signed_body(payment, **changes), content_type=FORM, now=NOW)


def target(payment):
    return Target(payment.pk, payment.caisse_id)


def status_of(payment):
    with caisse_scope(payment.caisse_id):
        return Payment.objects.get(pk=payment.pk).status


def test_a_second_try_that_succeeded_in_silence_is_found(payment, platform):
    told(payment, vads_trans_status="REFUSED", vads_trans_uuid="1" * 32)
    platform.took(payment, uuid="1" * 32, status="REFUSED")
    platform.took(payment, uuid="2" * 32, status="AUTHORISED")
    assert status_of(payment) == "REFUSED"

    assert ended_to_ask(now=DEAD) == [target(payment)]
    assert ask_last_word(target(payment), now=DEAD)

    assert status_of(payment) == "PAID"
    assert find_breaches() == []


def test_a_second_page_paid_in_silence_is_held_and_shown(payment, platform):
    told(payment, vads_trans_uuid="1" * 32)
    platform.took(payment, uuid="1" * 32)
    platform.took(payment, uuid="2" * 32)

    ask_last_word(target(payment), now=DEAD)

    assert status_of(payment) == "PAID"
    with caisse_scope(payment.caisse_id):
        assert Anomalie.objects.get().kind == "SECOND_PAYMENT"
    assert find_breaches() == []


def test_it_is_asked_once_and_not_before_the_pages_are_dead(payment, platform):
    told(payment)
    assert ended_to_ask(now=TOO_EARLY) == []

    ask_last_word(target(payment), now=DEAD)

    assert ended_to_ask(now=DEAD + timedelta(minutes=2)) == []


def test_an_answer_that_came_before_the_pages_were_dead_is_not_the_last_word(payment, platform):
    told(payment)
    ask_last_word(target(payment), now=TOO_EARLY)

    assert ended_to_ask(now=DEAD) == [target(payment)]


def test_a_platform_that_does_not_answer_is_asked_again(payment, platform):
    told(payment)
    platform.trouble = "down"

    assert not ask_last_word(target(payment), now=DEAD)

    assert ended_to_ask(now=DEAD + timedelta(minutes=2)) == [target(payment)]


def test_an_attempt_in_progress_is_the_work_of_the_poll(payment, platform):
    assert ended_to_ask(now=DEAD) == []


def test_a_week_of_silence_is_left_to_the_bank_s_statements(payment, platform):
    told(payment)

    assert ended_to_ask(now=NOW + timedelta(days=8)) == []
