"""What the pages read of payments, inside the scope of the debtor's or the agent's fund."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from allocataires.models import Creance, Mouvement
from allocataires.session import Debtor
from payments.gateways.base import Terms
from payments.gateways.choose import gateway_of
from payments.models import Affectation, Boutique, Payment, Transaction
from payments.models.transaction import Operation
from payments.services.starting import OFFERED_AGAIN_FOR
from payments.status import PaymentStatus


def payments_of(debtor: Debtor) -> QuerySet[Payment]:
    """The payments this debtor may see: all of theirs, or those of the link they came by.

    A letter opens one debt only, so it shows no payment that says anything of another one.
    """
    mine = Payment.objects.filter(caisse_id=debtor.caisse_id, allocataire_id=debtor.allocataire_id)
    if debtor.by_link:
        return mine.filter(link_id=debtor.link_id)
    if not debtor.by_letter:
        return mine
    others = Creance.objects.filter(allocataire_id=debtor.allocataire_id).exclude(
        pk=debtor.creance_id
    )
    return mine.filter(affectations__creance_id=debtor.creance_id).exclude(
        affectations__creance__in=others
    )


def terms_of(caisse_id: int) -> Terms:
    """What the fund's platform asks of a payment; nothing special when no shop is in service."""
    boutique = Boutique.objects.in_service().filter(caisse_id=caisse_id).first()
    return gateway_of(boutique).terms if boutique else Terms(name=gettext("de votre Caf"))


def attempts_on(creances: Iterable[Creance], *, now: datetime) -> dict[int, Payment]:
    """For each debt, by primary key: the attempt in progress that stands in the way of another.

    Debts without one are absent. ``start_payment`` asks the same again under lock.
    """
    affected = (
        Payment.objects.in_the_way_of(creances, since=now - OFFERED_AGAIN_FOR)
        .order_by("pk")
        .prefetch_related("affectations")
    )
    return {
        affectation.creance_id: payment
        for payment in affected
        for affectation in payment.affectations.all()
    }


def held_on(creances: Iterable[Creance], *, debtor: Debtor) -> list[Payment]:
    """The payments received that an agent is checking: their debts look unpaid meanwhile."""
    held = payments_of(debtor).filter(status=PaymentStatus.HELD)
    return list(held.filter(affectations__creance__in=list(creances)).distinct().order_by("pk"))


@dataclass(frozen=True, slots=True)
class Share:
    """What a payment gives to one debt.

    ``booked_cents`` is what the debt really received: less than ``amount_cents`` when it shrank
    meanwhile. Both that and ``balance_after_cents`` are ``None`` until the payment is booked.
    """

    creance: Creance
    amount_cents: int
    booked_cents: int | None
    balance_after_cents: int | None


def shares_of(payment: Payment) -> list[Share]:
    """The debts of a payment, oldest first, with what was left on each just after it."""
    affectations = payment.affectations.select_related("creance").order_by(
        "creance__notified_on", "creance__pk"
    )
    # By debt too: that is what is indexed, and a fund has millions of movements.
    posted = Mouvement.objects.filter(
        creance__in=affectations.order_by().values("creance"), source_id__in=_sources(payment)
    )
    booked: dict[int, list[Mouvement]] = {}
    for row in posted.order_by("pk"):
        booked.setdefault(row.creance_id, []).append(row)
    is_paid = payment.status in {PaymentStatus.PAID, PaymentStatus.REFUNDED}
    return [_share(each, booked.get(each.creance_id, []), is_paid=is_paid) for each in affectations]


def surplus_cents(shares: Iterable[Share]) -> int:
    """What a booked payment brought beyond what its debts could take."""
    return sum(share.amount_cents - (share.booked_cents or 0) for share in shares)


def last_transaction(payment: Payment) -> Transaction | None:
    """The debit that the platform told us about last, if it told us of one."""
    debits = payment.transactions.filter(operation=Operation.DEBIT)
    return debits.order_by("-updated_at", "-pk").first()


def _sources(payment: Payment) -> list[UUID]:
    """What names its movements: itself, or each due of its plan."""
    if payment.echeancier is None:
        return [payment.public_id]
    return list(payment.echeancier.echeances.values_list("public_id", flat=True))


def _share(affectation: Affectation, booked: list[Mouvement], *, is_paid: bool) -> Share:
    creance, amount_cents = affectation.creance, affectation.amount_cents
    if booked:
        received = sum(row.amount_cents for row in booked)
        return Share(creance, amount_cents, received, booked[-1].balance_after_cents)
    # A debt that had nothing left when the money came received none of it, and no movement.
    return Share(creance, amount_cents, *((0, 0) if is_paid else (None, None)))
