"""Two strangers pay one link at once: one payment; and the control that proves the race is real."""

import threading
from contextlib import nullcontext, suppress
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.utils import timezone

from allocataires.models.creance import CreanceQuerySet
from caf_portal.database.scope import caisse_scope, national_scope
from payments.models import Payment
from payments.services import starting
from payments.services.links import create_link, start_link_payment
from payments.services.starting import PaymentAlreadyOpen
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def link():
    with national_scope():
        creance = CreanceFactory(initial_cents=240_00)
        agent = agent_of(creance.caisse.code)
        return create_link(
            allocataire=creance.allocataire,
            shares={creance.public_id: 100_00},
            last_on=timezone.localdate() + timedelta(days=30),
            author=agent,
            now=timezone.now(),
        )


def pay_at_once(link, *, unlocked):
    """Start two payments that both looked for an open attempt before either was written."""
    both_looked, outcomes = threading.Barrier(2, timeout=3), []
    look = starting._refuse_open_attempt

    def look_and_wait(creances, *, now):
        look(creances, now=now)
        with suppress(threading.BrokenBarrierError):
            both_looked.wait()

    def pay():
        try:
            with caisse_scope(link.caisse_id), transaction.atomic():
                start_link_payment(
                    link=link, expected_cents=100_00, email="", langue="fr", now=timezone.now()
                )
            outcomes.append("started")
        except PaymentAlreadyOpen:
            outcomes.append("already open")
        finally:
            connection.close()

    no_lock = patch.object(CreanceQuerySet, "locked", lambda self: self.order_by("pk"))
    with (
        patch.object(starting, "_refuse_open_attempt", look_and_wait),
        no_lock if unlocked else nullcontext(),
    ):
        threads = [threading.Thread(target=pay) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    with national_scope():
        return sorted(outcomes), Payment.objects.count()


def test_without_the_lock_two_payers_of_one_link_do_collide(link):
    assert pay_at_once(link, unlocked=True) == (["started", "started"], 2)


def test_two_payers_of_one_link_at_once_make_one_payment(link):
    assert pay_at_once(link, unlocked=False) == (["already open", "started"], 1)
