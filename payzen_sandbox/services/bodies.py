"""The body of a notification: built, spoiled if asked, signed, in the format of the rule."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime

from payzen_sandbox.faults import Faults
from payzen_sandbox.models import Payment, Transaction
from payzen_sandbox.notification_rules import Format
from payzen_sandbox.protocol.kr_hash import ALGORITHM, kr_hash
from payzen_sandbox.rest.payment_object import payment_object
from payzen_sandbox.services.outgoing_fields import notification_fields, signed
from payzen_sandbox.services.spoiling import signing_shop, spoil_answer, spoil_fields
from payzen_sandbox.shops import Shop

RIGHT = Faults()


def notification_body(
    payment: Payment,
    transaction: Transaction | None,
    *,
    source: str,
    format: str,
    now: datetime,
    faults: Faults = RIGHT,
) -> dict[str, str]:
    """What is posted to the shop, as form data in both formats."""
    signer = signing_shop(payment.shop, faults=faults)
    if format == Format.V4:
        return _v4_body(payment, transaction, source=source, now=now, faults=faults, signer=signer)
    fields = spoil_fields(notification_fields(payment, transaction, source=source), faults=faults)
    if faults.wrong_shop:
        fields["vads_site_id"] = signer.site_id
    return signed(fields, signer)


def retry_body(body: Mapping[str, str], *, shop: Shop, faults: Faults) -> dict[str, str]:
    """The same news as an automatic retry: its own hash, and RETRY as its source."""
    if "kr-answer" in body:
        return {**body, "kr-src": "RETRY"}
    again = {name: value for name, value in body.items() if name != "signature"}
    again.update(vads_hash=secrets.token_hex(32), vads_url_check_src="RETRY")
    return signed(again, signing_shop(shop, faults=faults))


def _v4_body(
    payment: Payment,
    transaction: Transaction | None,
    *,
    source: str,
    now: datetime,
    faults: Faults,
    signer: Shop,
) -> dict[str, str]:
    told = [] if transaction is None else [transaction]
    answer = spoil_answer(payment_object(payment, told, now=now), faults=faults)
    if faults.wrong_shop:
        answer["shopId"] = signer.site_id
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return {
        "kr-hash": kr_hash(text, key=signer.rest_password),
        "kr-hash-algorithm": ALGORITHM,
        "kr-hash-key": "password",
        "kr-answer-type": "V4/Payment",
        "kr-answer": text,
        "kr-src": source,
    }
