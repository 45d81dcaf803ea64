"""Today's figures are the journals': a plan counts for what came in, not for what it promised."""

from datetime import timedelta

import pytest
from django.utils import timezone

from caf_portal.database.scope import national_scope
from caisses.perms import Rights
from rapprochement.pictures.today import CaisseFigures, figures_of_today
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import open_payment
from tests.payments.plans import running_plan, tell
from tests.scenarios.books import balance_of

pytestmark = pytest.mark.django_db


def day_of(caisse_id: int, days: int = 0) -> CaisseFigures:
    with national_scope():
        rights = Rights(national=False, caisse_ids=frozenset({caisse_id}))
        now = timezone.now() + timedelta(days=days)
        (figures,) = figures_of_today(rights=rights, now=now)
    return figures


def test_a_plan_counts_for_the_dues_that_came_in(client):
    with national_scope():
        creance = CreanceFactory(initial_cents=90_00)
    payment = running_plan(client, creance, now=timezone.now())

    first = day_of(creance.caisse_id)
    tell(client, payment, 2, vads_trans_status="CAPTURED")
    second = day_of(creance.caisse_id)

    assert (first.paid, first.paid_cents) == (1, 30_00)
    assert (second.paid, second.paid_cents) == (2, 60_00)
    assert balance_of("5115") == second.paid_cents


def test_the_day_is_that_of_paris_and_an_open_attempt_is_no_money(client):
    with national_scope():
        creance = CreanceFactory(initial_cents=90_00)
        other = CreanceFactory(initial_cents=50_00)
    running_plan(client, creance, now=timezone.now())
    open_payment(other, now=timezone.now())

    today = day_of(creance.caisse_id)
    tomorrow = day_of(creance.caisse_id, days=1)

    assert (today.paid, today.in_progress) == (1, 1)
    assert (tomorrow.paid, tomorrow.paid_cents) == (0, 0)
