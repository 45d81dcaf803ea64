"""What leaves with the accounts says nothing of who paid (invariant 15)."""

from datetime import UTC, datetime, timedelta

import pytest

from caf_portal.database.scope import national_scope
from caf_portal.paris import paris_date
from comptabilite.models import Ecriture
from payments.services.notifications import receive_notification
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.comptabilite.exports import books
from tests.payments import factories

pytestmark = [pytest.mark.django_db]

NOW = factories.NOW
TODAY = paris_date(NOW)
EMAIL = "zephyrine.quetzal@example.org"


@pytest.fixture(autouse=True)
def _paid_twice() -> None:
    """Somebody pays a debt, and a second time by the same order: one écriture of each kind."""
    with national_scope():
        person = AllocataireFactory(nom="Quetzal", prenom="Zéphyrine", email=EMAIL)
        creance = CreanceFactory(allocataire=person)
    payment = factories.open_payment(creance, email=EMAIL, email_shared=True)
    again = {"vads_trans_uuid": "f" * 32, "vads_trans_id": "000999"}
    for minute, changes in enumerate(({}, again), start=1):
        receive_notification(
            body=factories.signed_body(
                payment,
                vads_cust_email=EMAIL,
                vads_cust_last_name="Quetzal",
                vads_cust_first_name="Zéphyrine",
                **changes,
            ),
            content_type="application/x-www-form-urlencoded",
            now=NOW + timedelta(minutes=minute),
        )


@pytest.mark.parametrize(("format", "parts"), [("FEC", 3), ("CSV", 1), ("JSONL", 1)])
def test_inv15_no_export_holds_a_name_or_an_address(format: str, parts: int):
    with national_scope():
        events = set(Ecriture.objects.values_list("event", flat=True))
        books.close(until=TODAY)
        made = books.export(TODAY, TODAY, now=datetime(2026, 11, 22, 8, tzinfo=UTC), format=format)
        files = [books.content(made, file["part"]).decode() for file in made.files]

    words = "\n".join(files).casefold()

    assert len(files) == parts
    assert events == {"CARD_PAYMENT", "UNIDENTIFIED_RECEIPT"}, "the control: both were exported"
    assert "paiement par carte" in words, "the control: labels are there"
    for personal in ("quetzal", "zéphyrine", "zephyrine", "@example", "17/05/1990", "1990-05-17"):
        assert personal not in words
