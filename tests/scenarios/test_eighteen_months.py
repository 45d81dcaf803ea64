"""Eighteen months agreed by an agent, one month paused, one due by cheque, the rest online.

To be read by an accountant. A person owes 180 € of housing benefit (APL), may repay 10 € a month,
and asks the fund for eighteen months. Each payment online is one écriture of the due; the cheque
comes from the fund's own software, which books it in its own journal: here it only lowers the debt.
"""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from allocataires.models import Creance, Echeancier
from caf_portal.database.scope import national_scope
from payments.models import Payment
from payments.services.invariants import find_breaches
from recouvrement.services.plan_tending import settle_dues_by_other_money
from relation_usager.models import Message
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.sessions import enter, person_of
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import signed_body
from tests.payments.pages import text_of
from tests.payments.plans import FORM, IPN
from tests.recouvrement.own_plans import arrives, dues_of, states_of
from tests.scenarios.books import balance_of, journal
from tests.scenarios.gestures import left_on

pytestmark = pytest.mark.django_db


def come_in(client: Client, debt: Creance) -> None:
    """Days have passed: the last session is over."""
    client.cookies.clear()
    enter(client, person_of(debt))


def confirm(client: Client, page: str, to: str, **more: str) -> str:
    """Send the form that was shown, as it was shown."""
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    fields = {name: unescape(value) for name, value in found}
    return client.post(to, {**fields, **more})["Location"]


def pay_next_due(client: Client, plan: Echeancier, debt: Creance) -> None:
    """By the button of the plan's page; the bank takes it and says so."""
    come_in(client, debt)
    due = next(due for due in dues_of(plan) if due.status == "PLANNED")
    client.post(f"/remboursement-etale/{plan.public_id}/payer/{due.rank}/")
    with national_scope():
        payment = Payment.objects.get(echeance=due)
    body = signed_body(payment)
    assert client.post(IPN, body, content_type=FORM).content == b"OK-APPLIED"


def the_hour_passes(debt: Creance) -> None:
    """The sweep of the fund's plans."""
    settle_dues_by_other_money(caisse_id=debt.caisse_id, now=timezone.now())


def noon(day: date) -> datetime:
    """Eleven o'clock in London, noon in Paris or one later."""
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def test_eighteen_months_with_a_pause_and_a_cheque(client: Client, time_machine):
    with national_scope():
        person = AllocataireFactory(numero="1234567")
        debt = CreanceFactory(allocataire=person, nature="IN5", rang="001", initial_cents=180_00)
        agent = agent_of("011", login="agent")

    # On 20 November the person chooses 10 € a month on the 6th: eighteen months, so the fund is
    # asked. Nothing is written in the journal, and nothing is to be paid.
    time_machine.move_to(noon(date(2026, 11, 20)), tick=False)
    come_in(client, debt)
    shown = client.get("/etaler/", {"mensualite": "10", "jour": "6", "moyen": "DEMANDE"})
    address = confirm(client, shown.content.decode(), "/etaler/accepter/", accord="on")
    with national_scope():
        plan = Echeancier.objects.get()
    assert plan.status == "ASKED"
    assert "Votre demande est chez votre Caf" in text_of(client.get(address))

    # On 24 November an agent accepts. The first of eighteen dues is on 6 December.
    time_machine.move_to(noon(date(2026, 11, 24)), tick=False)
    decision = f"/agents/allocataires/echeancier/{plan.pk}/decider/"
    entered(agent).post(decision, {"decision": "accepter", "motif": ""})
    assert [len(dues_of(plan)), dues_of(plan)[0].due_on] == [18, date(2026, 12, 6)]

    # On 2 December a reminder; on 5 December the first 10 € are paid online.
    time_machine.move_to(noon(date(2026, 12, 2)), tick=False)
    the_hour_passes(debt)
    with national_scope():
        assert Message.objects.filter(kind="DUE_REMINDER").count() == 1
    time_machine.move_to(noon(date(2026, 12, 5)), tick=False)
    pay_next_due(client, plan, debt)
    assert journal() == [
        "2026-12-05 CBL | 5115   | -               | débit  10,00 €",
        "2026-12-05 CBL | 409220 | 1234567-IN5-001 | crédit 10,00 €",
    ]

    # On 20 December the person pauses: the end goes from 6 May to 6 June 2028, seen before it is
    # confirmed. Nothing is due in January.
    time_machine.move_to(noon(date(2026, 12, 20)), tick=False)
    come_in(client, debt)
    change = f"/changer-echeancier/{plan.public_id}/"
    shown = client.get(change, {"quoi": "PAUSE"})
    assert "se terminera le 6 juin 2028, au lieu du 6 mai 2028" in text_of(shown)
    confirm(client, shown.content.decode(), change)
    assert [dues_of(plan)[1].due_on, dues_of(plan)[-1].due_on] == [
        date(2027, 2, 6),
        date(2028, 6, 6),
    ]

    # On 3 February a cheque of 10 € comes in from the fund's software: the second due is paid.
    time_machine.move_to(noon(date(2027, 2, 3)), tick=False)
    arrives(debt, "CHEQUE", 10_00, now=timezone.now())
    the_hour_passes(debt)
    assert states_of(plan)[:3] == ["PAID_OTHERWISE", "PAID_OTHERWISE", "PLANNED"]
    assert left_on(debt) == (160_00,)

    # The sixteen others are paid online, each the day before its date.
    for due in dues_of(plan)[2:]:
        time_machine.move_to(noon(due.due_on - timedelta(days=1)), tick=False)
        pay_next_due(client, plan, debt)
        the_hour_passes(debt)

    # Settled: 170 € came in by card, 10 € by cheque; the plan is over and asks for nothing.
    assert left_on(debt) == (0,)
    assert balance_of("5115") == 170_00
    assert balance_of("409220") == -170_00
    assert balance_of("471") == 0
    with national_scope():
        plan.refresh_from_db()
        debt.refresh_from_db()
    assert (plan.status, debt.state) == ("DONE", "SOLDEE")
    come_in(client, debt)
    assert "C’est terminé : rien n’est plus à payer." in text_of(client.get(address))
    assert find_breaches() == []
