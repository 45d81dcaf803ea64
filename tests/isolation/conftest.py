"""Two funds with something in every table: what belongs to one must never reach the other."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from allocataires.models import Allocataire, Creance, Identite
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Agent, Caisse, Charte
from comptabilite.models import Anomalie, Ecriture
from payments.models import Payment, PaymentLink, Refund, TropPercu
from payments.services.links import create_link
from payments.services.notifications import receive_notification
from payments.services.refunding import ask_refund
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.caisses.factories import agent_of, draft, national_agent
from tests.isolation.books import write_books
from tests.isolation.surroundings import write_what_surrounds
from tests.payments import factories
from tests.payments.plans import agreed_plan

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Fund:
    """One fund's own rows."""

    caisse: Caisse
    agent: Agent
    person: Allocataire
    creance: Creance
    paid: Payment
    held: Payment
    open: Payment
    ecriture: Ecriture
    anomalie: Anomalie
    charte: Charte
    link: PaymentLink
    refund: Refund
    plan: Payment
    surplus: TropPercu


@pytest.fixture
def ain(db: None) -> Fund:
    """The fund that looks."""
    return make_fund("011")


@pytest.fixture
def gironde(db: None) -> Fund:
    """The fund that must not be seen."""
    return make_fund("331")


@pytest.fixture
def national_admin(db: None) -> Agent:
    """Somebody who may see both."""
    with national_scope():
        return national_agent()


def make_fund(code: str) -> Fund:
    """Everything that a fund may hold, by the real services where there is one."""
    with national_scope():
        caisse = Caisse.objects.get(code=code)
        agent = agent_of(code)
        person = AllocataireFactory(caisse=caisse, nom=f"Exemple-{code}")
        creances = [CreanceFactory(allocataire=person, caisse=caisse) for _ in range(4)]
        Identite.objects.create(caisse=caisse, allocataire=person, issuer="essai", subject=code)
        charte = draft(code, agent)
        write_what_surrounds(creances[0], agent)
    paid, held, left_open = (
        factories.open_payment(creance, email=f"{code}@example.org") for creance in creances[:3]
    )
    plan = agreed_plan(creances[3])
    _notify(paid)
    _notify(held, vads_amount="100", vads_effective_amount="100")
    with caisse_scope(caisse.pk):
        taken = paid.transactions.get()
        refund = ask_refund(
            agent=agent,
            transaction_id=taken.pk,
            amount_cents=5_00,
            stated_cents=paid.amount_cents,
            reason="essai",
            now=factories.NOW,
        )
        for row in (paid, held, *creances):
            row.refresh_from_db()
        write_books(paid, agent, Anomalie.objects.get())
        return Fund(
            caisse=caisse,
            agent=agent,
            person=person,
            creance=creances[0],
            paid=paid,
            held=held,
            open=left_open,
            ecriture=Ecriture.objects.get(piece=paid.reference),
            anomalie=Anomalie.objects.get(),
            charte=charte,
            refund=refund,
            plan=plan,
            surplus=_surplus(held),
            link=create_link(
                allocataire=person,
                shares={creances[2].public_id: 10_00},
                last_on=factories.NOW.date() + timedelta(days=30),
                author=agent,
                now=factories.NOW,
            ),
        )


def _notify(payment: Payment, **changes: str) -> None:
    body = factories.signed_body(payment, **changes)
    later = factories.NOW + timedelta(minutes=1)
    receive_notification(body=body, content_type=FORM, now=later)


def _surplus(held: Payment) -> TropPercu:
    return TropPercu.objects.create(
        caisse_id=held.caisse_id,
        allocataire_id=held.allocataire_id,
        payment=held,
        transaction=held.transactions.get(),
        amount_cents=1_00,
        seen_at=factories.NOW,
    )
