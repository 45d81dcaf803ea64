"""What a departure says to the gateway: the payment, the way back, and the fund's own words."""

from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from payments.gateways.choose import gateway_of
from payments.gateways.departures import FormRequest
from payments.models import Payment
from payments.services.trans_id import NextTransId


def form_request_of(
    payment: Payment, *, given: NextTransId, instalments: tuple[tuple[date, int], ...] = ()
) -> FormRequest:
    """The request of one departure of ``payment``, in its payer's language.

    Everything comes from the payment, its fund and the portal's settings; the shop's own choices
    (cards, theme, delays) are added by the gateway. The ways back differ by their query only,
    which says how the browser left and never whether the payment was made.
    """
    with override(payment.langue):
        success, refused = _messages()
    return FormRequest(
        order_reference=payment.reference,
        payment_id=payment.public_id,
        amount_cents=payment.amount_cents,
        trans_id=given.trans_id,
        issued_at=given.issued_at,
        email=_address_to_give(payment),
        langue=payment.langue,
        return_url=_way_back(payment),
        cancel_url=_way_back(payment, annule="1"),
        success_url=_way_back(payment, issue="succes"),
        refused_url=_way_back(payment, issue="refus"),
        error_url=_way_back(payment, issue="erreur"),
        announce_url=_announce_url(payment),
        shop_name=payment.caisse.nom,
        shop_url=f"{settings.PORTAL_URL}/",
        success_message=success,
        refused_message=refused,
        langues=tuple(code for code, _name in settings.LANGUAGES),
        instalments=instalments,
    )


def _address_to_give(payment: Payment) -> str:
    """The address, where the person agreed to it or where the platform takes no payment without."""
    wanted = payment.email_shared or gateway_of(payment.boutique).terms.needs_email
    return payment.email if wanted else ""


def _messages() -> tuple[str, str]:
    return (
        _("Vous allez revenir sur le site de votre Caf, qui vous confirmera ce qui est payé."),
        _("Vous allez revenir sur le site de votre Caf. Rien n’a été débité."),
    )


def _announce_url(payment: Payment) -> str:
    """Names fund and payment: whoever writes there is not known to be of any fund yet."""
    place = reverse("payments:announcement", args=[payment.caisse.code, payment.public_id])
    return f"{settings.PORTAL_URL}{place}"


def _way_back(payment: Payment, **query: str) -> str:
    address = f"{settings.PORTAL_URL}{reverse('payments:return', args=[payment.public_id])}"
    return f"{address}?{urlencode(query)}" if query else address
