"""Contested, remitted, rectified: three debts from their letter to their end, line by line.

To be read by an accountant. Account 5115 is the cards to be collected, 4092xx what allocataires
owe by benefit, 6571 the remissions granted. Correcting a debt writes nothing yet: the accounts
receivable are written by the fund's own software (``docs/domaine.md``).
"""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from allocataires.models import Creance
from caf_portal.database.scope import national_scope
from caisses.models import Agent
from payments.services.invariants import find_breaches
from recouvrement.models import Demande
from recouvrement.services.demande_sweeps import (
    announce_recoveries,
    reject_by_silence,
    resume_recoveries,
)
from relation_usager.models import Message
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.sessions import enter, person_of
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import open_payment, signed_body
from tests.payments.pages import text_of
from tests.payments.plans import FORM, IPN
from tests.scenarios.books import balance_of, journal, new_lines
from tests.scenarios.gestures import left_on

pytestmark = pytest.mark.django_db


def noon(day: date) -> datetime:
    """Noon in Paris, in winter."""
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


@pytest.fixture
def on(time_machine):
    """Go to the noon of a day, and let its sweeps run."""

    def go(year: int, month: int, day: int) -> None:
        now = noon(date(year, month, day))
        time_machine.move_to(now, tick=False)
        reject_by_silence(now=now)
        resume_recoveries(now=now)
        announce_recoveries(now=now)

    return go


@pytest.fixture
def agent() -> Agent:
    with national_scope():
        return agent_of("011")


def owes(nature: str, cents: int, **fields: object) -> Creance:
    """Somebody of the Ain owes this."""
    with national_scope():
        person = AllocataireFactory(numero="1234567")
        return CreanceFactory(
            allocataire=person, nature=nature, rang="001", initial_cents=cents, **fields
        )


def asks(client: Client, debt: Creance, word: str, message: str) -> str:
    """By the form of the debt's page; what the person then reads."""
    client.cookies.clear()
    enter(client, person_of(debt))
    address = f"/mes-creances/{debt.public_id}/demander/{word}/"
    return text_of(client.post(address, {"message": message}, follow=True))


def reads(client: Client, debt: Creance) -> str:
    """The page of the debt."""
    client.cookies.clear()
    enter(client, person_of(debt))
    return text_of(client.get(f"/mes-creances/{debt.public_id}/"))


def answers(agent: Agent, debt: Creance, **said: str) -> str:
    """An agent answers the demande that waits, by its page."""
    with national_scope():
        waiting = Demande.objects.waiting().get(creance=debt)
        seen = Creance.objects.get(pk=debt.pk).balance_cents
    address = f"/agents/recouvrement/demande/{waiting.pk}/repondre/"
    said = {"stated_cents": str(seen), **said}
    return text_of(entered(agent).post(address, said, follow=True))


def pays(client: Client, debt: Creance, now: datetime) -> None:
    """All that is left, by card."""
    with national_scope():
        debt.refresh_from_db()
    payment = open_payment(debt, now=now)
    body = signed_body(payment, vads_trans_status="CAPTURED")
    assert client.post(IPN, body, content_type=FORM).content == b"OK-APPLIED"


def letters() -> list[str]:
    """What the person was sent, in order."""
    with national_scope():
        return list(Message.objects.order_by("pk").values_list("kind", flat=True))


def state_of(debt: Creance) -> str:
    """Where it stands."""
    with national_scope():
        return str(Creance.objects.get(pk=debt.pk).state)


