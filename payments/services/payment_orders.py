"""Asks the platform for a page of its own for a link: written down first, asked of it after.

The payment that the page will make is created before the platform is asked, under the reference
that its notification will bear. Nothing is locked while the platform answers (design §8).
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from allocataires.models import Creance
from caf_portal.database.scope import caisse_scope, refuse_open_scope
from payments.gateways.base import GatewayError
from payments.gateways.choose import gateway_of
from payments.gateways.departures import PaymentOrder, PaymentOrderRequest
from payments.link_state import LinkState, dues_of, left_cents, state_of, with_parts
from payments.models import LinkedCreance, Payment, PaymentLink
from payments.services.links import LONGEST_DAYS, LinkClosed, LinkRefused, visitor_of
from payments.services.starting import PaymentRefused, start_payment
from payments.status import PaymentStatus


class OrderRefused(LinkRefused):
    """The platform opened no page, or nobody knows whether it did; the link itself still works."""


class OrderNotClosed(LinkRefused):
    """The platform's page is to be thought open until the link's own date."""


def order_payment(*, caisse_id: int, link_id: int, langue: str, now: datetime) -> PaymentOrder:
    """A page of the platform's own for what the link lets pay, kept on the link.

    Called outside any scope: it opens its own. From then on the link leads there. When the
    platform did not answer, the same payment serves the next try: whatever was opened meanwhile
    would be paid under its reference. Raises ``LinkClosed`` or ``OrderRefused``.
    """
    refuse_open_scope()
    payment, request = _write_payment(caisse_id, link_id, langue=langue, now=now)
    try:
        order = gateway_of(payment.boutique).payment_order(request)
    except GatewayError as error:
        raise OrderRefused(
            _("%(platform)s n’a pas ouvert de page pour ce lien. Envoyez le lien du portail.")
            % {"platform": payment.boutique.get_platform_display()}
        ) from error
    with caisse_scope(caisse_id):
        PaymentLink.objects.filter(pk=link_id).update(
            payment_order_id=order.order_id, payment_order_url=order.url
        )
    return order


def close_order(*, caisse_id: int, link_id: int, now: datetime) -> None:
    """End the platform's own page of a link that was revoked; once it is ended, does nothing.

    Called outside any scope. Whoever is on that page just now may still pay: it would be booked,
    and the attempt is asked about until that can be no more. Raises ``OrderNotClosed``: the same
    may be tried again.
    """
    refuse_open_scope()
    with caisse_scope(caisse_id):
        link = PaymentLink.objects.get(pk=link_id)
        if not link.payment_order_url or link.payment_order_closed_at is not None:
            return
        payment = Payment.objects.select_related("boutique").get(
            link=link, reference=link.payment_order_reference
        )
    try:
        gateway_of(payment.boutique).close_order(order_id=link.payment_order_id, now=now)
    except GatewayError as error:
        raise OrderNotClosed(
            _(
                "La page de %(platform)s est peut-être encore ouverte : essayez de nouveau de la "
                "fermer, ou annulez l’ordre de paiement chez %(platform)s."
            )
            % {"platform": payment.boutique.get_platform_display()}
        ) from error
    with caisse_scope(caisse_id):
        PaymentLink.objects.filter(pk=link_id).update(payment_order_closed_at=now)


def _write_payment(
    caisse_id: int, link_id: int, *, langue: str, now: datetime
) -> tuple[Payment, PaymentOrderRequest]:
    with caisse_scope(caisse_id):
        debts = LinkedCreance.objects.filter(link_id=link_id).values("creance_id")
        list(Creance.objects.filter(pk__in=debts).locked())
        link = with_parts(PaymentLink.objects.filter(pk=link_id)).get()
        if state_of(link, now=now) != LinkState.USABLE or link.payment_order_url:
            raise LinkClosed(_("Ce lien ne sert plus, ou a déjà sa page chez la plateforme."))
        payment = _begun_before(link) or _begin(link, langue=langue, now=now)
        PaymentLink.objects.filter(pk=link.pk).update(payment_order_reference=payment.reference)
    return payment, PaymentOrderRequest(
        order_reference=payment.reference,
        amount_cents=payment.amount_cents,
        # The platform counts its longest validity from now, not from the end of a day.
        expires_at=min(link.expires_at, now + timedelta(days=LONGEST_DAYS)),
        langue=langue,
    )


def _begun_before(link: PaymentLink) -> Payment | None:
    """The payment of a first try that got no answer, if what is to pay is still the same."""
    return (
        Payment.objects.select_related("boutique")
        .filter(
            link=link,
            reference=link.payment_order_reference,
            status=PaymentStatus.OPEN,
            amount_cents=left_cents(link),
        )
        .first()
    )


def _begin(link: PaymentLink, *, langue: str, now: datetime) -> Payment:
    try:
        return start_payment(
            debtor=visitor_of(link),
            shares={due.creance.public_id: due.cents for due in dues_of(link)},
            email="",
            langue=langue,
            now=now,
        )
    except PaymentRefused as error:
        raise OrderRefused(str(error)) from error
