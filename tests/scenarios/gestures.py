"""What people do in the scenarios: the person by the pages, the agents by the services."""

import re
from dataclasses import dataclass
from html import unescape
from uuid import UUID, uuid4

from django.test import Client
from django.utils import timezone

from allocataires.models import Creance
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Agent
from payments.models import Payment, Refund, Transaction
from payments.services.refund_sending import RefundTarget, send_refund
from payments.services.refunding import approve_refund, ask_refund
from payments.services.remains import refundable_cents
from tests.allocataires.sessions import enter, person_of
from tests.payments.factories import signed_body
from tests.payments.pages import text_of
from tests.payments.plans import FORM, IPN
from tests.payments.rest_double import RestDouble


@dataclass
class Online:
    """A payment that the platform took, and the platform, to give money back on it."""

    payment: Payment
    uuid: str
    platform: RestDouble


def agree_three_payments(client: Client, debt: Creance) -> Payment:
    """Through the pages: three payments, on the 10th, agreed; the bank's page is next."""
    _come_in(client, debt)
    page = client.get("/payer/plusieurs-fois/?nombre=3&jour=10").content.decode()
    found = re.findall(r'name="(choix|nombre|jour|vu)" value="([^"]*)"', page)
    fields = {name: unescape(value) for name, value in found}
    departure = client.post("/payer/plusieurs-fois/accepter/", {**fields, "accord": "on"})
    asked = dict(departure.context["hosted"].fields)
    assert asked["vads_amount"] == "30000"
    assert asked["vads_payment_config"] == (
        "MULTI_EXT:20261120=10000;20261210=10000;20270110=10000"
    )
    with national_scope():
        return Payment.objects.select_related("echeancier").get()


def what_the_person_reads(client: Client, plan: Payment, debt: Creance) -> str:
    """The page of the plan."""
    _come_in(client, debt)
    return text_of(client.get(_page_of(plan)))


def pay_refused_due_online(client: Client, plan: Payment, debt: Creance) -> Online:
    """By the button of the plan's page; the bank takes it and says so."""
    _come_in(client, debt)
    client.post(f"{_page_of(plan)}payer/2/")
    with national_scope():
        payment = Payment.objects.get(echeance__rank=2)
    online = Online(payment, uuid4().hex, RestDouble())
    online.platform.took(payment, uuid=online.uuid)
    body = signed_body(payment, vads_trans_uuid=online.uuid, vads_trans_status="CAPTURED")
    assert client.post(IPN, body, content_type=FORM).content == b"OK-APPLIED"
    return online


def ask_back(agent: Agent, online: Online) -> Refund:
    """An agent asks for the whole payment to be given back."""
    with caisse_scope(online.payment.caisse_id):
        debit = Transaction.objects.get(uuid=UUID(hex=online.uuid))
        left_cents = refundable_cents(debit)
        return ask_refund(
            agent=agent,
            transaction_id=debit.pk,
            amount_cents=left_cents,
            stated_cents=left_cents,
            reason="payé deux fois",
            now=timezone.now(),
        )


def approve(agent: Agent, refund: Refund) -> Refund:
    """An agent approves; it is now reserved, and the platform is told afterwards."""
    with caisse_scope(refund.caisse_id):
        return approve_refund(agent=agent, refund_id=refund.pk, now=timezone.now())


def platform_gives_back(online: Online, refund: Refund) -> str:
    """The sweep sends the refund and the platform makes it; the state that results."""
    with online.platform.listening():
        send_refund(RefundTarget(refund.pk, refund.caisse_id), now=timezone.now())
    with national_scope():
        return Refund.objects.get(pk=refund.pk).status


def left_on(*creances: Creance) -> tuple[int, ...]:
    """What is still owed on each debt, in cents."""
    with national_scope():
        return tuple(Creance.objects.get(pk=creance.pk).balance_cents for creance in creances)


def _come_in(client: Client, debt: Creance) -> None:
    """Days have passed since the last visit: its session is over."""
    client.cookies.clear()
    enter(client, person_of(debt))


def _page_of(plan: Payment) -> str:
    return f"/echeancier/{plan.echeancier.public_id}/"
