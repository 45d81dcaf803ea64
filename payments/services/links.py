"""Payment links: made by an agent, used by whoever holds them, revoked or out of date.

A link says no name and no motive. It is no secret key to a file either: it opens a payment of
these debts and the payments that it led to, and nothing else.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from allocataires.models import Allocataire, Creance
from allocataires.session import Debtor
from caf_portal.money import format_euros
from caf_portal.paris import PARIS, paris_date
from caisses.models import Agent
from payments.link_address import path_of
from payments.link_state import LinkState, dues_of, left_cents, state_of, with_parts
from payments.models import LinkedCreance, Payment, PaymentLink
from payments.services.starting import MINIMUM_CENTS, start_payment
from relation_usager.models.message import MessageKind
from relation_usager.services.outbox import queue_message

#: As long as the platform keeps its own payment orders (sheet E.2), and no longer.
LONGEST_DAYS = 90


class LinkRefused(Exception):
    """The link cannot be made, changed or used; ``str()`` is a sentence for whoever asked."""


class NothingLinked(LinkRefused):
    """No debt, or less than a card may pay."""


class AmountRefused(LinkRefused):
    """A debt that cannot be paid online, or more than what is left on it."""


class TooLong(LinkRefused):
    """The last day is past, or too far away."""


class LinkClosed(LinkRefused):
    """Revoked, out of date or used up: there is nothing to do with it any more."""


class AmountChanged(LinkRefused):
    """What is left to pay is not what the person was shown: show it again."""


@transaction.atomic
def create_link(
    *,
    allocataire: Allocataire,
    shares: Mapping[UUID, int],
    last_on: date,
    author: Agent,
    now: datetime,
) -> PaymentLink:
    """A link to pay ``shares`` (cents by debt) of one person until the end of ``last_on`` (Paris).

    Runs in the agent's scope. Raises ``NothingLinked``, ``AmountRefused`` or ``TooLong``.
    """
    if not 0 <= (last_on - paris_date(now)).days <= LONGEST_DAYS:
        raise TooLong(
            _("Choisissez un dernier jour entre aujourd’hui et dans %(days)s jours.")
            % {"days": LONGEST_DAYS}
        )
    creances = _creances(allocataire, shares)
    link = PaymentLink.objects.create(
        caisse_id=allocataire.caisse_id,
        allocataire=allocataire,
        created_by=author,
        created_at=now,
        expires_at=datetime.combine(last_on + timedelta(days=1), time(), tzinfo=PARIS),
    )
    LinkedCreance.objects.bulk_create(
        LinkedCreance(
            caisse_id=link.caisse_id,
            link=link,
            creance=creance,
            amount_cents=shares[creance.public_id],
        )
        for creance in creances
    )
    return link


@transaction.atomic
def revoke_link(*, link: PaymentLink, author: Agent, now: datetime) -> PaymentLink:
    """Close a link for good, from now on. Raises ``LinkClosed`` when it already is.

    A payment that left for the bank before is not stopped: its money would be booked. A page of
    the platform's own is ended by ``payment_orders.close_order``, once this is committed.
    """
    held = PaymentLink.objects.locked().get(pk=link.pk)
    if held.revoked_at is not None or held.expires_at <= now:
        raise LinkClosed(_("Ce lien ne sert déjà plus."))
    held.revoked_at, held.revoked_by = now, author
    held.save(update_fields=["revoked_at", "revoked_by"])
    return held


@transaction.atomic
def start_link_payment(
    *,
    link: PaymentLink,
    expected_cents: int,
    email: str,
    langue: str,
    now: datetime,
    email_shared: bool = False,
) -> Payment:
    """An open payment of what the link still lets pay, in its fund's scope.

    The debts are locked before what is left is counted, so that a booking that ends meanwhile is
    seen. Raises ``LinkClosed``, ``AmountChanged`` when the person was shown another amount, or a
    ``PaymentRefused`` (``PaymentAlreadyOpen`` holds the payment under way).
    """
    debts = LinkedCreance.objects.filter(link=link).values("creance_id")
    list(Creance.objects.filter(pk__in=debts).locked())
    link = with_parts(PaymentLink.objects.filter(pk=link.pk)).get()
    if state_of(link, now=now) != LinkState.USABLE or link.payment_order_url:
        raise LinkClosed(_("Ce lien ne sert plus."))
    if left_cents(link) != expected_cents:
        raise AmountChanged(
            _("La somme à payer est maintenant de %(left)s.")
            % {"left": format_euros(left_cents(link))}
        )
    return start_payment(
        debtor=visitor_of(link),
        shares={due.creance.public_id: due.cents for due in dues_of(link)},
        email=email,
        langue=langue,
        now=now,
        email_shared=email_shared,
    )


def visitor_of(link: PaymentLink) -> Debtor:
    """Whoever came by this link: may see its payments and nothing of the person."""
    return Debtor(link.caisse_id, link.allocataire_id, link_id=link.pk)


def send_link(*, link: PaymentLink, to_address: str, langue: str, now: datetime) -> None:
    """Queue the link for this address, once however often it is asked; in the agent's scope.

    Raises ``LinkClosed`` when there is nothing to pay by it.
    """
    link = with_parts(PaymentLink.objects.filter(pk=link.pk)).get()
    if state_of(link, now=now) != LinkState.USABLE:
        raise LinkClosed(_("Ce lien ne sert plus : il n’a pas été envoyé."))
    queue_message(
        caisse_id=link.caisse_id,
        allocataire_id=link.allocataire_id,
        kind=MessageKind.PAYMENT_LINK,
        source_id=uuid5(link.public_id, to_address.lower()),
        to_address=to_address,
        langue=langue,
        context={
            "reference": link.reference,
            "amount_cents": left_cents(link),
            "until_on": last_day_of(link).isoformat(),
            "page": path_of(link),
        },
        now=now,
    )


def last_day_of(link: PaymentLink) -> date:
    """The last Paris day on which the link can be used."""
    return paris_date(link.expires_at - timedelta(microseconds=1))


def _creances(allocataire: Allocataire, shares: Mapping[UUID, int]) -> list[Creance]:
    creances = list(Creance.objects.filter(allocataire=allocataire, public_id__in=shares))
    if not creances or len(creances) != len(shares) or sum(shares.values()) < MINIMUM_CENTS:
        raise NothingLinked(_("Choisissez au moins une dette, pour 1 € au moins."))
    for creance in creances:
        if not (creance.is_payable and 0 < shares[creance.public_id] <= creance.balance_cents):
            raise AmountRefused(
                _("Une dette ne peut pas être payée en ligne, ou pas pour cette somme.")
            )
    return creances
