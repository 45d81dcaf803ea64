"""Lies in a notification, in either format; all but a wrong signature are signed correctly."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from payzen_sandbox.faults import Faults
from payzen_sandbox.shops import Shop, all_shops

WRONG_CURRENCY = {"978": "840"}
ONE_EURO = 100


def spoil_fields(fields: Mapping[str, str], *, faults: Faults) -> dict[str, str]:
    """The vads_ fields with the lies asked for, unsigned."""
    body = dict(fields)
    if faults.wrong_amount:
        for name in ("vads_amount", "vads_effective_amount"):
            if name in body:
                body[name] = str(int(body[name]) + ONE_EURO)
    if faults.wrong_currency:
        other = WRONG_CURRENCY.get(body["vads_currency"], "978")
        body.update(vads_currency=other, vads_effective_currency=other)
    if faults.wrong_mode:
        body["vads_ctx_mode"] = "PRODUCTION"
    if faults.trans_status:
        body["vads_trans_status"] = faults.trans_status
    return body


def spoil_answer(answer: Mapping[str, Any], *, faults: Faults) -> dict[str, Any]:
    """The kr-answer with the same lies."""
    order = dict(answer["orderDetails"])
    transactions = [dict(each) for each in answer["transactions"]]
    if faults.wrong_amount:
        order["orderTotalAmount"] += ONE_EURO
        for each in transactions:
            each["amount"] += ONE_EURO
    if faults.wrong_currency:
        order["orderCurrency"] = "USD"
        for each in transactions:
            each["currency"] = "USD"
    if faults.wrong_mode:
        order["mode"] = "PRODUCTION"
    if faults.trans_status:
        for each in transactions:
            each["detailedStatus"] = faults.trans_status
    return {**answer, "orderDetails": order, "transactions": transactions}


def signing_shop(shop: Shop, *, faults: Faults) -> Shop:
    """Who signs: another shop when the shop is wrong, keys that are nobody's when the signature is.

    Signed with the other shop's key, a body is authentic, yet about a payment that is not its own.
    """
    if faults.wrong_shop:
        shop = next(other for other in all_shops().values() if other.site_id != shop.site_id)
    if faults.wrong_signature:
        shop = replace(
            shop,
            key_test=shop.key_test[::-1] + "0",
            rest_password=shop.rest_password[::-1] + "0",
        )
    return shop
