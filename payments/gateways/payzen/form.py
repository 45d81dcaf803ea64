"""The form that takes a payer to PayZen's hosted page (protocol sheet A)."""

from payments.gateways.base import FormRequest, HostedForm
from payments.gateways.payzen.codes import EURO
from payments.gateways.payzen.shop import Shop
from payments.gateways.payzen.signature import sign

#: Name of the extra field that carries our own identifier; it comes back in notifications.
PAYMENT_FIELD = "vads_ext_info_paiement"
#: Longest address that the platform takes; a longer one would refuse the whole payment.
_LONGEST_EMAIL = 150


def build_form(request: FormRequest, *, shop: Shop, url: str) -> HostedForm:
    """Fields and signature of a simple payment.

    Nothing personal but the e-mail, when the person gave one: no name, no number, no motive.
    """
    fields = {
        "vads_version": "V2",
        "vads_site_id": shop.site_id,
        "vads_ctx_mode": shop.mode,
        "vads_trans_id": request.trans_id,
        "vads_trans_date": request.issued_at.strftime("%Y%m%d%H%M%S"),
        "vads_amount": str(request.amount_cents),
        "vads_currency": EURO,
        "vads_page_action": "PAYMENT",
        "vads_action_mode": "INTERACTIVE",
        "vads_payment_config": "SINGLE",
        "vads_order_id": request.order_reference,
        PAYMENT_FIELD: str(request.payment_id),
        "vads_language": request.langue,
        "vads_available_languages": "fr;en",
        # The return decides nothing, so it carries nothing.
        "vads_return_mode": "NONE",
        "vads_url_return": request.return_url,
        "vads_url_cancel": request.cancel_url,
    }
    if _may_be_sent(request.email):
        fields["vads_cust_email"] = request.email
    signature = sign(fields, key=shop.key, algorithm=shop.algorithm)
    return HostedForm(url=url, fields=(*sorted(fields.items()), ("signature", signature)))


def _may_be_sent(email: str) -> bool:
    """Whether the platform is told the address too; we write to the person in any case.

    Not with a ``+``: the signature joins values by that sign, without their names, so whoever
    chooses one may cut what we sign into a notification that we would believe.
    """
    return bool(email) and len(email) <= _LONGEST_EMAIL and "+" not in email
