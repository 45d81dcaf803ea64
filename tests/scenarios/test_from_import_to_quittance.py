"""Seven debts, from the file that brings them to the quittance that anybody checks, each its road.

To be read by an accountant. The software of the Ain sends a debt on 20 November. It ends by card,
by a plan, by cheque and withholding, by a remission, by a rectification, in another fund, or with
what was paid too much on another debt. 5115 is the cards to be collected, 4092xx what allocataires
owe by benefit, 6571 the remissions, 4671 what funds owe one another, 471 what waits to be
identified. What the fund collects itself (cheques, withholdings) is in its own journal, not here.
"""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from allocataires.models import Creance, Echeancier
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from echanges.models import EvenementSortant
from echanges.services.loading import apply_lot
from echanges.services.publishing import publish_all
from payments.models import Payment, TropPercu
from payments.services.invariants import find_breaches
from recouvrement.models import Demande, MutationDemandee
from recouvrement.services.announcing_ends import announce_ends
from recouvrement.services.moving_asking import Leaving, answer_move, ask_move
from recouvrement.services.moving_sweep import carry_moves
from recouvrement.services.plan_tending import settle_dues_by_other_money
from relation_usager.models import Message
from tests.allocataires.sessions import enter, person_of
from tests.caisses.factories import agent_of, entered
from tests.echanges.files import as_csv, debt, movement, person, receive
from tests.payments.factories import NOW, open_payment, signed_body
from tests.payments.plans import FORM, IPN
from tests.payments.refunds import take
from tests.payments.rest_double import RestDouble
from tests.recouvrement.own_plans import dues_of, own_plan, states_of
from tests.scenarios.books import balance_of, journal
from tests.scenarios.proofs import quittance_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_20_november(time_machine):
    time_machine.move_to(NOW, tick=False)


def send(*lines, now=NOW, sequence: int = 1) -> None:
    """The fund's software sends a file; every line of it is right."""
    content = as_csv(*lines, journee=f"{now:%Y-%m-%d}", sequence=sequence)
    lot = receive(content, now=now)
    lot = apply_lot(lot_id=lot.pk, caisse_id=lot.caisse_id, now=now)
    assert (lot.status, lot.rejected_lines) == ("APPLIQUE", 0)


def imported(nature: str, cents: int = 300_00) -> Creance:
    """Ana owes this to the Ain: a debt that a file brought."""
    send(person(), debt(nature=nature, montant_centimes=cents))
    with national_scope():
        return Creance.objects.select_related("allocataire").get()


def lowers(nature: str, kind: str, cents: int, day: date) -> dict:
    """A line of a file: what the fund collected itself."""
    return movement(
        id=f"{kind}-{day}",
        nature=nature,
        mouvement=kind,
        montant_centimes=cents,
        effet=f"{day}",
    )


def pay_by_card(owed: Creance) -> None:
    """All that is left; the bank takes it and says so."""
    with national_scope():
        owed.refresh_from_db()
    take(open_payment(owed), RestDouble())


def asks(client: Client, owed: Creance, word: str) -> Demande:
    """The person, by the form of the debt's page."""
    enter(client, person_of(owed))
    client.post(f"/mes-creances/{owed.public_id}/demander/{word}/", {"message": "Voyez, merci."})
    with national_scope():
        return Demande.objects.waiting().get()


def accepts(demande: Demande, cents: int) -> None:
    """An agent of the Ain agrees to all of it, by the page of the demande."""
    with national_scope():
        agent = agent_of("011")
    said = {"status": "ACCEPTEE", "reason": "Vu.", "stated_cents": str(cents)}
    entered(agent).post(f"/agents/recouvrement/demande/{demande.pk}/repondre/", said)


def is_over(client: Client, owed: Creance, how: str, *, now: datetime = NOW) -> str:
    """It ended so, the person and the fund's software are told; what a third party then reads."""
    with national_scope():
        owed.refresh_from_db()
        assert (owed.balance_cents, owed.state) == (0, how)
    announce_ends(now=now)
    publish_all(now=now)
    with national_scope():
        assert Message.objects.filter(kind="DEBT_SETTLED").exists()
    assert find_breaches() == []
    return quittance_of(client, owed)


def ends_told_to_the_software() -> list[str]:
    with national_scope():
        told = EvenementSortant.objects.filter(kind="STATE").order_by("caisse_id", "number")
        return [event.payload["state"] for event in told]


def test_by_card(client: Client):
    apl = imported("IN5")

    pay_by_card(apl)

    assert journal() == [
        "2026-11-20 CBL | 5115   | -               | débit  300,00 €",
        "2026-11-20 CBL | 409220 | 0000001-IN5-001 | crédit 300,00 €",
    ]
    answer = is_over(client, apl, "SOLDEE")
    assert "Soldée le 20 novembre 2026 Montant initial de la dette 300,00 €" in answer
    assert ends_told_to_the_software() == ["SOLDEE"]


