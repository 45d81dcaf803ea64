"""The V4/PaymentTransaction object, from a stored transaction."""

from datetime import datetime
from typing import Any

from payzen_sandbox.models import Payment, Transaction
from payzen_sandbox.models.transaction import Status
from payzen_sandbox.protocol.currencies import CURRENCIES
from payzen_sandbox.protocol.dictionary import EXT_INFO_PREFIX
from payzen_sandbox.protocol.instants import from_vads
from payzen_sandbox.rest.envelope import iso
from payzen_sandbox.services.authorisation import TECHNICAL_ERROR
from payzen_sandbox.shops import Shop

SIMPLE_STATUS = {
    Status.AUTHORISED: "PAID",
    Status.CAPTURED: "PAID",
    Status.AUTHORISED_TO_VALIDATE: "RUNNING",
    Status.WAITING_AUTHORISATION: "RUNNING",
    Status.WAITING_AUTHORISATION_TO_VALIDATE: "RUNNING",
    Status.UNDER_VERIFICATION: "RUNNING",
    Status.REFUSED: "UNPAID",
    Status.CANCELLED: "UNPAID",
    Status.EXPIRED: "UNPAID",
    Status.CAPTURE_FAILED: "UNPAID",
}
SEQUENCE_TYPES = {
    "UNITAIRE": "SINGLE",
    "RECURRENT_INITIAL": "RECURRING_INITIAL",
    "RECURRENT_INTERMEDIAIRE": "RECURRING_INTERMEDIATE",
    "RECURRENT_FINAL": "RECURRING_FINAL",
}
# `vads_payment_error`: 3-D Secure refusal, wrong code.
NOT_AUTHENTICATED = {"39", "146"}
AUTHENTICATION_STATUS = {"Y": "SUCCESS", "N": "FAILED"}


def transaction_object(transaction: Transaction, shop: Shop) -> dict[str, Any]:
    """Amounts in cents, currency alphabetic, dates ISO 8601 in UTC."""
    payment = transaction.payment
    return {
        "shopId": shop.site_id,
        "uuid": transaction.uuid,
        "amount": transaction.amount_cents,
        "currency": CURRENCIES[payment.currency].alphabetic,
        "paymentMethodType": "CARD",
        "paymentMethodToken": None,
        "status": SIMPLE_STATUS[Status(transaction.status)],
        "detailedStatus": transaction.status,
        "operationType": transaction.operation_type,
        "effectiveStrongAuthentication": _strong_authentication(transaction),
        "creationDate": iso(transaction.created_at),
        **_error(transaction),
        "metadata": _metadata(payment),
        "transactionDetails": _details(transaction, shop),
        "orderDetails": order_details(payment),
        "customer": customer(payment),
        "_type": "V4/PaymentTransaction",
    }


def order_details(payment: Payment) -> dict[str, Any]:
    """The order as the form gave it; the total, where a transaction may be an instalment."""
    return {
        "orderTotalAmount": payment.amount_cents,
        "orderEffectiveAmount": payment.amount_cents,
        "orderCurrency": CURRENCIES[payment.currency].alphabetic,
        "mode": payment.ctx_mode,
        "orderId": payment.order_id or None,
        "metadata": _metadata(payment),
        "_type": "V4/OrderDetails",
    }


def customer(payment: Payment) -> dict[str, Any]:
    """The buyer's e-mail address and reference, when the form gave them."""
    return {
        "email": payment.fields.get("vads_cust_email") or None,
        "reference": payment.fields.get("vads_cust_id") or None,
        "_type": "V4/Customer/Customer",
    }


def _metadata(payment: Payment) -> dict[str, str]:
    """`vads_ext_info_key` is the metadata `key`; order infos bear their REST names."""
    names = {
        "vads_order_info": "orderInfo",
        "vads_order_info2": "orderInfo2",
        "vads_order_info3": "orderInfo3",
    }
    metadata = {names[name]: payment.fields[name] for name in names if payment.fields.get(name)}
    for name, value in payment.fields.items():
        if name.startswith(EXT_INFO_PREFIX):
            metadata[name.removeprefix(EXT_INFO_PREFIX)] = value
    return metadata


def _error(transaction: Transaction) -> dict[str, str | None]:
    """ACQ_001: refused by the bank, whose own code is the detail."""
    if transaction.status != Status.REFUSED:
        code = message = None
    elif transaction.result == TECHNICAL_ERROR:
        code, message = "ACQ_999", "Technical error"
    elif transaction.is_credit:
        code, message = "PSP_003", "Refund refused"
    elif transaction.payment_error in NOT_AUTHENTICATED:
        code, message = "AUTH_100", "Cardholder not authenticated"
    else:
        code, message = "ACQ_001", "Payment refused"
    return {
        "errorCode": code,
        "errorMessage": message,
        "detailedErrorCode": None
        if code is None
        else transaction.auth_result or transaction.payment_error or None,
        "detailedErrorMessage": None,
    }


