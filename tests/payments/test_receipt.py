"""The receipt: a tagged PDF that says what was booked, and in which nothing is markup."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from allocataires.models import Creance, Mouvement
from allocataires.nomenclature import MouvementType, Nature, Sens
from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from payments.models import Payment, Transaction
from payments.receipts.rendering import NotPaid, render_receipt
from payments.services.receipts import issue_receipt
from payments.status import PaymentStatus
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, holder_of, person_of
from tests.payments.factories import NOW, open_payment, signed_body
from tests.payments.roads import lead

pytestmark = pytest.mark.django_db
HOSTILE = '#panic("lu") *gras* _it_ $x$ ]{ \\ " <b> // /* @ref `brut` \u202e fin'
#: 23:30 UTC on the last day of the year is already the next year in Paris.
NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


@pytest.fixture
def creance() -> Creance:
    with national_scope():
        return CreanceFactory(nature=Nature.APL, rang="005", initial_cents=240_00)


def paid(client: Client, *creances: Creance, **shares: int) -> Payment:
    """A payment booked by a notification."""
    asked = {creance.public_id: shares.get("each", 45_50) for creance in creances}
    payment = open_payment(*creances, shares=asked)
    client.post(
        "/paiement/ipn/", signed_body(payment), content_type="application/x-www-form-urlencoded"
    )
    return payment


def receipt_of(payment: Payment, *, langue: str = "fr") -> PdfReader:
    with national_scope():
        found = Payment.objects.select_related("caisse").get(pk=payment.pk)
        return PdfReader(BytesIO(issue_receipt(payment=found, now=NOW, langue=langue)))


def text_of(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def test_it_says_who_received_what_when_for_which_debt_and_what_is_left(client, creance):
    payment = paid(client, creance)

    text = text_of(receipt_of(payment))

    assert "Reçu de paiement" in text
    assert "CAF de l'Ain" in text
    assert payment.reference in text
    assert "45,50 €" in text
    assert "Carte CB 497010XXXXXX0055" in text
    assert "Aide personnalisée au logement (IN5 005) 45,50 € 194,50 €" in text
    assert "Ce reçu ne vaut pas quittance." in text


def test_the_date_is_that_of_paris(client, creance, time_machine):
    time_machine.move_to(NEW_YEAR)

    text = text_of(receipt_of(paid(client, creance)))

    assert "1 janvier 2027, 00:30" in text


def test_it_never_names_the_person(client, creance):
    text = text_of(receipt_of(paid(client, creance)))

    with national_scope():
        person = creance.allocataire
    assert person.nom not in text
    assert person.prenom not in text
    assert person.numero not in text
    assert "personne@example.org" not in text


def test_it_is_tagged_titled_and_declares_pdf_ua(client, creance):
    pdf = receipt_of(paid(client, creance))

    root = pdf.trailer["/Root"]
    assert root["/Lang"].lower().startswith("fr")
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/StructTreeRoot"]["/K"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert pdf.metadata.title == "Reçu de paiement"
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"<pdfuaid:part>1</pdfuaid:part>", xmp)


def test_it_can_be_had_in_english(client, creance):
    pdf = receipt_of(paid(client, creance), langue="en")

    assert pdf.trailer["/Root"]["/Lang"].lower().startswith("en")
    assert pdf.metadata.title == "Payment receipt"
    assert "Left after this payment" in text_of(pdf)


def test_nothing_in_it_is_markup_whatever_its_shape(client, creance):
    payment = paid(client, creance)
    with national_scope():
        Transaction.objects.update(card_brand=HOSTILE[:40])
        hostile = Payment.objects.select_related("caisse").get(pk=payment.pk)
        hostile.caisse = Caisse(pk=hostile.caisse_id, nom=HOSTILE)
        pdf = PdfReader(BytesIO(render_receipt(hostile, code="011-essai")))

    text = text_of(pdf)
    assert '#panic("lu") *gras* _it_ $x$ ]{ \\' in text
    assert "// /* @ref `brut`" in text


def test_it_reads_the_same_ever_after(client, creance):
    payment = paid(client, creance)
    before = text_of(receipt_of(payment))
    with national_scope():
        Mouvement.objects.create(
            caisse_id=creance.caisse_id,
            creance=creance,
            kind=MouvementType.RETENUE,
            sens=Sens.BAISSE,
            amount_cents=100_00,
            value_on=NOW.date(),
            recorded_at=NOW,
        )

    assert text_of(receipt_of(payment)) == before


def test_forty_debts_hold_on_as_many_pages_as_it_takes(client, creance):
    with national_scope():
        others = [CreanceFactory(allocataire=creance.allocataire) for _ in range(40)]

    pdf = receipt_of(paid(client, creance, *others, each=1_00))

    assert len(pdf.pages) == 2
    assert "Page 2 / 2" in text_of(pdf)
    assert text_of(pdf).count("239,00 €") == 41


@pytest.mark.parametrize("status", [s for s in PaymentStatus if s != PaymentStatus.PAID])
def test_only_a_paid_payment_has_one(client: Client, creance, status):
    payment = open_payment(creance)
    if status != PaymentStatus.OPEN:
        with national_scope():
            locked = Payment.objects.locked().get()
            lead(locked, status, now=NOW)
    enter(client, person_of(creance))

    assert client.get(f"/paiement/{payment.public_id}/recu.pdf").status_code == 404
    with pytest.raises(NotPaid):
        receipt_of(payment)


def test_whoever_paid_opens_it_and_nobody_keeps_a_copy(client: Client, creance):
    payment = paid(client, creance)
    enter(client, holder_of(creance))

    response = client.get(f"/paiement/{payment.public_id}/recu.pdf")

    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == (
        f'inline; filename="recu-{payment.reference}.pdf"'
    )
    assert "no-store" in response.headers["Cache-Control"]
    assert payment.reference in text_of(PdfReader(BytesIO(response.content)))


def test_nobody_else_opens_it(client: Client, creance):
    payment = paid(client, creance)
    address = f"/paiement/{payment.public_id}/recu.pdf"

    anonymous = client.get(address)
    with national_scope():
        other = CreanceFactory()
    enter(client, person_of(other))
    stranger = client.get(address)

    assert anonymous.status_code == 302
    assert stranger.status_code == 404
