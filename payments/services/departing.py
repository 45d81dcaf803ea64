"""Sends the payer to the gateway's page: written down first, asked of the gateway after.

Some gateways must be asked over the network for the address of their page. Nothing is locked and
no transaction is open meanwhile (design §8), hence three steps, each committed by itself. A crash
between two of them leaves a departure that nobody can use, never money that nobody expects: the
payer is shown the page only when all three are done.
"""

from datetime import date, datetime

from django.utils.translation import gettext as _

from allocataires.services.echeanciers import dues_to_ask
from caf_portal.database.scope import caisse_scope, refuse_open_scope
from caf_portal.paris import paris_date
from payments.gateways.choose import gateway_of
from payments.gateways.departures import FormRequest, HostedForm
from payments.models import Boutique, Payment, Redirection
from payments.services.form_requests import form_request_of
from payments.services.starting import MOST_DEPARTURES, PaymentRefused, TooManyDepartures
from payments.services.trans_id import NextTransId, next_trans_id
from payments.status import PaymentStatus


def hand_over(*, payment: Payment, now: datetime) -> HostedForm:
    """What takes the payer to the bank's page, with a trans_id never used before (invariant 10).

    Called at the first departure and at each new one, outside any scope or transaction: it opens
    its own. Raises ``PaymentRefused`` when the payment is no longer open, ``TooManyDepartures``
    when it left too often, ``GatewayError`` when the gateway gives no page: the payment is then
    still open and may leave again.
    """
    refuse_open_scope()
    departure, request, boutique = _write_departure(payment, now=now)
    form = gateway_of(boutique).hosted_form(request)
    if form.reference:
        _remember_reference(departure, form.reference)
    return form


def _write_departure(
    payment: Payment, *, now: datetime
) -> tuple[Redirection, FormRequest, Boutique]:
    with caisse_scope(payment.caisse_id):
        leaving = Payment.objects.locked().select_related("boutique", "caisse").get(pk=payment.pk)
        if leaving.status != PaymentStatus.OPEN:
            # The bank is deciding, or has decided: no second card meanwhile.
            raise PaymentRefused(_("Ce paiement est terminé."))
        if leaving.redirections.count() >= MOST_DEPARTURES:
            raise TooManyDepartures(_("Ce paiement a été repris trop de fois."))
        given = next_trans_id(boutique=leaving.boutique, now=now)
        departure = _note(leaving, given, now=now)
        request = form_request_of(
            leaving, given=given, instalments=_instalments_of(leaving, now=now)
        )
    return departure, request, leaving.boutique


def _note(payment: Payment, given: NextTransId, *, now: datetime) -> Redirection:
    payment.last_form_at = now
    payment.save(update_fields=["last_form_at"])
    return Redirection.objects.create(
        caisse_id=payment.caisse_id,
        boutique_id=payment.boutique_id,
        payment=payment,
        trans_id=given.trans_id,
        utc_on=given.utc_on,
        issued_at=now,
    )


def _remember_reference(departure: Redirection, reference: str) -> None:
    with caisse_scope(departure.caisse_id):
        Redirection.objects.filter(pk=departure.pk).update(gateway_reference=reference)


def _instalments_of(payment: Payment, *, now: datetime) -> tuple[tuple[date, int], ...]:
    """What the platform is asked to debit and when; empty for a payment in one go."""
    if payment.echeancier_id is None:
        return ()
    return dues_to_ask(echeancier_id=payment.echeancier_id, today=paris_date(now))
