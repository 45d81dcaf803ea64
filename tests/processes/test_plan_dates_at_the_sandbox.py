"""A plan by card put off at the sandbox over real connections: its REST API, its word, its days."""

import pytest
from django.utils import timezone

from allocataires.models import Echeance, Echeancier
from allocataires.models.echeancier import ReportKind
from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.paris import paris_date
from payments.gateways.choose import gateway_of
from payments.models import Boutique
from payments.services.departing import hand_over
from payments.services.invariants import find_breaches
from payments.services.plans import agree_plan
from recouvrement.services.plan_card_changes import change_card_plan
from recouvrement.services.plan_changes import Change, preview_change
from recouvrement.services.plan_tending import PlanTarget
from tests.payments.factories import debtor_of
from tests.processes import test_refunds_at_the_sandbox as at_the_sandbox

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_db")]
sandbox, bank = at_the_sandbox.sandbox, at_the_sandbox.bank
PAUSE = Change(ReportKind.PAUSE)


def days_of(plan):
    with national_scope():
        return [due.due_on for due in Echeance.objects.filter(echeancier=plan).order_by("rank")]


def test_a_month_of_pause_moves_the_debits_of_the_sandbox(bank):
    creance, now = bank.creance, timezone.now()
    with caisse_scope(creance.caisse_id):
        payment = agree_plan(
            debtor=debtor_of(creance),
            shares={creance.public_id: creance.balance_cents},
            count=3,
            day=6,
            email="",
            langue="fr",
            now=now,
        )
    bank.sandbox.pay(hand_over(payment=payment, now=now))
    at_the_sandbox.until(lambda: bank.balance() == 160_00)
    with national_scope():
        plan = Echeancier.objects.get(pk=payment.echeancier_id)
        seen = preview_change(plan, PAUSE, agent=None, today=paris_date(now))

    target = PlanTarget(plan.pk, plan.caisse_id)
    change_card_plan(target, change=PAUSE, seen=seen.seen, agent=None, now=timezone.now())

    assert days_of(plan)[-1] == seen.end_after
    with national_scope():
        boutique = Boutique.objects.get(pk=payment.boutique_id)
    told = gateway_of(boutique).reports_of_order(payment.reference)
    assert [report.presented_on for report in told][1:] == days_of(plan)[1:]
    assert find_breaches() == []
