"""Builds payments and the notifications that answer them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID, uuid4

from allocataires.models import Creance
from allocataires.session import Debtor
from caf_portal.database.scope import caisse_scope
from payments.gateways.payzen.signature import sign
from payments.models import Boutique, Payment
from payments.services.departing import hand_over
from payments.services.starting import start_payment

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def debtor_of(creance: Creance) -> Debtor:
    """The person of this debt, come with a caf.fr account."""
    return Debtor(caisse_id=creance.caisse_id, allocataire_id=creance.allocataire_id)


def open_payment(
    *creances: Creance,
    shares: Mapping[UUID, int] | None = None,
    email: str = "personne@example.org",
    email_shared: bool = False,
    now: datetime = NOW,
) -> Payment:
    """An open payment of these debts (whole balances unless ``shares`` says otherwise)."""
    asked = shares or {creance.public_id: creance.balance_cents for creance in creances}
    with caisse_scope(creances[0].caisse_id):
        payment = start_payment(
            debtor=debtor_of(creances[0]),
            shares=asked,
            email=email,
            langue="fr",
            now=now,
            email_shared=email_shared,
        )
    hand_over(payment=payment, now=now)
    return payment


def notification_fields(payment: Payment, **changes: str) -> dict[str, str]:
    """The unsigned fields of an accepted payment's notification; ``changes`` replace or add."""
    boutique = _boutique(payment)
    return {
        "vads_action_mode": "INTERACTIVE",
        "vads_amount": str(payment.amount_cents),
        "vads_auth_mode": "FULL",
        "vads_auth_number": "3fe205",
        "vads_auth_result": "00",
        "vads_card_brand": "CB",
        "vads_card_number": "497010XXXXXX0055",
        "vads_ctx_mode": boutique.mode,
        "vads_currency": "978",
        "vads_effective_amount": str(payment.amount_cents),
        "vads_ext_info_paiement": str(payment.public_id),
        "vads_extra_result": "",
        "vads_hash": uuid4().hex * 2,
        "vads_operation_type": "DEBIT",
        "vads_order_id": payment.reference,
        "vads_page_action": "PAYMENT",
        "vads_payment_config": "SINGLE",
        "vads_result": "00",
        "vads_sequence_number": "1",
        "vads_site_id": boutique.site_id,
        "vads_trans_date": "20261120093000",
        "vads_trans_id": "000001",
        "vads_trans_status": "AUTHORISED",
        "vads_trans_uuid": uuid4().hex,
        "vads_url_check_src": "PAY",
        "vads_version": "V2",
        **changes,
    }


def signed(payment: Payment, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields with the signature that the payment's shop would give them."""
    boutique = _boutique(payment)
    signature = sign(fields, key=boutique.key, algorithm=boutique.algorithm)
    return {**fields, "signature": signature}


def body_of(fields: Mapping[str, str]) -> bytes:
    """The fields as the platform posts them."""
    return urlencode(fields).encode("ascii")


def signed_body(payment: Payment, **changes: str) -> bytes:
    """A whole notification, ready to post."""
    return body_of(signed(payment, notification_fields(payment, **changes)))


def _boutique(payment: Payment) -> Boutique:
    with caisse_scope(payment.caisse_id):
        return Boutique.objects.get(pk=payment.boutique_id)
