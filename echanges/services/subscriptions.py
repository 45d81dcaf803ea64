"""Subscriptions of the funds' software: where each event is posted, and with which secret."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from caisses.models import Caisse
from echanges.gateways.addresses import AddressRefused, place_of
from echanges.models import Abonnement, EvenementSortant

_SECRET_BYTES = 32


class SubscriptionRefused(Exception):
    """This address cannot be subscribed; ``str()`` says why."""


def subscribe(*, caisse: Caisse, url: str, now: datetime) -> tuple[Abonnement, str]:
    """Post the fund's events to ``url`` from now on; gives the secret that signs them, once.

    Called in a scope that holds the fund. What was published before is read by the API.
    """
    try:
        place_of(url)
    except AddressRefused as error:
        raise SubscriptionRefused(str(error)) from error
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    events = EvenementSortant.objects.filter(caisse=caisse)
    try:
        with transaction.atomic():
            abonnement = Abonnement.objects.create(
                caisse=caisse,
                url=url,
                secret=secret,
                last_number=events.aggregate(last=Max("number"))["last"] or 0,
                created_at=now,
            )
    except IntegrityError as error:
        raise SubscriptionRefused(_("Cette adresse est déjà abonnée.")) from error
    return abonnement, secret


def renew_secret(*, abonnement: Abonnement) -> str:
    """Sign with another secret from the next event on; gives it, once."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    abonnement.secret = secret
    abonnement.save(update_fields=["secret"])
    return secret


def switch(*, abonnement: Abonnement, active: bool) -> None:
    """Stop posting, or go on from the first event that was not received."""
    abonnement.active = active
    abonnement.save(update_fields=["active"])
