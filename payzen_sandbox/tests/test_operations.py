"""Operations by hand: what each status allows, what is left behind, what the shop is told."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from payzen_sandbox import clock
from payzen_sandbox.models import Operation, Transaction
from payzen_sandbox.models.transaction import Status
from payzen_sandbox.protocol.signature import is_authentic
from payzen_sandbox.refusal_texts import REFUSALS
from payzen_sandbox.tests.journey import ACCEPTED, REFUSED, pay, shop
from payzen_sandbox.tests.office import (
    advance,
    done,
    operate,
    post,
    refused,
    run,
    set_rule,
    set_shop,
    set_switches,
)

pytestmark = pytest.mark.django_db
PACKAGE = Path(__file__).resolve().parent.parent
MASTERCARD_REFUSED = "5970100300000109"


def paid(client, number=ACCEPTED, **form):
    return pay(client, number, **form).transactions.get()


def captured(client, **form):
    return done(client, paid(client, **form), "capture")


def authentic(fields):
    return is_authentic(fields, key=shop().key_test, algorithm=shop().algorithm)


def test_validating_lets_the_payment_go_and_is_told(client, listener):
    transaction = paid(client, vads_validation_mode="1")
    assert transaction.status == "AUTHORISED_TO_VALIDATE"

    assert done(client, transaction, "validate").status == "AUTHORISED"

    told = listener.calls[-1]
    assert (told["vads_url_check_src"], told["vads_trans_status"]) == ("MERCH_BO", "AUTHORISED")
    assert authentic(told)
    assert refused(client, transaction, "validate") == "PSP_011"


def test_a_lower_amount_is_the_effective_one(client, listener):
    changed = done(client, paid(client), "modify", amount=2000)

    assert (changed.amount_cents, changed.initial_amount_cents) == (2000, 5124)
    told = listener.calls[-1]
    assert (told["vads_amount"], told["vads_effective_amount"]) == ("5124", "2000")
    assert told["vads_trans_uuid"] == changed.uuid


def test_a_date_can_be_moved_before_the_remittance(client, listener):
    later = clock.now().date() + timedelta(days=3)

    changed = done(client, paid(client), "modify", capture_on=later.isoformat())

    assert changed.presentation_at.date() == later
    assert run(client, "capture") == 0
    advance(client, days=3)
    assert run(client, "capture") == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount": 5125}, "PSP_020"),
        ({"amount": 0}, "PSP_020"),
        ({"amount": 5124}, "PSP_014"),
        ({}, "PSP_014"),
        ({"capture_on": "2020-01-01"}, "PSP_002"),
        ({"capture_on": "2099-01-01"}, "PSP_013"),
    ],
)
def test_a_modification_only_lowers_and_only_looks_ahead(client, listener, body, code):
    transaction = paid(client)

    assert refused(client, transaction, "modify", **body) == code
    assert not Operation.objects.exists()


def test_cancelling_is_for_before_the_remittance(client, listener):
    transaction = paid(client)

    assert done(client, transaction, "cancel").status == "CANCELLED"

    assert listener.calls[-1]["vads_trans_status"] == "CANCELLED"
    assert refused(client, transaction, "cancel") == "PSP_105"
    assert refused(client, captured(client), "cancel") == "PSP_075"
    assert refused(client, paid_refused(client), "cancel") == "PSP_011"


def paid_refused(client):
    return pay(client, REFUSED).transactions.get()


def test_a_refund_is_a_credit_of_its_own_under_the_same_order(client, listener):
    debit = captured(client, vads_ext_info_reference="abc")

    credit = done(client, debit, "refund", amount=1000)

    told = listener.calls[-1]
    assert {
        "vads_url_check_src": "MERCH_BO",
        "vads_operation_type": "CREDIT",
        "vads_trans_status": "AUTHORISED",
        "vads_amount": "1000",
        "vads_effective_amount": "1000",
        "vads_order_id": "REMB-2026-0001",
        "vads_ext_info_reference": "abc",
        "vads_sequence_number": "1",
        "vads_trans_uuid": credit.uuid,
        "vads_trans_id": "900000",
        "vads_payment_config": "SINGLE",
    }.items() <= told.items()
    assert authentic(told)
    assert (credit.parent, credit.trans_id) == (debit, "900000")


def test_refunds_in_part_add_up_to_the_amount_and_never_above(client, listener):
    debit = captured(client)
    done(client, debit, "refund", amount=2000)

    assert refused(client, debit, "refund", amount=3125) == "PSP_020"
    assert refused(client, debit, "refund", amount=0) == "PSP_020"
    rest = done(client, debit, "refund")

    assert (rest.amount_cents, rest.trans_id) == (3124, "900001")
    assert refused(client, debit, "refund") == "PSP_104"
    assert debit.refunded_cents == 5124


def test_a_cancelled_or_refused_refund_gives_its_amount_back(client, listener):
    debit = captured(client)
    done(client, done(client, debit, "refund"), "cancel")
    set_switches(client, refuse_refunds=True)

    credit = done(client, debit, "refund")

    assert (credit.status, credit.payment_error) == ("REFUSED", "139")
    assert listener.calls[-1]["vads_trans_status"] == "REFUSED"
    assert debit.refundable_cents == 5124


def test_a_refund_waits_for_the_remittance_and_is_remitted_itself(client, listener):
    debit = paid(client)
    assert refused(client, debit, "refund") == "PSP_076"
    done(client, debit, "capture")
    credit = done(client, debit, "refund")

    assert run(client, "capture") == 1

    credit.refresh_from_db()
    assert (credit.status, credit.remittance_number) == ("CAPTURED", 2)
    assert refused(client, credit, "refund") == "PSP_011"


def test_a_shop_may_forbid_refunds(client, listener):
    debit = captured(client)
    set_shop(client, refunds_allowed=False)

    assert refused(client, debit, "refund") == "PSP_043"


def test_a_chargeback_tells_nobody_and_forbids_refunds(client, listener):
    debit = captured(client)
    calls = len(listener.calls)

    marked = done(client, debit, "chargeback", reason="Contestation")

    assert (marked.status, marked.chargeback_reason) == ("CAPTURED", "Contestation")
    assert len(listener.calls) == calls
    assert refused(client, debit, "refund") == "PSP_083"
    assert refused(client, debit, "chargeback") == "PSP_083"
    assert refused(client, paid(client), "chargeback") == "PSP_011"


def test_a_duplicate_debits_the_card_again_without_guarantee(client, listener):
    copy = done(client, captured(client), "duplicate", amount=300)

    assert (copy.operation_type, copy.status, copy.amount_cents) == ("DEBIT", "AUTHORISED", 300)
    told = listener.calls[-1]
    assert (told["vads_amount"], told["vads_warranty_result"]) == ("300", "NO")
    assert int(told["vads_trans_id"]) >= 900000


def test_what_can_be_duplicated(client, listener):
    assert done(client, paid_refused(client), "duplicate").status == "REFUSED"
    assert refused(client, paid(client), "duplicate") == "PSP_011"
    debit = captured(client)
    assert refused(client, debit, "duplicate", amount=-1) == "PSP_020"
    assert refused(client, done(client, debit, "refund"), "duplicate") == "PSP_016"


def test_a_mastercard_that_must_not_be_presented_again_is_not(client, listener):
    transaction = pay(client, MASTERCARD_REFUSED).transactions.get()
    assert done(client, transaction, "duplicate").status == "REFUSED"  # 05 allows it

    Transaction.objects.filter(pk=transaction.pk).update(auth_result="41")

    assert refused(client, transaction, "duplicate") == "PSP_016"


def test_duplicates_and_refunds_are_not_attempts_of_the_buyer(client, listener):
    payment = pay(client, REFUSED)
    done(client, payment.transactions.get(), "duplicate")
    done(client, payment.transactions.get(platform_trans_id=""), "duplicate")

    payment.refresh_from_db()
    assert payment.is_open
    client.post(reverse("method", args=[payment.public_id]), {"network": "CB"})
    data = {"number": ACCEPTED, "expiry": "12/40", "cvv": "123"}
    client.post(reverse("card", args=[payment.public_id]), data)
    assert payment.transactions.get(status="AUTHORISED", platform_trans_id="").sequence_number == 2


def test_the_rule_off_the_shop_hears_nothing(client, listener):
    transaction = paid(client)
    set_rule(client, "back_office_operation", on=False)

    done(client, transaction, "cancel")

    assert [call["vads_url_check_src"] for call in listener.calls] == ["PAY"]
    assert transaction.payment.events.filter(name="notification.rule_off").exists()


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("explode", {}),
        ("refund", {"amount": "10"}),
        ("refund", {"amount": True}),
        ("refund", {"gift": 1}),
        ("modify", {"capture_on": "soon"}),
        ("cancel", {"amount": 1}),
    ],
)
def test_nonsense_is_refused(client, listener, operation, body):
    assert operate(client, paid(client), operation, **body).status_code == 400


def test_an_unknown_transaction_is_404(client):
    assert post(client, f"transactions/{'0' * 32}/cancel", {}).status_code == 404
    assert client.get(f"/transactions/{'0' * 32}/").status_code == 404


def test_the_page_offers_what_the_status_allows(client, listener):
    transaction = paid(client)
    url = reverse("transaction", args=[transaction.uuid])

    def offered():
        page = client.get(url).content.decode()
        names = ("validate", "modify", "capture", "cancel", "refund", "duplicate", "chargeback")
        return [name for name in names if f"/{name}/" in page]

    assert offered() == ["modify", "capture", "cancel"]
    client.post(reverse("operate", args=[transaction.uuid, "capture"]))
    assert offered() == ["refund", "duplicate", "chargeback"]


def test_the_page_takes_euros_and_leads_to_the_refund(client, listener):
    debit = captured(client)
    url = reverse("operate", args=[debit.uuid, "refund"])

    answer = client.post(url, {"refund-amount": "10,5"})

    credit = debit.children.get()
    assert credit.amount_cents == 1050
    assert answer.headers["Location"] == reverse("transaction", args=[credit.uuid])


def test_the_page_says_what_is_wrong(client, listener):
    debit = captured(client)
    url = reverse("operate", args=[debit.uuid, "refund"])

    typed = client.post(url, {"refund-amount": "dix"})
    assert typed.status_code == 400
    assert "Écrivez un montant" in typed.content.decode()
    too_much = client.post(url, {"refund-amount": "51,25"})
    assert too_much.status_code == 409
    page = too_much.content.decode()
    assert "PSP_020" in page
    assert "sans dépasser ce qui est possible" in page
    assert 'value="51,25"' in page  # what was typed is not lost
    assert Client(enforce_csrf_checks=True).post(url).status_code == 403
    assert not debit.children.exists()


def test_every_refusal_of_the_services_has_its_sentence():
    raised = set()
    for path in (PACKAGE / "services").glob("*.py"):
        raised |= set(re.findall(r'"(PSP_\d{3})"', path.read_text(encoding="utf-8")))

    assert raised == set(REFUSALS)


def test_every_operation_is_kept_with_its_origin(client, listener):
    debit = captured(client)
    done(client, debit, "refund")

    kept = Operation.objects.order_by("pk").values_list("kind", "origin", "status")

    assert list(kept) == [
        ("CAPTURE", "BACK_OFFICE", Status.CAPTURED),
        ("REFUND", "BACK_OFFICE", Status.AUTHORISED),
    ]
