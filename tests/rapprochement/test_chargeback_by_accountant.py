"""An accountant books the chargebacks that the portal does not, and those that banks give back."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from allocataires.models import Mouvement
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models.habilitation import Role
from comptabilite.models import Anomalie, Ecriture, TraceAnomalie
from comptabilite.suspense import total_waiting, waiting_pieces
from payments.faces import Face, face_of
from payments.models import Refund, Representation
from payments.refund_queries import refundables_of
from payments.services.invariants import find_breaches
from payments.services.notifications import receive_notification
from payments.timeline import timeline_of
from rapprochement.models import Appariement, Impaye, Imputation, SuiteImpaye
from rapprochement.services.chargeback_by_accountant import (
    AlreadyBooked,
    BookingRefused,
    book_by_accountant,
    booking_of,
)
from rapprochement.services.imputing import impute_bank_lines
from rapprochement.services.lettering_511 import letter_covered
from rapprochement.services.matching import match_gateway
from rapprochement.services.proving import prove_day
from recouvrement.services.double_collection import find_double_collections
from relation_usager.models import Message
from relation_usager.services.relay import relay_messages
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import open_payment, signed_body
from tests.payments.refunds import approve, ask, pay, send, shrink, two_agents
from tests.rapprochement.gateway_rows import bank_line, jt_of, remise_of
from tests.rapprochement.readers.gateway_files import jri_file, jri_line
from tests.rapprochement.statements import received
from tests.rapprochement.test_chargebacks import (
    CHARGED_ON,
    WHEN,
    balance,
    lines_of,
    record,
    told,
    told_as,
)

pytestmark = pytest.mark.django_db

NEXT = CHARGED_ON + timedelta(days=3)
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory()


@pytest.fixture
def comptable():
    with national_scope():
        return agent_of("011", role=Role.COMPTABLE)


def waiting_impaye() -> Impaye:
    """The last one that waits for an accountant."""
    with national_scope():
        waits = Impaye.objects.filter(status="A_TRAITER", suite__isnull=True)
        return waits.select_related("plateforme").latest("pk")


def book(comptable, *, seen: int | None = None, note: str = "Avis de la banque", now=WHEN):
    impaye = waiting_impaye()
    with caisse_scope(impaye.caisse_id):
        stated = booking_of(impaye).payment_cents if seen is None else seen
        return book_by_accountant(
            impaye_id=impaye.pk, agent=comptable, note=note, stated_cents=stated, now=now
        )


def refunded(paid, cents: int) -> None:
    asker, decider = two_agents()
    refund = approve(decider, ask(asker, paid, cents))
    with paid.platform.listening():
        assert send(refund) == "DONE"


def suspense(caisse_id: int) -> int:
    with caisse_scope(caisse_id):
        return total_waiting(caisse_ids=[caisse_id]).cents


def given_back(paid, cents: int, day: date = NEXT, **more):
    """The platform tells that the bank gave these cents back."""
    return told(paid, cents, day=day, operation="C", **more)


def test_what_a_bank_takes_beyond_what_is_left_waits_in_suspense_and_the_rest_is_due(
    creance, comptable
):
    paid = pay(creance)
    refunded(paid, 40_00)
    record(told(paid, 240_00))

    suite = book(comptable)

    assert balance(creance) == 240_00
    assert [line[1:] for line in lines_of("CHARGEBACK")] == [(200_00, 0), (40_00, 0), (0, 240_00)]
    assert [line[0] for line in lines_of("CHARGEBACK")][1:] == ["471", "5115"]
    assert (suite.kind, suite.beyond_cents) == ("REPRIS", 40_00)
    assert suspense(creance.caisse_id) == -40_00
    with national_scope():
        assert Refund.objects.get(kind="IMPAYE").amount_cents == 200_00
        assert Mouvement.objects.get(kind="IMPAYE").amount_cents == 200_00
        assert Message.objects.get(kind="CHARGED_BACK").context["raised_cents"] == 200_00
    assert find_breaches() == []


def test_its_line_of_the_work_list_is_settled_with_a_trace_and_by_nothing_else(creance, comptable):
    paid = pay(creance)
    refunded(paid, 40_00)
    record(told(paid, 240_00))

    book(comptable, note="Avis n° 12")

    with national_scope():
        line = Anomalie.objects.get(kind="CHARGEBACK_TO_BOOK")
        last = TraceAnomalie.objects.filter(anomalie=line).latest("pk")
    assert line.settled_by == comptable
    assert "Avis n° 12" in line.settled_note
    assert "40,00" in line.settled_note
    assert (last.kind, last.agent_id) == ("REGLEE", comptable.pk)


def test_a_chargeback_of_nothing_known_is_booked_whole_in_suspense(creance, comptable):
    paid = pay(creance)
    record(told_as(paid, {"order_id": "AUTRE"}))

    suite = book(comptable)

    assert balance(creance) == 0
    assert lines_of("CHARGEBACK_SUSPENSE") == [("471", 240_00, 0), ("5115", 0, 240_00)]
    assert suite.beyond_cents == 240_00
    with caisse_scope(creance.caisse_id):
        (piece,) = waiting_pieces(caisse_ids=[creance.caisse_id], most=10)
    assert (piece.piece, piece.cents) == ("AUTRE", -240_00)
    assert find_breaches() == []


def test_a_second_chargeback_takes_what_the_first_one_left(creance, comptable):
    paid = pay(creance)
    record(told(paid, 100_00))
    record(told(paid, 150_00, day=NEXT))

    book(comptable)

    assert balance(creance) == 240_00
    assert suspense(creance.caisse_id) == -10_00
    assert find_breaches() == []


def test_only_an_accountant_of_the_fund_books_it(creance, comptable):
    paid = pay(creance)
    refunded(paid, 40_00)
    record(told(paid, 240_00))
    with national_scope():
        others = [agent_of("011", login="autre"), agent_of("331", role=Role.COMPTABLE)]

    for agent in others:
        with pytest.raises(BookingRefused, match="comptable"):
            book(agent)
    with pytest.raises(BookingRefused, match="Écrivez"):
        book(comptable, note="  ")

    with national_scope():
        assert not SuiteImpaye.objects.exists()
    assert balance(creance) == 40_00


def test_a_second_click_is_told_that_it_is_done(creance, comptable):
    paid = pay(creance)
    record(told_as(paid, {"order_id": "AUTRE"}))
    impaye = waiting_impaye()
    book(comptable)

    with caisse_scope(impaye.caisse_id), pytest.raises(AlreadyBooked):
        book_by_accountant(impaye_id=impaye.pk, agent=comptable, note="x", stated_cents=0, now=WHEN)

    with national_scope():
        assert Ecriture.objects.filter(event="CHARGEBACK_SUSPENSE").count() == 1


def test_what_was_seen_must_still_be_so(creance, comptable):
    paid = pay(creance)
    refunded(paid, 40_00)
    record(told(paid, 240_00))

    with pytest.raises(BookingRefused, match="situation a changé"):
        book(comptable, seen=240_00)

    assert balance(creance) == 40_00


def test_a_refund_on_its_way_is_waited_for(creance, comptable):
    paid = pay(creance)
    asker, decider = two_agents()
    refund = approve(decider, ask(asker, paid, 40_00))
    with national_scope():
        line = told(paid, 250_00)
    record(line)
    with national_scope():
        Refund.objects.filter(pk=refund.pk).update(sent_at=WHEN)

    with pytest.raises(BookingRefused, match="attendez"):
        book(comptable)

    assert balance(creance) == 0


def test_a_chargeback_that_the_bank_gives_back_pays_the_debt_again(creance, comptable):
    paid = pay(creance)
    record(told(paid, 240_00))
    record(given_back(paid, 240_00))

    book(comptable)

    with national_scope():
        ecriture = Ecriture.objects.get(event="REPRESENTMENT")
        again = Mouvement.objects.get(source_id=ecriture.source_id)
        titles = [step.title.replace("\xa0", " ") for step in timeline_of(paid.payment)]
        face = face_of(paid.reload())
    assert balance(creance) == 0
    lines = lines_of("REPRESENTMENT")
    assert [line[1:] for line in lines] == [(240_00, 0), (0, 240_00)]
    assert lines[0][0] == "5115"
    assert (again.kind, again.value_on, ecriture.origin_on) == ("CARTE", NEXT, NEXT)
    assert suspense(creance.caisse_id) == 0
    assert face == Face.REPRESENTED
    assert "Impayé : la banque a rendu 240,00 €" in titles
    assert find_breaches() == []


def test_nothing_is_booked_of_it_before_an_accountant_does(creance):
    paid = pay(creance)
    record(told(paid, 240_00))

    assert record(given_back(paid, 240_00)) == 1

    with national_scope():
        waiting = Impaye.objects.latest("pk")
        detail = Anomalie.objects.get(kind="CHARGEBACK_TO_BOOK").detail
    assert (waiting.status, waiting.transaction_id) == ("A_TRAITER", None)
    assert "La banque a rendu 240,00" in detail.replace("\xa0", " ")
    assert balance(creance) == 240_00


def test_the_person_is_told_that_there_is_nothing_to_pay_again(creance, comptable):
    paid = pay(creance)
    record(told(paid, 240_00))
    record(given_back(paid, 240_00))
    book(comptable)

    relay_messages(now=WHEN + timedelta(minutes=1), limit=50)

    words = next(each for each in mail.outbox if "de nouveau enregistré" in each.subject)
    assert "diminue de 240,00" in words.body.replace("\xa0", " ")
    assert "rien à payer de nouveau" in words.body


def test_what_the_debt_no_longer_owes_is_a_surplus_of_the_person(creance, comptable):
    paid = pay(creance)
    record(told(paid, 240_00))
    shrink(creance, 100_00)
    record(given_back(paid, 240_00))

    book(comptable)

    with national_scope():
        line = Anomalie.objects.get(kind="SURPLUS")
        surplus = paid.payment.surpluses.get()
    assert balance(creance) == 0
    assert suspense(creance.caisse_id) == 100_00
    assert (surplus.status, surplus.amount_cents) == ("A_CHOISIR", 100_00)
    assert (line.amount_cents, line.settled_at) == (100_00, None)


def test_what_had_been_taken_beyond_comes_back_to_nothing_first(creance, comptable):
    paid = pay(creance)
    refunded(paid, 40_00)
    record(told(paid, 240_00))
    book(comptable)
    record(given_back(paid, 240_00))

    suite = book(comptable)

    assert balance(creance) == 40_00
    assert suspense(creance.caisse_id) == 0
    assert suite.beyond_cents == 40_00
    with national_scope():
        assert Representation.objects.get().amount_cents == 200_00
    assert find_breaches() == []


def test_money_of_no_known_payment_comes_back_to_nothing(creance, comptable):
    paid = pay(creance)
    record(told_as(paid, {"order_id": "AUTRE"}))
    book(comptable)
    record(given_back(paid, 240_00, named=False, order_id="AUTRE"))

    book(comptable)

    assert suspense(creance.caisse_id) == 0
    assert lines_of("REPRESENTMENT_SUSPENSE") == [("5115", 240_00, 0), ("471", 0, 240_00)]
    assert find_breaches() == []


def test_it_may_be_charged_back_again(creance, comptable):
    paid = pay(creance)
    record(told(paid, 240_00))
    record(given_back(paid, 240_00))
    book(comptable)
    record(told(paid, 240_00, day=NEXT + timedelta(days=2)))

    book(comptable)

    assert balance(creance) == 240_00
    assert suspense(creance.caisse_id) == 0
    with national_scope():
        assert face_of(paid.reload()) == Face.CHARGED_BACK
        (left,) = refundables_of(paid.reload())
    assert left.left_cents == 0
    assert find_breaches() == []


def test_it_is_matched_proved_and_lettered_with_the_bank_that_brings_it(creance, comptable):
    paid = pay(creance)
    fund = creance.caisse_id
    record(told(paid, 240_00))
    record(given_back(paid, 240_00))
    book(comptable)
    with caisse_scope(fund):
        line = bank_line(fund, 240_00, f"REPRESENTATION CB {trans_id(paid)}", on=NEXT)

    match_gateway(caisse_id=fund, now=WHEN)
    imputed = impute_bank_lines(caisse_id=fund, now=WHEN)
    letter_covered(caisse_id=fund, now=WHEN)
    proof = prove_day(caisse_id=fund, day_on=NEXT, now=WHEN)

    with caisse_scope(fund):
        assert Appariement.objects.filter(kind="JRI").count() == 2
        assert Imputation.objects.get(ligne=line).kind == "REMISE"
        answered = Ecriture.objects.get(event="REPRESENTMENT").lignes.get(compte__number="5115")
        assert answered.lettrages.filter(live=True).count() == 1
        kinds = set(proof.residus.filter(explained=False).values_list("kind", flat=True))
    assert imputed == 1
    assert (proof.gateway_cents, proof.ledger_cents) == (240_00, 240_00)
    assert proof.ledger_bank_cents == proof.bank_cents == 240_00
    assert "SOLDE" not in kinds


def trans_id(paid) -> str:
    with national_scope():
        return paid.payment.redirections.get().trans_id


def test_inv07_no_more_of_a_chargeback_comes_back_than_it_took(creance, comptable):
    paid = pay(creance)
    record(told(paid, 240_00))
    with national_scope():
        refund = Refund.objects.get(kind="IMPAYE")
        values = {"given_on": NEXT, "recorded_at": WHEN, "caisse": refund.caisse, "refund": refund}
        Representation.objects.create(amount_cents=200_00, source_id=uuid4(), **values)

        with pytest.raises(IntegrityError, match="inv07"), transaction.atomic():
            Representation.objects.create(amount_cents=40_01, source_id=uuid4(), **values)


def test_a_withholding_of_the_same_month_is_compared_with_what_is_left_of_the_payments(
    creance, comptable
):
    paid = pay(creance)
    record(told(paid, 240_00))
    shrink(creance, 30_00)

    taken_back = find_double_collections(caisse_id=creance.caisse_id, now=WHEN)
    record(given_back(paid, 240_00))
    book(comptable)
    find_double_collections(caisse_id=creance.caisse_id, now=WHEN + timedelta(hours=1))

    with national_scope():
        (line,) = Anomalie.objects.filter(kind="DOUBLE_COLLECTION")
    assert taken_back == 0
    assert line.amount_cents == 30_00


def test_money_of_no_attempt_that_the_bank_takes_back_leaves_the_suspense_account(
    creance, comptable
):
    payment = open_payment(creance)
    uuid = uuid4()
    body = signed_body(
        payment,
        vads_order_id="FACTURE-7",
        vads_trans_uuid=uuid.hex,
        vads_trans_status="CAPTURED",
    )
    receive_notification(body=body, content_type=FORM, now=WHEN)
    held = suspense(creance.caisse_id)
    with national_scope():
        site = payment.boutique.site_id
    line = jri_line(
        trans_id="000009",
        cents=240_00,
        paid_on=CHARGED_ON,
        charged_back_on=CHARGED_ON,
        order_id="FACTURE-7",
        uuid=uuid,
    )
    name, content = jri_file([line], site, CHARGED_ON)
    record(received(content, name, now=WHEN))

    suite = book(comptable)

    assert held == 240_00
    assert suspense(creance.caisse_id) == 0
    assert suite.beyond_cents == 0
    with national_scope():
        assert Refund.objects.get(kind="IMPAYE").payment is None
    assert find_breaches() == []


@pytest.mark.parametrize(
    ("words", "kind"),
    [("VIREMENT", None), ("REMISE 7", "REMISE"), ("REPRESENTATION", "CHARGE")],
)
def test_a_credit_that_may_be_a_remittance_or_a_chargeback_given_back_is_not_guessed(
    creance, comptable, words, kind
):
    paid, fund = pay(creance), creance.caisse_id
    record(told(paid, 240_00))
    record(given_back(paid, 240_00))
    book(comptable)
    named = f"{words} {trans_id(paid)}" if kind == "CHARGE" else words
    with caisse_scope(fund):
        remise_of(fund, jt_of(paid.transaction), at=WHEN)
        line = bank_line(fund, 240_00, named, on=NEXT)
    match_gateway(caisse_id=fund, now=WHEN)

    impute_bank_lines(caisse_id=fund, now=WHEN)

    with caisse_scope(fund):
        found = Imputation.objects.filter(ligne=line).first()
        brought = found.remises.count() if found else None
    assert (brought is None, bool(brought)) == (kind is None, kind == "REMISE")
