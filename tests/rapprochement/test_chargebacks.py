"""Chargebacks: a debt lives again for what the bank took back, once, and nothing is guessed."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.core import mail

from allocataires.models import Creance, Mouvement
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie, Ecriture
from comptabilite.services.writing import RuleMissing
from echanges.models import FaitSortant
from payments.faces import Face, face_of
from payments.models import Refund
from payments.refund_queries import refundables_of
from payments.services import reversals
from payments.services.invariants import find_breaches
from payments.services.refunding import TakenBack
from payments.status import PaymentStatus
from payments.timeline import timeline_of
from rapprochement.models import Impaye
from rapprochement.services.chargebacks import record_all_chargebacks, record_chargebacks
from relation_usager.models import Message
from relation_usager.services.relay import relay_messages
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import open_payment
from tests.payments.refunds import Paid, approve, ask, pay, send, shrink, take, two_agents
from tests.payments.rest_double import RestDouble
from tests.rapprochement.readers.gateway_files import jri_file, jri_line
from tests.rapprochement.statements import received

pytestmark = pytest.mark.django_db

CHARGED_ON = date(2026, 11, 20)
WHEN = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory()


def told(
    paid: Paid,
    cents: int,
    *,
    named: bool = True,
    day: date = CHARGED_ON,
    now: datetime = WHEN,
    **more: object,
):
    """The platform tells that the bank took these cents back."""
    payment = paid.payment
    with national_scope():
        departure = payment.redirections.get()
        site = payment.boutique.site_id
    line = jri_line(
        trans_id=departure.trans_id,
        cents=cents,
        paid_on=departure.utc_on,
        charged_back_on=day,
        **({"uuid": UUID(hex=paid.uuid)} if named else {}) | {"order_id": payment.reference} | more,
    )
    name, content = jri_file([line], site, day)
    return received(content, name, now=now)


def record(fichier, *, now: datetime = WHEN) -> int:
    return record_chargebacks(fichier_id=fichier.pk, now=now)


def balance(creance: Creance) -> int:
    with national_scope():
        return Creance.objects.get(pk=creance.pk).balance_cents


def lines_of(event: str) -> list[tuple[str, int, int]]:
    with national_scope():
        ecriture = Ecriture.objects.get(event=event)
        rows = ecriture.lignes.order_by("position")
        return list(rows.values_list("compte__number", "debit_cents", "credit_cents"))


def test_a_charged_back_payment_is_due_again_and_the_books_say_so(creance):
    paid = pay(creance)

    assert record(told(paid, 240_00)) == 1

    with national_scope():
        impaye = Impaye.objects.get()
        mouvement = Mouvement.objects.get(kind="IMPAYE")
        ecriture = Ecriture.objects.get(event="CHARGEBACK")
        log = paid.reload().logs.order_by("pk").last()
        face = face_of(paid.payment)
        titles = [step.title.replace("\xa0", " ") for step in timeline_of(paid.payment)]
    assert balance(creance) == 240_00
    assert (impaye.status, impaye.amount_cents) == ("ROUVERT", 240_00)
    assert (mouvement.value_on, mouvement.amount_cents) == (CHARGED_ON, 240_00)
    assert mouvement.source_id == impaye.public_id == ecriture.source_id
    assert (ecriture.origin_on, ecriture.accounting_on) == (CHARGED_ON, CHARGED_ON)
    assert [line[1:] for line in lines_of("CHARGEBACK")] == [(240_00, 0), (0, 240_00)]
    assert lines_of("CHARGEBACK")[1][0] == "5115"
    assert (log.to_status, log.reason) == (PaymentStatus.REFUNDED, "IMPAYE")
    assert face == Face.CHARGED_BACK
    assert "Impayé : la banque a repris 240,00 €" in titles
    assert find_breaches() == []


def test_the_person_is_told_in_plain_words_and_an_agent_finds_it_on_the_list(creance):
    paid = pay(creance)
    record(told(paid, 240_00))

    relay_messages(now=WHEN + timedelta(minutes=1), limit=50)

    words = next(each for each in mail.outbox if "repris" in each.subject)
    with national_scope():
        anomalie = Anomalie.objects.get(kind="CHARGEBACK")
        assert Message.objects.get(kind="CHARGED_BACK").source_id == Impaye.objects.get().public_id
    assert "remonte de 240,00" in words.body.replace("\xa0", " ")
    assert "nous ne supposons aucune faute" in words.body
    assert "dites-le à votre Caf" in words.body
    assert anomalie.subject == paid.uuid
    assert paid.payment.reference in anomalie.detail


def test_the_funds_software_is_told_of_the_movement(creance):
    paid = pay(creance)

    record(told(paid, 240_00))

    with national_scope():
        movement = Mouvement.objects.get(kind="IMPAYE")
        facts = FaitSortant.objects.filter(kind="MOUVEMENT", subject_id=movement.pk)
        assert facts.count() == 1


def test_recording_again_changes_nothing(creance):
    paid = pay(creance)
    fichier = told(paid, 240_00)
    record(fichier)

    assert record(fichier) == 0
    assert record_all_chargebacks(now=WHEN) == 0

    assert balance(creance) == 240_00


def test_the_sweep_records_what_a_stopped_worker_left(creance):
    paid = pay(creance)
    told(paid, 240_00)

    assert record_all_chargebacks(now=WHEN) == 1

    assert balance(creance) == 240_00


def test_a_line_without_identifier_is_found_by_number_day_and_order(creance):
    paid = pay(creance)

    record(told(paid, 240_00, named=False))

    assert balance(creance) == 240_00


@pytest.mark.parametrize(
    "more", [{"order_id": "AUTRE"}, {"trans_id": "899999"}, {"paid_on": date(2026, 11, 10)}]
)
def test_a_line_that_names_nothing_known_waits_for_an_agent(creance, more):
    paid = pay(creance)

    assert record(told_as(paid, more)) == 1

    with national_scope():
        impaye = Impaye.objects.get()
        detail = Anomalie.objects.get(kind="CHARGEBACK_TO_BOOK").detail
    assert (impaye.status, impaye.transaction_id) == ("A_TRAITER", None)
    assert "rien n’a été passé" in detail
    assert balance(creance) == 0


def told_as(paid: Paid, changes: dict[str, object]):
    payment = paid.payment
    with national_scope():
        departure = payment.redirections.get()
        site = payment.boutique.site_id
    said = {
        "trans_id": departure.trans_id,
        "paid_on": departure.utc_on,
        "order_id": payment.reference,
    }
    line = jri_line(cents=240_00, charged_back_on=CHARGED_ON, **(said | changes))
    name, content = jri_file([line], site, CHARGED_ON)
    return received(content, name)


def test_refunds_already_made_are_not_taken_twice(creance):
    paid = pay(creance)
    asker, decider = two_agents()
    refund = approve(decider, ask(asker, paid, 40_00))
    with paid.platform.listening():
        assert send(refund) == "DONE"

    record(told(paid, 200_00))

    assert balance(creance) == 240_00
    assert paid.reload().status == PaymentStatus.REFUNDED
    assert find_breaches() == []


def test_an_amount_that_does_not_fit_moves_nothing(creance):
    paid = pay(creance)
    asker, decider = two_agents()
    refund = approve(decider, ask(asker, paid, 40_00))
    with paid.platform.listening():
        send(refund)

    record(told(paid, 240_00))

    with national_scope():
        assert Impaye.objects.get().status == "A_TRAITER"
        assert not Mouvement.objects.filter(kind="IMPAYE").exists()
    assert balance(creance) == 40_00


def test_what_lies_in_suspense_is_taken_before_the_debts(creance):
    with national_scope():
        debt = Creance.objects.get(pk=creance.pk)
    paid = pay_after_shrinking(debt)

    record(told(paid, 240_00))

    with national_scope():
        lines = Ecriture.objects.get(event="CHARGEBACK").lignes.order_by("position")
        debits = [line.debit_cents for line in lines if line.debit_cents]
        anomalies = Anomalie.objects.filter(kind="SURPLUS", settled_at__isnull=True)
        assert not anomalies.exists()
    assert debits == [200_00, 40_00]
    assert balance(creance) == 200_00
    assert find_breaches() == []


def pay_after_shrinking(creance: Creance) -> Paid:
    """40 € of the debt are withheld while the person is paying all of it."""
    payment = open_payment(creance)
    shrink(creance, 40_00)
    return take(payment, RestDouble())


def test_a_refund_of_a_charged_back_payment_is_refused_before_it_is_sent(creance):
    paid = pay(creance)
    record(told(paid, 100_00))
    asker, _decider = two_agents()

    with pytest.raises(TakenBack, match="ne se rembourse plus"):
        ask(asker, paid, 10_00, stated=140_00)

    with national_scope():
        (left,) = refundables_of(paid.reload())
    assert (left.given_back_cents, left.left_cents) == (100_00, 140_00)


def test_requests_that_nobody_sent_end_with_the_chargeback(creance):
    paid = pay(creance)
    asker, decider = two_agents()
    approved = approve(decider, ask(asker, paid, 40_00))
    waiting = ask(asker, paid, 10_00)

    record(told(paid, 100_00))

    with national_scope():
        ends = {each.pk: each.status for each in Refund.objects.exclude(kind="IMPAYE")}
    assert ends == {approved.pk: "FAILED", waiting.pk: "REJECTED"}


def test_a_second_chargeback_of_one_transaction_waits_for_an_agent(creance):
    paid = pay(creance)
    record(told(paid, 100_00))

    record(told(paid, 50_00, day=date(2026, 11, 21)))

    with national_scope():
        rows = list(Impaye.objects.order_by("pk").values_list("status", "amount_cents"))
    assert rows == [("ROUVERT", 100_00), ("A_TRAITER", 50_00)]
    assert balance(creance) == 100_00


def test_a_fund_without_a_rule_keeps_the_chargeback_waiting(creance, monkeypatch):
    paid = pay(creance)
    fichier = told(paid, 240_00)

    def no_rule(**_said: object) -> None:
        raise RuleMissing("none")

    monkeypatch.setattr(reversals, "write_ecriture", no_rule)
    assert record(fichier) == 0
    with caisse_scope(creance.caisse_id):
        assert Anomalie.objects.filter(kind="LEDGER_RULE_MISSING").exists()
        assert not Impaye.objects.exists()
    monkeypatch.undo()

    assert record_all_chargebacks(now=WHEN) == 1