def _strong_authentication(transaction: Transaction) -> str:
    return "ENABLED" if transaction.threeds.get("vads_threeds_status") == "Y" else "DISABLED"


def _details(transaction: Transaction, shop: Shop) -> dict[str, Any]:
    payment = transaction.payment
    warranty = transaction.threeds.get("vads_warranty_result") or "NO"
    return {
        "liabilityShift": warranty,
        "effectiveAmount": transaction.amount_cents,
        "effectiveCurrency": CURRENCIES[payment.currency].alphabetic,
        "creationContext": "CHARGE",
        "cardDetails": _card_details(transaction),
        "fraudManagement": {
            "riskControl": [
                {"name": "CARD_FRAUD", "result": "OK"},
                {"name": "COMMERCIAL_CARD", "result": "OK"},
            ],
            "riskAssessments": None,
            "_type": "V4/PaymentMethod/Details/FraudManagement",
        },
        "parentTransactionUuid": transaction.parent.uuid if transaction.parent else None,
        "mid": shop.contract,
        "sequenceNumber": transaction.sequence_number,
        "externalTransactionId": None,
        "nsu": None,
        "tid": None,
        "_type": "V4/TransactionDetails",
    }


def _card_details(transaction: Transaction) -> dict[str, Any]:
    card = transaction.card
    manual = transaction.status.endswith("_TO_VALIDATE")
    return {
        "paymentSource": "EC",
        "manualValidation": "YES" if manual else "NO",
        "expectedCaptureDate": iso(transaction.presentation_at),
        "effectiveBrand": card["brand"],
        "pan": card["number"],
        "expiryMonth": card["expiry_month"],
        "expiryYear": card["expiry_year"],
        "country": "FR",
        "legacyTransId": transaction.trans_id,
        "legacyTransDate": iso(_legacy_date(transaction)),
        "paymentMethodSource": "NEW",
        "authorizationResponse": _authorisation(transaction),
        "captureResponse": _capture(transaction),
        "authenticationResponse": _authentication(transaction),
        "sequenceType": SEQUENCE_TYPES[transaction.occurrence_type],
        "installmentNumber": None,
        "_type": "V4/PaymentMethod/Details/CardDetails",
    }


def _authorisation(transaction: Transaction) -> dict[str, Any]:
    # REST writes success "0" where the form protocol writes "00".
    result = "0" if transaction.auth_result == "00" else transaction.auth_result or None
    return {
        "amount": transaction.amount_cents,
        "currency": CURRENCIES[transaction.payment.currency].alphabetic,
        "authorizationDate": iso(transaction.created_at),
        "authorizationNumber": transaction.auth_number or None,
        "authorizationResult": result,
        "authorizationMode": transaction.auth_mode or None,
        "_type": "V4/PaymentMethod/Details/Cards/CardAuthorizationResponse",
    }


def _legacy_date(transaction: Transaction) -> datetime:
    if transaction.platform_trans_id:
        return transaction.created_at
    return from_vads(transaction.payment.fields["vads_trans_date"])


def _capture(transaction: Transaction) -> dict[str, Any]:
    """The remittance and what was refunded since; nulls until there is one."""
    currency = CURRENCIES[transaction.payment.currency].alphabetic
    refunded = transaction.refunded_cents or None
    return {
        "refundAmount": refunded,
        "refundCurrency": currency if refunded else None,
        "captureDate": iso(transaction.captured_at) if transaction.captured_at else None,
        "captureFileNumber": transaction.remittance_number,
        "effectiveRefundAmount": refunded,
        "effectiveRefundCurrency": currency if refunded else None,
        "_type": "V4/PaymentMethod/Details/Cards/CardCaptureResponse",
    }


def _authentication(transaction: Transaction) -> dict[str, Any] | None:
    status = transaction.threeds.get("vads_threeds_status", "")
    if not status:
        return None
    return {
        "operationSessionId": transaction.uuid,
        "value": {
            "status": AUTHENTICATION_STATUS[status],
            "authenticationType": transaction.threeds.get("vads_threeds_auth_type"),
            "authenticationValue": {
                "value": transaction.threeds.get("vads_threeds_cavv"),
                "valueType": "CAVV",
            },
        },
        "_type": "V4/AuthenticationResponseData",
    }
