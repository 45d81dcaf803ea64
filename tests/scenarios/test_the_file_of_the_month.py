"""The month's file of a fund, with mistakes, corrected: what is owed after each sending.

To be read by an accountant. The Ain's own software sends on 5 November what happened since: one
new debt, the withholdings of the month, a cheque. One total was typed wrong, then two lines are;
each time the portal says which, and what was right is there once and only once.
"""

from datetime import UTC, datetime

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from echanges.models import Rejet
from echanges.services.loading import apply_lot
from echanges.services.reject_file import write_reject_file
from payments.services.invariants import find_breaches
from relation_usager.models import Message
from relation_usager.services.rendering import render_message
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.echanges.files import as_csv, debt, month, movement, person, receive, state
from tests.scenarios.books import journal

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 5, 11, tzinfo=UTC)


def send(content):
    """The fund's software sends a file, on 5 November."""
    lot = receive(content, now=NOON)
    return apply_lot(lot_id=lot.pk, caisse_id=lot.caisse_id, now=NOON)


def result(lot):
    return lot.status, lot.applied_lines, lot.unchanged_lines, lot.rejected_lines


def left(*creances):
    with national_scope():
        for creance in creances:
            creance.refresh_from_db()
    return [(creance.balance_cents, creance.state) for creance in creances]


def test_the_file_of_the_month_with_its_mistakes_corrected():
    # Two people of the Ain owe 240 € of APL and 60 € of prime d'activité.
    with national_scope():
        ana, luc = AllocataireFactory(numero="1000001"), AllocataireFactory(numero="1000002")
        apl = CreanceFactory(allocataire=ana, nature="IN5", rang="001", initial_cents=240_00)
        prime = CreanceFactory(allocataire=luc, nature="IM3", rang="004", initial_cents=60_00)
    about_apl = {"numero": "1000001", "nature": "IN5", "rang": "001"}
    about_prime = {"numero": "1000002", "nature": "IM3", "rang": "004"}
    lines = [
        movement(id="R-1", **about_apl, montant_centimes=48_00),
        movement(id="R-2", **about_prime, montant_centimes=48_00),
        # 20 € by cheque, typed as 200 €; a state that cannot come next.
        movement(id="Q-1", **about_prime, mouvement="CHEQUE", montant_centimes=200_00),
        state(id="S-1", **about_apl, etat="CONTRAINTE"),
        # A third person, and what she owes: 300 €, explained month by month.
        person(id="P-3", numero="1000003"),
        debt(id="D-3", numero="1000003", enregistree="2026-10-20", notifiee="2026-10-22"),
        month(id="M-3", numero="1000003"),
    ]

    # The file announces 1 € too little of movements: nothing is applied, and the page says so.
    first = send(as_csv(*lines, journee="2026-11-05", mouvements_centimes=295_00))
    assert result(first) == ("REFUSE", 0, 0, 0)
    assert "mouvement : 29500 centimes annoncés, 29600 comptés" in first.refusal
    assert left(apl, prime) == [(240_00, "EN_RECOUVREMENT"), (60_00, "EN_RECOUVREMENT")]

    # With the right total, five lines are applied and two come back with their reasons.
    second = send(as_csv(*lines, journee="2026-11-05"))
    assert result(second) == ("APPLIQUE", 5, 0, 2)
    assert left(apl, prime) == [(192_00, "EN_RECOUVREMENT"), (12_00, "EN_RECOUVREMENT")]
    with national_scope():
        assert list(Rejet.objects.order_by("line").values_list("field", "reason")) == [
            ("montant_centimes", "Ce mouvement dépasse ce qui reste dû (1200 centimes)."),
            ("etat", "La dette ne peut pas passer à cet état depuis l’état EN_RECOUVREMENT."),
        ]

    # The new debtor is told that there is something to read: no amount, no reason, no name.
    with national_scope():
        email = render_message(Message.objects.get())
    assert email.to == ["ana@example.org"]
    assert "300" not in email.body
    assert "Exemple" not in email.body

    # The fund takes the two lines back, corrects them and the total, and sends them again: the
    # cheque was of 12 € and settles the prime; the other debt gets its formal notice first.
    with caisse_scope(second.caisse_id), write_reject_file(second) as file:
        rejected = file.read().decode()
    corrected = rejected.replace("20000", "1200").replace("CONTRAINTE", "MISE_EN_DEMEURE")
    third = send(corrected.encode())
    assert result(third) == ("APPLIQUE", 2, 0, 0)
    assert left(apl, prime) == [(192_00, "MISE_EN_DEMEURE"), (0, "SOLDEE")]
    with national_scope():
        assert set(Rejet.objects.values_list("corrected_by", flat=True)) == {third.pk}

    # The whole file is sent once more under the next number: all of it is known but what was wrong.
    again = send(as_csv(*lines, journee="2026-11-05", sequence=2))
    assert result(again) == ("APPLIQUE", 0, 5, 2)
    assert left(apl, prime) == [(192_00, "MISE_EN_DEMEURE"), (0, "SOLDEE")]

    # The fund books its withholdings and cheques itself: the portal's journal has not moved.
    assert journal() == []
    assert find_breaches() == []
