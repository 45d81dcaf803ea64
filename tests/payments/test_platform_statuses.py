"""Every status, origin and direction that the platform may tell, and what we make of each."""

import random
from itertools import product
from uuid import uuid4

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie, Ecriture
from payments.gateways.base import Refusal, Result, Stage
from payments.gateways.payzen.codes import (
    BY_AUTHORISATION,
    BY_PAYMENT_ERROR,
    RESULTS,
    SOURCES,
    refusal_code_of,
    refusal_of,
    result_of,
)
from payments.gateways.payzen.message import read_message
from payments.models import Payment, Transaction
from payments.refusals import sentence_of
from payments.services.booking import apply_report
from payments.status import Cause
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, open_payment, signed_body

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.django_db

#: The table of the sheet (C.4), whole: what a first report makes of an open payment, and whether
#: an agent is told.
FIRST_REPORT = {
    "INITIAL": ("PENDING", None),
    "NOT_CREATED": ("ABANDONED", None),
    "ABANDONED": ("ABANDONED", None),
    "ACCEPTED": ("PENDING", None),
    "AUTHORISED": ("PAID", None),
    "AUTHORISED_TO_VALIDATE": ("PENDING", None),
    "WAITING_AUTHORISATION": ("PENDING", None),
    "WAITING_AUTHORISATION_TO_VALIDATE": ("PENDING", None),
    "CAPTURED": ("PAID", None),
    "CAPTURE_FAILED": ("REFUSED", None),
    "REFUSED": ("REFUSED", None),
    "CANCELLED": ("REFUSED", None),
    "CANCELED": ("REFUSED", None),
    "EXPIRED": ("REFUSED", None),
    "SUSPENDED": ("PENDING", None),
    "UNDER_VERIFICATION": ("PENDING", None),
    "PRE_AUTHORISED": ("PENDING", None),
    "WAITING_FOR_PAYMENT": ("PENDING", None),
    "PENDING": ("PENDING", None),
    "REFUND_TO_RETRY": ("PENDING", None),
    "PARTIALLY_AUTHORISED": ("PENDING", "AMOUNT_MISMATCH"),
    "": ("PENDING", "UNKNOWN_STATUS"),
    "TELEPORTED": ("PENDING", "UNKNOWN_STATUS"),
}
#: After the money was booked, told of the same transaction: who is told.
AFTER_BOOKING = {
    "CAPTURE_FAILED": "NOT_COLLECTED",
    "EXPIRED": "NOT_COLLECTED",
    "SUSPENDED": "REMITTANCE_SUSPENDED",
    "WAITING_AUTHORISATION": None,
    "UNDER_VERIFICATION": None,
    "CAPTURED": None,
    "AUTHORISED": None,
}
#: Codes of the CB network that the sheet lists (C.5).
CB_CODES = [
    *("00", "02", "03", "04", "05", "07", "08", "12", "13", "14", "15", "17", "19", "20", "24"),
    *("25", "26", "27", "28", "29", "30", "31", "33", "34", "41", "43", "51", "54", "55", "56"),
    *("57", "58", "59", "60", "61", "63", "65", "68", "75", "76", "78", "80", "81", "82", "83"),
    *("84", "86", "88", "90", "91", "94", "96", "97", "98", "99"),
]


@pytest.fixture
def payment():
    with national_scope():
        creance = CreanceFactory()
    return open_payment(creance)


@pytest.fixture
def tell(client, payment):
    def post(status="AUTHORISED", uuid=None, **changes):
        fields = {"vads_trans_status": status, "vads_trans_uuid": uuid or uuid4().hex, **changes}
        answer = client.post(IPN, signed_body(payment, **fields), content_type=FORM)
        assert answer.status_code == 200
        return answer.content.decode().removeprefix("OK-")

    return post


def status_of(payment):
    with caisse_scope(payment.caisse_id):
        return Payment.objects.get(pk=payment.pk).status


def anomalies(payment):
    with caisse_scope(payment.caisse_id):
        return sorted(Anomalie.objects.values_list("kind", flat=True))


def booked(payment):
    with caisse_scope(payment.caisse_id):
        return Ecriture.objects.count()


def test_the_table_is_whole():
    assert set(FIRST_REPORT) - {"", "TELEPORTED"} == set(RESULTS)


@pytest.mark.parametrize("told", FIRST_REPORT)
def test_each_status_told_first_leads_where_the_table_says(payment, tell, told):
    status, kind = FIRST_REPORT[told]

    tell(told)

    assert status_of(payment) == status
    assert anomalies(payment) == ([kind] if kind else [])
    assert booked(payment) == (status == "PAID")


@pytest.mark.parametrize("told", [t for t, (status, _) in FIRST_REPORT.items() if status != "PAID"])
def test_whatever_was_told_before_money_that_comes_is_booked_once(payment, tell, told):
    tell(told)

    tell("AUTHORISED", uuid="d" * 32)
    tell("CAPTURED", uuid="d" * 32)

    assert status_of(payment) == "PAID"
    assert booked(payment) == 1


