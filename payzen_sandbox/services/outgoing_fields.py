"""The fields PayZen sends back: in the notification, and in the buyer's return."""

import secrets
from collections.abc import Mapping

from payzen_sandbox.models import Payment, Transaction
from payzen_sandbox.protocol.instants import to_vads
from payzen_sandbox.protocol.signature import sign
from payzen_sandbox.shops import Shop

CANCELLED_BY_BUYER = "17"


def result_fields(payment: Payment, transaction: Transaction | None) -> dict[str, str]:
    """What became of the payment: every field of the form, empty and unknown ones included,
    then the platform's own. Unsigned. Without transaction: the buyer gave up.
    """
    outcome = _abandoned(payment) if transaction is None else _transaction(transaction)
    return {**payment.fields, **outcome}


def notification_fields(
    payment: Payment, transaction: Transaction | None, *, source: str
) -> dict[str, str]:
    """The unsigned body of a notification: the result, a hash of its own, and who sent it.

    The amount of a BATCH_AUTO one is the total or the instalment's, as the shop's setting says:
    the documentation does not. The effective amount is always the instalment's.
    """
    fields = result_fields(payment, transaction)
    if source == "BATCH_AUTO" and payment.shop.batch_amount == "instalment":
        fields["vads_amount"] = fields["vads_effective_amount"]
    return {
        **fields,
        "vads_hash": secrets.token_hex(32),
        "vads_url_check_src": source,
    }


def signed(fields: Mapping[str, str], shop: Shop) -> dict[str, str]:
    """The fields with the shop's signature."""
    return {**fields, "signature": sign(fields, key=shop.key_test, algorithm=shop.algorithm)}


def _abandoned(payment: Payment) -> dict[str, str]:
    """No transaction exists: neither sequence number nor operation type (data dictionary)."""
    return {
        "vads_trans_status": "ABANDONED",
        "vads_result": CANCELLED_BY_BUYER,
        "vads_extra_result": "",
        "vads_auth_result": "",
        "vads_auth_number": "",
        "vads_auth_mode": "",
        "vads_payment_certificate": "",
        "vads_trans_uuid": payment.abandon_uuid,
        "vads_effective_creation_date": to_vads(payment.closed_at or payment.opened_at),
        "vads_card_brand": "",
        "vads_card_number": "",
        "vads_payment_src": "EC",
        "vads_pays_ip": "FR",
    }


def _transaction(transaction: Transaction) -> dict[str, str]:
    payment = transaction.payment
    return {
        "vads_trans_status": transaction.status,
        "vads_result": transaction.result,
        "vads_extra_result": transaction.extra_result,
        "vads_auth_result": transaction.auth_result,
        "vads_auth_number": transaction.auth_number,
        "vads_auth_mode": transaction.auth_mode,
        "vads_payment_certificate": transaction.certificate,
        "vads_payment_error": transaction.payment_error,
        "vads_trans_uuid": transaction.uuid,
        "vads_sequence_number": str(transaction.sequence_number),
        "vads_occurrence_type": transaction.occurrence_type,
        "vads_operation_type": transaction.operation_type,
        "vads_effective_amount": str(transaction.amount_cents),
        "vads_effective_currency": payment.currency,
        "vads_effective_creation_date": to_vads(transaction.created_at),
        "vads_presentation_date": to_vads(transaction.presentation_at),
        "vads_capture_delay": str(payment.capture_delay_days),
        "vads_contract_used": payment.shop.contract,
        "vads_payment_src": "EC",
        "vads_pays_ip": "FR",
        "vads_risk_control": "CARD_FRAUD=OK;COMMERCIAL_CARD=OK",
        **_card(transaction),
        **transaction.threeds,
        **_own_identity(transaction),
    }


def _own_identity(transaction: Transaction) -> dict[str, str]:
    """A refund or a duplicate bears the platform's trans_id and its own amount, not the form's."""
    if not transaction.platform_trans_id:
        return {}
    return {
        "vads_trans_id": transaction.platform_trans_id,
        "vads_trans_date": to_vads(transaction.created_at),
        "vads_payment_config": "SINGLE",
        "vads_amount": str(transaction.initial_amount_cents),
        "vads_payment_src": "OTHER",
    }


def _card(transaction: Transaction) -> dict[str, str]:
    card = transaction.card
    return {
        "vads_card_brand": card["brand"],
        "vads_card_number": card["number"],
        "vads_expiry_month": str(card["expiry_month"]),
        "vads_expiry_year": str(card["expiry_year"]),
        "vads_card_country": "FR",
        "vads_card_holder_name": "",
        "vads_bank_code": "17807",
        "vads_bank_label": "Banque de démonstration",
        "vads_bank_product": "F",
        "vads_card_nature": "D",
        "vads_wallet": "",
    }
