"""A debt sent by the fund's software, paid by card, and what the software is told of it.

To be read by an accountant. The software of fund 011 sends one debt of 300 € by the API, takes
note of what happens in the portal by the numbers of its events, and adds up the same cents as the
journal of the fund.
"""

from datetime import timedelta

import pytest
from django.test import Client

from allocataires.models import Creance
from caf_portal.database.scope import national_scope
from echanges.models import Lot
from echanges.services.outgoing_files import OutgoingFormat, file_of, select_events
from payments.services.invariants import find_breaches
from payments.services.notifications import receive_notification
from tests.echanges import files
from tests.echanges.api.keys import calling, new_key
from tests.echanges.api.test_lots import send
from tests.payments import factories
from tests.scenarios.books import balance_of, journal

pytestmark = pytest.mark.django_db

NOW = factories.NOW
FORM = "application/x-www-form-urlencoded"


def what_happened_after(software: Client, number: int) -> tuple[list[dict], int]:
    """The software asks what follows the last event it has."""
    page = software.get(f"/api/v1/evenements/?apres={number}").json()
    return page["results"], page["last_number"]


def test_a_debt_sent_by_the_software_is_paid_and_told_back_to_it():
    software = calling(new_key("011")[1])

    # The software sends a person and a debt of 300 €. The line is lost; it sends the same again.
    sent = files.jsonl(files.person(), files.debt(montant_centimes=300_00))
    first, again = send(software, sent), send(software, sent)
    assert (first.status_code, again.json()) == (201, first.json())
    assert first.json()["counted"]["creance"] == {"lines": 1, "cents": 300_00}
    with national_scope():
        assert Lot.objects.count() == 1
        debt = Creance.objects.select_related("allocataire").get()
    assert debt.balance_cents == 300_00
    assert journal() == []

    # What it said itself is not told back to it.
    events, last = what_happened_after(software, 0)
    assert (events, last) == ([], 0)

    # The person pays 300 € by card; the bank says so a minute later. The fund's journal has it.
    payment = factories.open_payment(debt)
    body = factories.signed_body(payment)
    receive_notification(body=body, content_type=FORM, now=NOW + timedelta(minutes=1))
    assert journal() == [
        "2026-11-20 CBL | 5115   | -               | débit  300,00 €",
        "2026-11-20 CBL | 409220 | 0000001-IN5-001 | crédit 300,00 €",
    ]

    # The software is told: the movement that empties the debt, its end, the payment and its share.
    events, last = what_happened_after(software, last)
    told = {event["kind"]: event["payload"] for event in events}
    assert sorted(told) == ["MOUVEMENT", "PAYMENT", "STATE"]
    assert [event["number"] for event in events] == [1, 2, 3]
    assert (told["STATE"]["from_state"], told["STATE"]["state"]) == ("NOTIFIEE", "SOLDEE")
    assert told["MOUVEMENT"]["balance_after_cents"] == 0
    (share,) = told["PAYMENT"]["affectations"]
    assert (share["numero"], share["nature"], share["rang"]) == ("0000001", "IN5", "001")
    assert (told["PAYMENT"]["status"], share["amount_cents"]) == ("PAID", 300_00)

    # It asks again from there: nothing new. Nothing was told twice.
    assert what_happened_after(software, last) == ([], 3)

    # The file of the same events announces the cents of the journal.
    selection = select_events(caisse=debt.caisse, after=0, now=NOW)
    assert selection.header["paiements_centimes"] == balance_of("5115") == 300_00
    assert len(b"".join(file_of(selection, OutgoingFormat.JSONL)).splitlines()) == 1 + 3
    assert find_breaches() == []
