"""Starts a payment: checks what is asked and writes it down; ``departing`` does the rest."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from allocataires.models import Creance, Echeance, Echeancier
from allocataires.session import Debtor
from caf_portal.money import format_euros
from caf_portal.paris import PARIS, paris_date
from payments.gateways.base import Terms
from payments.gateways.choose import gateway_of
from payments.models import Affectation, Boutique, Payment
from payments.models.payment import Channel

#: Smallest card payment, in cents.
MINIMUM_CENTS = 100
#: A hosted page lives 10 minutes (sheet A.7); after this, an attempt no longer blocks a new one.
OFFERED_AGAIN_FOR = timedelta(minutes=15)
#: Departures of one payment: each takes one of the 900,000 trans_id that a shop has for a day.
MOST_DEPARTURES = 20
_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class PaymentRefused(Exception):
    """What was asked cannot be paid; ``str()`` is a sentence for the person."""


class NothingToPay(PaymentRefused):
    """No debt was chosen."""


class AmountBelowMinimum(PaymentRefused):
    """The total, or the part of one debt, is too small."""


class AmountAboveBalance(PaymentRefused):
    """More than what is left on a debt."""


class CreanceNotPayable(PaymentRefused):
    """The state of a debt does not allow a card payment."""


class UnknownCreance(PaymentRefused):
    """A debt that this person may not see, or that does not exist."""


class ShopMissing(PaymentRefused):
    """The fund has no shop in service."""


class AmountAboveLimit(PaymentRefused):
    """More than the fund's platform takes at once."""


class EmailMissing(PaymentRefused):
    """The fund's platform wants an e-mail address, not too long, and none was given."""


class TooManyDepartures(PaymentRefused):
    """This attempt left for the bank's page too often; it expires, and another may be made."""


class TooManyAttempts(PaymentRefused):
    """One of the debts was tried too often today (``PAYMENT_ATTEMPTS_PER_DAY``)."""


class PaymentAlreadyOpen(PaymentRefused):
    """An attempt on one of these debts is still open: ``payment`` is to be offered instead."""

    def __init__(self, payment: Payment) -> None:
        super().__init__(_("Un paiement est déjà en cours pour cette dette."))
        self.payment = payment


@transaction.atomic
def start_payment(
    *,
    debtor: Debtor,
    shares: Mapping[UUID, int],
    email: str,
    langue: str,
    now: datetime,
    email_shared: bool = False,
    echeancier: Echeancier | None = None,
    echeance: Echeance | None = None,
) -> Payment:
    """Create an open payment of ``shares`` (cents by debt) for this debtor, in his fund's scope.

    ``email_shared`` says that the person agreed to have the platform given the address too.
    ``echeancier`` is the plan whose dues the platform will debit, ``echeance`` the refused due
    that this payment makes good. The debts are locked while they are checked, so that two clicks
    at once make one payment. Raises a ``PaymentRefused``; nothing is then written.
    """
    creances = _locked_creances(debtor, shares)
    _refuse_open_attempt(creances, now=now)
    _refuse_too_many(creances, now=now)
    for creance in creances:
        _check_share(creance, shares[creance.public_id])
    amount_cents = sum(shares.values())
    if amount_cents < MINIMUM_CENTS:
        raise AmountBelowMinimum(_("Le paiement minimum est de 1 €."))
    boutique = _boutique_of(debtor.caisse_id)
    _refuse_against_terms(gateway_of(boutique).terms, amount_cents=amount_cents, email=email)
    payment = Payment.objects.create(
        caisse_id=debtor.caisse_id,
        boutique=boutique,
        allocataire_id=debtor.allocataire_id,
        reference=new_reference(now),
        amount_cents=amount_cents,
        echeancier=echeancier,
        echeance=echeance,
        link_id=debtor.link_id,
        channel=_channel_of(debtor),
        email=email,
        email_shared=email_shared and bool(email),
        langue=langue,
        created_at=now,
        last_form_at=now,
    )
    _write_shares(payment, creances, shares)
    return payment


