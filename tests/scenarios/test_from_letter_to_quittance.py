"""From the letter to the quittance that a landlord checks: what is owed, told at each step.

To be read by an accountant. A person owes 240 € of prime d'activité for three months. 60 € are
withheld from their benefits, they pay 180 € online, ask for the proofs, and show them. Then the
bank takes the card payment back: nothing that was shown stays true by mistake.
"""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from allocataires.models import Creance
from allocataires.nomenclature import MouvementType as M
from caf_portal.database.scope import national_scope
from payments.services.invariants import find_breaches
from recouvrement.services.announcing_ends import announce_ends
from relation_usager.models import Message
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.lives import give_months, move
from tests.allocataires.sessions import enter, person_of
from tests.payments.factories import open_payment, signed_body
from tests.payments.plans import FORM, IPN
from tests.payments.refunds import two_agents
from tests.payments.rest_double import RestDouble
from tests.scenarios.books import journal
from tests.scenarios.gestures import Online, approve, ask_back, left_on, platform_gives_back
from tests.scenarios.proofs import checked, code_in, read

pytestmark = pytest.mark.django_db

NOON = {
    "the letter": datetime(2026, 5, 12, 10, tzinfo=UTC),
    "the payment": datetime(2026, 6, 20, 10, tzinfo=UTC),
    "the refund": datetime(2026, 7, 15, 10, tzinfo=UTC),
}


def test_from_the_letter_to_the_quittance_that_a_landlord_checks(client: Client, time_machine):
    with national_scope():
        debt = CreanceFactory(
            allocataire=AllocataireFactory(numero="1234567", email="camille@example.org"),
            nature="IM3",
            rang="001",
            initial_cents=240_00,
            state="NOTIFIEE",
            notified_on=date(2026, 5, 11),
        )
    give_months(
        debt,
        (date(2026, 1, 1), 180_00, 100_00),
        (date(2026, 2, 1), 180_00, 100_00),
        (date(2026, 3, 1), 180_00, 100_00),
    )
    page = f"/mes-creances/{debt.public_id}/"

    # The day after the letter: three months of 80 € are the 240 € asked for, and there is time.
    time_machine.move_to(NOON["the letter"], tick=False)
    come_in(client, debt)
    why = read(client, f"{page}pourquoi/")
    assert why.count("180,00 € 100,00 € 80,00 €") == 3
    assert "C’est bien le montant de la dette au départ : 240,00 €." in why
    assert "Jusqu’au 1 juin 2026 inclus." in why

    # On 5 June 60 € are withheld from the benefits; on 20 June the person pays the rest by card.
    move(debt, M.RETENUE, 60_00, date(2026, 6, 5))
    time_machine.move_to(NOON["the payment"], tick=False)
    online = pay_the_rest(client, debt)
    assert left_on(debt) == (0,)
    assert journal() == [
        "2026-06-20 CBL | 5115   | -               | débit  180,00 €",
        "2026-06-20 CBL | 409240 | 1234567-IM3-001 | crédit 180,00 €",
    ]

    # They are told once that it is over, and take three proofs.
    assert announce_ends(now=NOON["the payment"]) == 1
    assert announce_ends(now=NOON["the payment"]) == 0
    with national_scope():
        assert Message.objects.filter(kind="DEBT_SETTLED").count() == 1
    come_in(client, debt)
    receipt = code_in(client, f"/paiement/{online.payment.public_id}/recu.pdf")
    statement = code_in(client, f"{page}releve.pdf?au=2026-06-10")
    quittance = code_in(client, f"{page}quittance.pdf")

    # The landlord has no account: true or not, the fund, the date, the amount.
    client.cookies.clear()
    assert "Vrai" in checked(client, receipt)
    assert "Montant payé 180,00 €" in checked(client, receipt)
    assert "À la date du 10 juin 2026 Reste dû à cette date 180,00 €" in checked(client, statement)
    answer = checked(client, quittance)
    assert "Soldée le 20 juin 2026 Montant initial de la dette 240,00 €" in answer
    for hidden in ("1234567", "IM3", "activité", "camille"):
        assert hidden not in answer

    # On 15 July two agents give the card payment back: the debt is owed again.
    time_machine.move_to(NOON["the refund"], tick=False)
    asker, decider = two_agents()
    assert platform_gives_back(online, approve(decider, ask_back(asker, online))) == "DONE"
    assert left_on(debt) == (180_00,)
    assert "Ce n’est plus exact" in checked(client, receipt)
    assert "Ce n’est plus exact" in checked(client, quittance)
    # What was owed on 10 June is still what was owed on 10 June.
    assert "Vrai" in checked(client, statement)

    # There is no quittance any more, and the page tells the way back.
    come_in(client, debt)
    assert client.get(f"{page}quittance.pdf").status_code == 404
    assert "15 juillet 2026 : " in read(client, page)
    assert find_breaches() == []


def come_in(client: Client, debt: Creance) -> None:
    """Days have passed since the last visit: its session is over."""
    client.cookies.clear()
    enter(client, person_of(debt))


def pay_the_rest(client: Client, debt: Creance) -> Online:
    """By card, on the portal; the platform says so."""
    payment = open_payment(debt, shares={debt.public_id: 180_00})
    platform = RestDouble()
    body = signed_body(payment, vads_trans_status="CAPTURED")
    assert client.post(IPN, body, content_type=FORM).content == b"OK-APPLIED"
    with national_scope():
        uuid = payment.transactions.get().uuid.hex
    platform.took(payment, uuid=uuid)
    return Online(payment, uuid, platform)