def test_by_a_plan_paid_online_by_cheque_and_by_withholding(client: Client, time_machine):
    # Three dues of 100 €, on 6 December, January and February.
    apl = imported("IN5")
    plan = own_plan(apl, monthly_cents=100_00, day=6)

    # The first is paid online on 5 December.
    time_machine.move_to(datetime(2026, 12, 5, 11, tzinfo=UTC), tick=False)
    enter(client, person_of(apl))
    client.post(f"/remboursement-etale/{plan.public_id}/payer/1/")
    with national_scope():
        payment = Payment.objects.get(echeance__rank=1)
    assert client.post(IPN, signed_body(payment), content_type=FORM).content == b"OK-APPLIED"

    # The second by a cheque, the third by a withholding: the fund's files say so.
    for day, kind in ((date(2027, 1, 4), "CHEQUE"), (date(2027, 2, 5), "RETENUE")):
        now = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
        time_machine.move_to(now, tick=False)
        send(lowers("IN5", kind, 100_00, day), now=now)
        settle_dues_by_other_money(caisse_id=apl.caisse_id, now=now)

    # A withholding is not a due that was paid: it makes the last one needless. The plan is over
    # with the debt; the journal has the card's 100 € and nothing else.
    assert states_of(plan) == ["PAID_OTHERWISE", "PAID_OTHERWISE", "CANCELLED"]
    assert [due.amount_cents for due in dues_of(plan)] == [100_00] * 3
    with national_scope():
        assert Echeancier.objects.get().status == "DONE"
    assert (balance_of("5115"), balance_of("409220")) == (100_00, -100_00)
    assert "Soldée le 5 février 2027" in is_over(client, apl, "SOLDEE", now=now)


def test_by_cheque_and_withholding(client: Client):
    apl = imported("IN5")

    cheque = lowers("IN5", "CHEQUE", 100_00, date(2026, 11, 18))
    send(cheque, lowers("IN5", "RETENUE", 200_00, date(2026, 11, 19)), now=NOW.replace(day=21))

    assert journal() == []
    assert "Soldée le 19 novembre 2026" in is_over(client, apl, "SOLDEE", now=NOW.replace(day=21))


def test_by_a_remission_of_all_of_it(client: Client):
    prime = imported("IM3")

    accepts(asks(client, prime, "remise"), 300_00)

    assert journal() == [
        "2026-11-20 OD | 6571   | -               | débit  300,00 €",
        "2026-11-20 OD | 409240 | 0000001-IM3-001 | crédit 300,00 €",
    ]
    assert "Soldée le 20 novembre 2026" in is_over(client, prime, "REMISE")
    assert ends_told_to_the_software() == ["SUSPENDUE", "REMISE"]


def test_by_a_rectification(client: Client):
    family = imported("IN1")

    accepts(asks(client, family, "rectification"), 300_00)

    # There never was a debt: nothing was collected, and the portal writes no loss.
    assert journal() == []
    assert "Soldée le 20 novembre 2026" in is_over(client, family, "ANNULEE")
    assert ends_told_to_the_software() == ["RECTIFICATION", "ANNULEE"]


def test_in_another_fund(client: Client):
    # Ana moves to the Gironde: each fund's agent agrees, and a task carries the debt.
    left = imported("INK")
    with national_scope():
        here, there = agent_of("011", login="ain"), agent_of("331", login="gironde")
        gironde = Caisse.objects.get(code="331")
    leaving = Leaving("331", "7654321", NOW.date(), "déménagement")
    with caisse_scope(left.caisse_id):
        ask_move(agent=here, creance_id=left.pk, leaving=leaving, now=NOW)
    carry_moves(now=NOW)
    with caisse_scope(gironde.pk):
        asked = MutationDemandee.objects.get()
        answer_move(agent=there, request_id=asked.pk, accepted=True, answer="", now=NOW)
    carry_moves(now=NOW)
    with national_scope():
        arrived = Creance.objects.select_related("allocataire").get(caisse=gironde)

    pay_by_card(arrived)

    # The Ain is owed by the Gironde what the Gironde collected.
    assert [line[11:] for line in journal()] == [
        "OD | 4671   | -               | débit  300,00 €",
        "OD | 409230 | 0000001-INK-001 | crédit 300,00 €",
        "OD | 409230 | 7654321-ITK-001 | débit  300,00 €",
        "OD | 4671   | -               | crédit 300,00 €",
        "CBL | 5115   | -               | débit  300,00 €",
        "CBL | 409230 | 7654321-ITK-001 | crédit 300,00 €",
    ]
    assert gironde.nom in is_over(client, arrived, "SOLDEE")
    # The fund that was left states nothing: what moved is owed elsewhere.
    enter(client, person_of(left))
    assert client.get(f"/mes-creances/{left.public_id}/quittance.pdf").status_code == 404


def test_with_what_was_paid_too_much_on_another_debt(client: Client):
    # Ana owes 300 € of APL and 60 € of prime d'activité. She leaves for the bank's page with the
    # 300 €; a file says meanwhile that 60 € were withheld; the bank takes the 300 € all the same.
    apl = imported("IN5")
    send(debt(id="C2", nature="IM3", montant_centimes=60_00), sequence=2)
    with national_scope():
        prime = Creance.objects.get(nature="IM3")
    payment = open_payment(apl)
    send(lowers("IN5", "RETENUE", 60_00, date(2026, 11, 20)), sequence=3)
    take(payment, RestDouble())

    # She puts the 60 € on the prime: both debts are over, and nothing waits.
    with national_scope():
        surplus = TropPercu.objects.get()
    enter(client, person_of(apl))
    client.post(f"/trop-percu/{surplus.public_id}/", {"choix": prime.public_id.hex})

    assert [line[11:] for line in journal()] == [
        "CBL | 5115   | -               | débit  300,00 €",
        "CBL | 409220 | 0000001-IN5-001 | crédit 240,00 €",
        "CBL | 471    | -               | crédit 60,00 €",
        "OD | 471    | -               | débit  60,00 €",
        "OD | 409240 | 0000001-IM3-001 | crédit 60,00 €",
    ]
    assert balance_of("471") == 0
    assert "Montant initial de la dette 300,00 €" in is_over(client, apl, "SOLDEE")
    assert "Montant initial de la dette 60,00 €" in is_over(client, prime, "SOLDEE")
