"""Where a payment link stands, and what it still lets pay. Reads only, in the fund's scope."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from allocataires.models import Creance
from payments.models import LinkedCreance, Payment, PaymentLink
from payments.services.case import SETTLED
from payments.services.starting import MINIMUM_CENTS
from payments.status import PaymentStatus


class LinkState(TextChoices):
    """What whoever opens the link can do with it."""

    USABLE = "USABLE", _("à payer")
    WAITING = "WAITING", _("paiement en cours")
    USED = "USED", _("utilisé")
    CLOSED = "CLOSED", _("dette non payable en ligne")
    EXPIRED = "EXPIRED", _("expiré")
    REVOKED = "REVOKED", _("révoqué")


@dataclass(frozen=True, slots=True)
class Due:
    """What a link lets pay now on one debt: less than agreed once the debt has shrunk."""

    creance: Creance
    cents: int


def with_parts(links: QuerySet[PaymentLink]) -> QuerySet[PaymentLink]:
    """These links with all that their state is read from, in four queries however many."""
    lines = LinkedCreance.objects.select_related("creance").order_by("creance_id")
    payments = Payment.objects.order_by("pk").prefetch_related("affectations")
    return links.select_related("caisse", "allocataire").prefetch_related(
        Prefetch("lines", queryset=lines), Prefetch("payments", queryset=payments)
    )


def dues_of(link: PaymentLink) -> list[Due]:
    """What is left to pay by this link, debt by debt; nothing on a debt that may not be paid.

    What was agreed less what the link already brought, and never more than is owed. Money given
    back does not open the link again: an agent makes another one.
    """
    brought: Counter[int] = Counter()
    for payment in _settled(link.payments.all()):
        for row in payment.affectations.all():
            brought[row.creance_id] += row.amount_cents
    dues = [
        Due(line.creance, min(line.amount_cents - brought[line.creance_id], _owed(line.creance)))
        for line in link.lines.all()
    ]
    return [due for due in dues if due.cents > 0]


def left_cents(link: PaymentLink) -> int:
    """What a payer would pay now; nothing when it is too small for a card."""
    total = sum(due.cents for due in dues_of(link))
    return total if total >= MINIMUM_CENTS else 0


def agreed_cents(link: PaymentLink) -> int:
    """What the link was made for."""
    return sum(line.amount_cents for line in link.lines.all())


def state_of(link: PaymentLink, *, now: datetime) -> LinkState:
    """The state of a link. What was paid is said before anything else: it is what matters."""
    payments = list(link.payments.all())
    left = left_cents(link)
    if _settled(payments) and not left:
        return LinkState.USED
    if link.revoked_at is not None:
        return LinkState.REVOKED
    if link.expires_at <= now:
        return LinkState.EXPIRED
    if any(payment.status == PaymentStatus.PENDING for payment in payments):
        return LinkState.WAITING
    if left:
        return LinkState.USABLE
    debts = [line.creance for line in link.lines.all()]
    return LinkState.USED if all(debt.is_settled for debt in debts) else LinkState.CLOSED


def _owed(creance: Creance) -> int:
    return creance.balance_cents if creance.is_payable else 0


def _settled(payments: Iterable[Payment]) -> list[Payment]:
    return [payment for payment in payments if payment.status in SETTLED]