def _write_shares(
    payment: Payment, creances: Iterable[Creance], shares: Mapping[UUID, int]
) -> None:
    Affectation.objects.bulk_create(
        Affectation(
            caisse_id=payment.caisse_id,
            payment=payment,
            creance=creance,
            amount_cents=shares[creance.public_id],
        )
        for creance in creances
    )


def _channel_of(debtor: Debtor) -> Channel:
    if debtor.by_link:
        return Channel.LIEN
    return Channel.LETTRE if debtor.by_letter else Channel.COMPTE


def new_reference(now: datetime) -> str:
    """A reference that can be read aloud: the Paris day and eight letters and digits.

    Without the characters that are taken for one another; made by chance so that nobody counts
    the payments of a fund. ``payment_reference_once`` refuses the one-in-a-million-million twin.
    """
    chance = "".join(secrets.choice(_READABLE) for _ in range(8))
    return f"P{paris_date(now):%y%m%d}-{chance}"


def _locked_creances(debtor: Debtor, shares: Mapping[UUID, int]) -> list[Creance]:
    if not shares:
        raise NothingToPay(_("Choisissez au moins une dette à payer."))
    mine = Creance.objects.filter(allocataire_id=debtor.allocataire_id, public_id__in=shares)
    if debtor.creance_id is not None:
        mine = mine.filter(pk=debtor.creance_id)
    creances = list(mine.locked())
    if len(creances) != len(shares):
        raise UnknownCreance(_("Cette dette n’existe pas, ou n’est pas à votre nom."))
    return creances


def _refuse_open_attempt(creances: list[Creance], *, now: datetime) -> None:
    payment = (
        Payment.objects.in_the_way_of(creances, since=now - OFFERED_AGAIN_FOR)
        .order_by("-pk")
        .first()
    )
    if payment is not None:
        raise PaymentAlreadyOpen(payment)


def _refuse_too_many(creances: list[Creance], *, now: datetime) -> None:
    """A person in distress, a machine that tries cards: neither is helped by one more today."""
    midnight = datetime.combine(paris_date(now), time(), tzinfo=PARIS)
    begun = (
        Affectation.objects.filter(creance__in=creances, payment__created_at__gte=midnight)
        .values("creance")
        .annotate(attempts=Count("pk"))
        .order_by()
    )
    if any(row["attempts"] >= settings.PAYMENT_ATTEMPTS_PER_DAY for row in begun):
        raise TooManyAttempts(
            _(
                "Plusieurs paiements ont déjà été commencés aujourd’hui pour cette dette. "
                "Réessayez demain, ou appelez votre Caf : elle peut vous aider à payer autrement."
            )
        )


def _check_share(creance: Creance, share_cents: int) -> None:
    if not creance.is_payable:
        raise CreanceNotPayable(
            _("Il ne reste rien à payer sur cette dette.")
            if creance.is_settled
            else str(creance.online_payment.reason)
        )
    if share_cents < 1:
        raise AmountBelowMinimum(_("Indiquez un montant supérieur à zéro."))
    if share_cents > creance.balance_cents:
        raise AmountAboveBalance(
            _("Vous ne pouvez pas payer plus que ce qui reste : %(left)s.")
            % {"left": format_euros(creance.balance_cents)}
        )


def _refuse_against_terms(terms: Terms, *, amount_cents: int, email: str) -> None:
    if terms.maximum_cents is not None and amount_cents > terms.maximum_cents:
        raise AmountAboveLimit(
            _("Un paiement en ligne ne peut pas dépasser %(most)s.")
            % {"most": format_euros(terms.maximum_cents)}
        )
    if terms.needs_email and not (email and len(email) <= terms.longest_email):
        raise EmailMissing(
            _("Écrivez une adresse électronique : la plateforme %(name)s la demande.")
            % {"name": terms.name}
        )


def _boutique_of(caisse_id: int) -> Boutique:
    boutique = Boutique.objects.in_service().filter(caisse_id=caisse_id).first()
    if boutique is None:
        raise ShopMissing(_("Le paiement en ligne n’est pas ouvert pour votre caisse."))
    return boutique
