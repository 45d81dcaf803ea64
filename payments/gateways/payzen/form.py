"""The form that takes a payer to PayZen's hosted page (protocol sheet A)."""

from payments.gateways.departures import FormRequest, HostedForm
from payments.gateways.payzen.cleaning import clean, unaltered
from payments.gateways.payzen.codes import EURO
from payments.gateways.payzen.schedule import payment_config
from payments.gateways.payzen.shop import FormSettings, Shop
from payments.gateways.payzen.signature import sign

#: Name of the extra field that carries our own identifier; it comes back in notifications.
PAYMENT_FIELD = "vads_ext_info_paiement"
#: Longest values that the sheet allows (A.5).
_URL, _TEXT, _NAME, _EMAIL = 1024, 255, 127, 150


def build_form(request: FormRequest, *, shop: Shop, url: str) -> HostedForm:
    """Fields and signature of a payment, alone or in several dues.

    Nothing personal but the e-mail, when the person gave one: no name, no number, no motive. An
    optional field that would be empty is left out: the platform then uses the shop's own setting.
    """
    fields = _payment(request, shop) | _filled(
        _coming_back(request) | _words(request) | _wishes(shop.form)
    )
    if email := _sendable(request.email):
        fields["vads_cust_email"] = email
    signature = sign(fields, key=shop.key, algorithm=shop.algorithm)
    return HostedForm(url=url, fields=(*sorted(fields.items()), ("signature", signature)))


def _payment(request: FormRequest, shop: Shop) -> dict[str, str]:
    """What is paid, to whom and under which names: made by us, sent as it is."""
    return {
        "vads_version": "V2",
        "vads_site_id": shop.site_id,
        "vads_ctx_mode": shop.mode,
        "vads_trans_id": request.trans_id,
        "vads_trans_date": request.issued_at.strftime("%Y%m%d%H%M%S"),
        "vads_amount": str(request.amount_cents),
        "vads_currency": EURO,
        "vads_page_action": "PAYMENT",
        "vads_action_mode": "INTERACTIVE",
        "vads_payment_config": payment_config(request.instalments),
        "vads_order_id": request.order_reference,
        PAYMENT_FIELD: str(request.payment_id),
        "vads_language": request.langue,
        # The return decides nothing: what it carries is for shops that want to see it.
        "vads_return_mode": shop.form.return_mode,
    }


def _coming_back(request: FormRequest) -> dict[str, str]:
    """Where the browser goes next, one address for each way a payment may end."""
    addresses = {
        "vads_url_return": request.return_url,
        "vads_url_cancel": request.cancel_url,
        "vads_url_success": request.success_url,
        "vads_url_refused": request.refused_url,
        "vads_url_error": request.error_url,
        "vads_shop_url": request.shop_url,
    }
    return {name: unaltered(address, limit=_URL) for name, address in addresses.items()}


def _words(request: FormRequest) -> dict[str, str]:
    """Whose page it is and what it says, in the payer's language."""
    return {
        "vads_available_languages": ";".join(request.langues),
        "vads_shop_name": clean(request.shop_name, limit=_NAME),
        "vads_redirect_success_message": clean(request.success_message, limit=_TEXT),
        "vads_redirect_error_message": clean(request.refused_message, limit=_TEXT),
    }


def _wishes(form: FormSettings) -> dict[str, str]:
    """What the shop chose for its page, its cards and its remittances."""
    return {
        "vads_payment_cards": clean(form.payment_cards, limit=_NAME),
        "vads_theme_config": clean(form.theme_config, limit=_TEXT),
        "vads_threeds_mpi": form.threeds,
        "vads_validation_mode": form.validation_mode,
        "vads_capture_delay": _number(form.capture_delay_days),
        "vads_redirect_success_timeout": _number(form.redirect_success_seconds),
        "vads_redirect_error_timeout": _number(form.redirect_error_seconds),
    }


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _filled(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def _sendable(email: str) -> str:
    """The address if the platform can take it as it is, else nothing.

    One with a ``+`` stays with us: the signature joins values by that sign without their names,
    so whoever chooses one may cut what we sign into a notification that we believe.
    """
    return unaltered(email, limit=_EMAIL)