@pytest.mark.parametrize("told", AFTER_BOOKING)
def test_what_is_told_of_money_already_booked_never_undoes_it_by_itself(payment, tell, told):
    tell("AUTHORISED", uuid="a" * 32)

    outcome = tell(told, uuid="a" * 32)

    kind = AFTER_BOOKING[told]
    assert outcome == ("SUSPENSE" if kind else "ALREADY_APPLIED")
    assert anomalies(payment) == ([kind] if kind else [])
    assert status_of(payment) == "PAID"
    assert booked(payment) == 1


def test_a_remittance_suspended_then_failed_is_told_twice(payment, tell):
    tell("AUTHORISED", uuid="a" * 32)
    tell("SUSPENDED", uuid="a" * 32)
    tell("CAPTURE_FAILED", uuid="a" * 32)

    assert anomalies(payment) == ["NOT_COLLECTED", "REMITTANCE_SUSPENDED"]


@pytest.mark.parametrize("told", ["CAPTURE_FAILED", "EXPIRED", "SUSPENDED"])
def test_money_of_no_known_order_that_is_in_doubt_is_told_too(payment, tell, told):
    order = {"uuid": "a" * 32, "vads_order_id": "P000000-UNKNOWN"}
    tell("AUTHORISED", **order)

    assert tell(told, **order) == "SUSPENSE"
    assert len(anomalies(payment)) == 2
    assert tell(told, vads_order_id="P000000-OTHER") in {"IGNORED", "ALREADY_APPLIED"}


@pytest.mark.parametrize("source", [*SOURCES, "HOLOGRAM"])
@pytest.mark.parametrize("told", ["AUTHORISED", "REFUSED", "WAITING_AUTHORISATION"])
def test_what_made_the_platform_speak_changes_nothing_of_what_is_true(payment, tell, told, source):
    tell(told, vads_url_check_src=source)

    assert status_of(payment) == FIRST_REPORT[told][0]
    assert anomalies(payment) == (["UNKNOWN_STATUS"] if source == "HOLOGRAM" else [])


@pytest.mark.parametrize("told", ["ACCEPTED", "REFUSED", "AUTHORISED", "CAPTURED", "CANCELLED"])
def test_a_verification_moves_no_money_and_no_payment(payment, tell, told):
    assert tell(told, vads_operation_type="VERIFICATION") == "IGNORED"
    assert (status_of(payment), booked(payment), anomalies(payment)) == ("OPEN", 0, [])


@pytest.mark.parametrize("operation", ["TRANSFER", "debit", "X" * 255, "é"])
@pytest.mark.parametrize("told", ["AUTHORISED", "REFUSED", "TELEPORTED"])
def test_an_unknown_direction_of_money_waits_for_an_agent_and_breaks_nothing(
    payment, tell, told, operation
):
    tell(told, vads_operation_type=operation)

    assert (status_of(payment), booked(payment)) == ("PENDING", 0)
    assert anomalies(payment) == ["UNKNOWN_STATUS"]


def test_an_unknown_word_after_payment_is_told_and_undoes_nothing(payment, tell):
    tell("CAPTURED", uuid="a" * 32)

    tell("TELEPORTED", uuid="a" * 32)
    tell("AUTHORISED", vads_operation_type="TRANSFER", vads_order_id="P000000-UNKNOWN")

    assert status_of(payment) == "PAID"
    assert anomalies(payment) == ["UNKNOWN_STATUS"] * 2
    with caisse_scope(payment.caisse_id):
        assert Transaction.objects.get(uuid="a" * 32).gateway_status == "CAPTURED"


# Several attempts under one payment.


@pytest.mark.parametrize("ending", ["REFUSED", "CANCELLED", "EXPIRED", "CAPTURE_FAILED"])
def test_the_end_of_an_older_attempt_does_not_end_a_newer_one_that_waits(payment, tell, ending):
    tell("WAITING_AUTHORISATION", uuid="b" * 32, vads_sequence_number="2")

    assert tell(ending, uuid="a" * 32, vads_sequence_number="1") == "ALREADY_APPLIED"
    assert status_of(payment) == "PENDING"


def test_a_page_given_up_does_not_end_an_attempt_that_waits(payment, tell):
    tell("UNDER_VERIFICATION", uuid="b" * 32)

    tell("ABANDONED", vads_trans_uuid="")

    assert status_of(payment) == "PENDING"


def test_the_payment_ends_with_its_last_attempt(payment, tell):
    tell("WAITING_AUTHORISATION", uuid="b" * 32, vads_sequence_number="2")
    tell("REFUSED", uuid="a" * 32, vads_sequence_number="1")

    tell("REFUSED", uuid="b" * 32, vads_sequence_number="2")

    assert status_of(payment) == "REFUSED"