def test_rsa_contested_stops_at_once_is_rejected_and_then_paid(client: Client, on, agent: Agent):
    # A person owes 300 € of RSA, notified in October, being repaid.
    rsa = owes("INK", 300_00, notified_on=date(2026, 10, 5))

    # On Friday 20 November they contest it: nothing is asked from that second. Not a line.
    on(2026, 11, 20)
    page = asks(client, rsa, "contestation", "J’avais déclaré mon salaire.")
    assert "Le remboursement est arrêté à partir de maintenant." in page
    assert state_of(rsa) == "CONTESTEE"
    assert journal() == []

    # On 10 December the fund rejects it. Still stopped: six whole days of notice.
    on(2026, 12, 10)
    done = answers(agent, rsa, status="REJETEE", reason="Le salaire n’avait pas été déclaré.")
    assert "La réponse est enregistrée" in done
    page = reads(client, rsa)
    assert "Le salaire n’avait pas été déclaré." in page
    assert "Il pourra reprendre le 17 décembre 2026." in page
    on(2026, 12, 16)
    assert state_of(rsa) == "CONTESTEE"

    # On the 17th recovery resumes; on the 18th the person pays all of it by card.
    on(2026, 12, 17)
    assert state_of(rsa) == "EN_RECOUVREMENT"
    on(2026, 12, 18)
    pays(client, rsa, noon(date(2026, 12, 18)))
    assert journal() == [
        "2026-12-18 CBL | 5115   | -               | débit  300,00 €",
        "2026-12-18 CBL | 409230 | 1234567-INK-001 | crédit 300,00 €",
    ]
    assert state_of(rsa) == "SOLDEE"
    assert letters()[:3] == ["DEMANDE_FILED", "DEMANDE_DECIDED", "RECOVERY_RESUMES"]
    assert find_breaches() == []


def test_prime_d_activite_remitted_in_part_and_the_rest_paid(client: Client, on, agent: Agent):
    # A person owes 240 € of prime d'activité and asks for a remission on 20 November.
    prime = owes("IM3", 240_00)
    on(2026, 11, 20)
    asks(client, prime, "remise", "Je suis au chômage.")
    assert state_of(prime) == "SUSPENDUE"

    # On 1 December the fund remits 150 €: a loss of the fund, written that day.
    on(2026, 12, 1)
    answers(agent, prime, status="PARTIELLE", amount="150", reason="Revenus en baisse.")
    assert journal() == [
        "2026-12-01 OD | 6571   | -               | débit  150,00 €",
        "2026-12-01 OD | 409240 | 1234567-IM3-001 | crédit 150,00 €",
    ]
    assert left_on(prime) == (90_00,)
    assert "La dette a baissé de 150,00 €" in reads(client, prime)

    # The 90 € left are asked again on 8 December, and paid on the 9th.
    on(2026, 12, 7)
    assert state_of(prime) == "SUSPENDUE"
    on(2026, 12, 8)
    assert state_of(prime) == "EN_RECOUVREMENT"
    on(2026, 12, 9)
    before = journal()
    pays(client, prime, noon(date(2026, 12, 9)))
    assert new_lines(before) == [
        "2026-12-09 CBL | 5115   | -               | débit  90,00 €",
        "2026-12-09 CBL | 409240 | 1234567-IM3-001 | crédit 90,00 €",
    ]

    # In the end the fund collects 90 €, gave up 150 €, and 240 € left the debtors' account.
    assert (balance_of("5115"), balance_of("6571"), balance_of("409240")) == (
        90_00,
        150_00,
        -240_00,
    )
    assert state_of(prime) == "SOLDEE"
    assert find_breaches() == []


def test_family_benefits_rectified_within_twenty_days(client: Client, on, agent: Agent):
    # Notified on 3 November: the person has until Monday 23 to ask for a rectification.
    family = owes("IN1", 120_00, notified_on=date(2026, 11, 3), state="NOTIFIEE")
    on(2026, 11, 23)
    page = asks(client, family, "rectification", "Mon enfant habite chez moi.")
    assert state_of(family) == "RECTIFICATION"
    assert "Rectification demandée" in page

    # The fund has a month; it agrees on 14 December: there never was a debt.
    on(2026, 12, 14)
    answers(agent, family, status="ACCEPTEE", reason="Garde confirmée.")

    # Nothing is owed, nothing was collected, and no loss is written: the claim was wrong.
    assert state_of(family) == "ANNULEE"
    assert left_on(family) == (0,)
    assert journal() == []
    assert "Garde confirmée." in reads(client, family)
    assert find_breaches() == []