@pytest.mark.parametrize(
    ("last", "late"),
    [
        *product(["CANCELLED", "EXPIRED"], ["AUTHORISED", "SUSPENDED"]),
        *product(["REFUSED", "CANCELLED", "EXPIRED"], ["WAITING_AUTHORISATION", "INITIAL"]),
    ],
)
def test_an_older_word_on_one_transaction_comes_too_late(payment, tell, last, late):
    tell(last, uuid="a" * 32)

    assert tell(late, uuid="a" * 32) == "ALREADY_APPLIED"

    assert (status_of(payment), booked(payment)) == ("REFUSED", 0)
    with caisse_scope(payment.caisse_id):
        kept = Transaction.objects.get()
        stage = Stage.GIVEN_UP if last == "REFUSED" else Stage.FINAL
        assert (kept.gateway_status, kept.stage) == (last, stage)


def test_an_answer_to_an_older_question_does_not_undo_a_newer_notification(payment, tell):
    waiting = signed_body(
        payment, vads_trans_status="WAITING_AUTHORISATION", vads_trans_uuid="a" * 32
    )
    (asked_before,) = read_message(waiting).reports()
    tell("REFUSED", uuid="a" * 32)

    with caisse_scope(payment.caisse_id):
        boutique = Payment.objects.select_related("boutique").get(pk=payment.pk).boutique
    apply_report(boutique=boutique, report=asked_before, cause=Cause.POLL, now=NOW)

    assert status_of(payment) == "REFUSED"


@pytest.mark.parametrize("seed", range(8))
def test_in_whatever_order_three_attempts_are_told_the_end_is_the_same(payment, tell, seed):
    words = [
        *product(["WAITING_AUTHORISATION", "REFUSED"], ["a" * 32]),
        *product(["INITIAL", "REFUSED"], ["b" * 32]),
        *product(["WAITING_AUTHORISATION", "CANCELLED"], ["c" * 32]),
    ]
    random.Random(seed).shuffle(words)  # noqa: S311 - an order, not a secret

    for status, uuid in words:
        tell(status, uuid=uuid)

    assert status_of(payment) == "REFUSED"
    assert (booked(payment), anomalies(payment)) == (0, [])


# Refusals: a sentence for the person, the code for the agents.


@pytest.mark.parametrize("code", CB_CODES)
def test_each_code_of_the_cb_network_is_mapped_on_purpose(code):
    assert code in BY_AUTHORISATION
    sentence = str(sentence_of(refusal_of(auth_result=code, payment_error="")))
    assert sentence
    assert not any(digit in sentence for digit in "0123456789")


def test_no_code_is_mapped_that_the_sheet_does_not_have():
    assert set(BY_AUTHORISATION) == set(CB_CODES)
    assert not set(BY_PAYMENT_ERROR) & {"10", "11", "12", "101", "139"}


@pytest.mark.parametrize(
    ("auth_result", "payment_error", "refusal"),
    [
        ("51", "", Refusal.FUNDS),
        ("61", "", Refusal.LIMIT),
        ("33", "", Refusal.EXPIRED),
        ("54", "", Refusal.EXPIRED),
        ("41", "", Refusal.BLOCKED),
        ("43", "", Refusal.BLOCKED),
        ("14", "", Refusal.CARD),
        ("82", "", Refusal.CARD),
        ("05", "", Refusal.BANK),
        ("5", "", Refusal.BANK),
        ("81", "", Refusal.AUTHENTICATION),
        ("", "39", Refusal.AUTHENTICATION),
        ("", "149", Refusal.TIMEOUT),
        ("91", "", Refusal.TECHNICAL),
        ("00", "39", Refusal.AUTHENTICATION),
        ("0", "", Refusal.UNSAID),
        ("", "", Refusal.UNSAID),
        ("777", "9999", Refusal.UNSAID),
        ("1216", "", Refusal.UNSAID),
    ],
)
def test_the_platforms_reason_goes_before_the_banks(auth_result, payment_error, refusal):
    assert refusal_of(auth_result=auth_result, payment_error=payment_error) == refusal


def test_a_lost_card_and_a_stolen_one_are_spoken_of_in_the_same_neutral_words():
    sentence = str(sentence_of(Refusal.BLOCKED)).lower()

    assert not {"perdue", "volée", "opposition", "fraude"} & set(sentence.split())


def test_the_agent_reads_the_code_and_the_person_never_does(payment, tell):
    tell("REFUSED", vads_auth_result="51", vads_payment_error="39", vads_result="05")

    with caisse_scope(payment.caisse_id):
        kept = Transaction.objects.get()
    assert (kept.refusal, kept.refusal_code) == ("authentication", "banque 51, plateforme 39")
    assert refusal_code_of(auth_result="00", payment_error="") == ""


def test_an_unknown_status_is_unknown_and_not_a_refusal():
    assert result_of("TELEPORTED") is Result.UNKNOWN
    assert result_of("authorised") is Result.UNKNOWN
